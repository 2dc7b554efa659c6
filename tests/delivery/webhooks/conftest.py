import pytest
from pytest_django import Settings

from common.choices import Channel
from delivery.choices import Status
from delivery.models import Message
from tests.delivery.making import queue_messages
from tests.delivery.webhooks.calling import PUBLIC_URL, TOKEN
from tests.delivery.webhooks.services import (
    EMAIL_SERVICES,
    MAIL_ID,
    MAILGUN_KEY,
    MANDRILL_KEY,
    NUMBER,
    RESEND_KEY,
    SECRET,
    SIDS,
    amazons_certificate,
    sendgrid_public,
)
from tests.wire import Answer, HttpEndpoint


@pytest.fixture(autouse=True)
def _providers_are_set(settings: Settings) -> None:
    settings.TWILIO_AUTH_TOKEN = TOKEN
    settings.PUBLIC_URL = PUBLIC_URL
    settings.WEBHOOK_SECRET = SECRET
    settings.MAILGUN_WEBHOOK_KEY = MAILGUN_KEY
    settings.RESEND_WEBHOOK_KEY = RESEND_KEY
    settings.MANDRILL_WEBHOOK_KEY = MANDRILL_KEY
    settings.SENDGRID_WEBHOOK_KEY = sendgrid_public()


@pytest.fixture
def amazon(http_endpoint: HttpEndpoint, settings: Settings) -> HttpEndpoint:
    """Amazon SNS at the wire: its certificate, and an address to confirm subscriptions at."""
    settings.SNS_API_URL = http_endpoint.url
    http_endpoint.answer = lambda request: Answer(
        status=200,
        body=amazons_certificate() if request.path.endswith(".pem") else b"<ok/>",
        headers={"Content-Type": "text/plain"},
    )
    return http_endpoint


def sent(service: str, *, status: Status = Status.SENT, with_id: bool = True) -> Message:
    """A message that was handed over to that provider."""
    is_mail = service in EMAIL_SERVICES
    channel = Channel.EMAIL if is_mail else Channel(service.removeprefix("twilio_"))
    queue_messages(1, channel=channel)
    message = Message.objects.latest("pk")
    message.status = status
    message.provider = "anymail" if is_mail else service
    message.provider_id = (MAIL_ID if is_mail else SIDS[service]) if with_id else ""
    if not is_mail:
        message.address = NUMBER
    message.save()
    return message
