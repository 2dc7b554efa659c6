import pytest
from pytest_django import Settings

from tests.delivery.webhooks.calling import PUBLIC_URL, TOKEN


@pytest.fixture(autouse=True)
def _twilio_is_set(settings: Settings) -> None:
    settings.TWILIO_AUTH_TOKEN = TOKEN
    settings.PUBLIC_URL = PUBLIC_URL
