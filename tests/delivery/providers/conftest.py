import pytest
from pytest_django import Settings

from tests.delivery.providers.fake_twilio import FakeTwilio, twilio_settings
from tests.wire import HttpEndpoint


@pytest.fixture
def twilio(http_endpoint: HttpEndpoint, settings: Settings) -> FakeTwilio:
    """A Twilio that records, and the settings that lead to it."""
    for name, value in twilio_settings(http_endpoint.url).items():
        setattr(settings, name, value)
    return FakeTwilio(http_endpoint)
