"""What is kept of webhooks, for how long, and how little is done before the answer."""

from datetime import timedelta
from uuid import uuid4

import pytest
from celery import current_app
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from delivery.checks import provider_settings
from delivery.choices import Status
from delivery.models import Message, WebhookEvent
from delivery.providers.anymail.services import SERVICES as SENDING
from delivery.webhooks.applying import apply_due
from delivery.webhooks.choices import EventKind
from delivery.webhooks.email_events import SERVICES as HEARD
from delivery.webhooks.events import Event, keep
from delivery.webhooks.forgetting import forget_old
from tests.delivery.making import queue_messages
from tests.delivery.webhooks.calling import CALL_SID, MESSAGE_SID, TAKEN, post
from tests.delivery.webhooks.services import EMAIL_SERVICES, corpus, hook_of

pytestmark = pytest.mark.django_db
STATUS = "/hooks/twilio/status/"
INBOUND = "/hooks/twilio/inbound/"
FORM = {"MessageSid": MESSAGE_SID, "MessageStatus": "delivered", "To": "+14785550111"}
TEXT = {"MessageSid": MESSAGE_SID, "From": "+14785550111", "To": "+14785550100", "Body": "hello"}


@pytest.mark.parametrize("service", ["twilio_text", *sorted(set(EMAIL_SERVICES) - {"ses"})])
def test_a_webhook_is_one_statement(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, service: str
) -> None:
    hook = hook_of(service, corpus(service)[0].event)
    with django_assert_num_queries(1):
        assert hook.post(client).status_code in TAKEN


@pytest.mark.parametrize("count", [5, 200])
def test_a_batch_is_a_few_statements_however_many_it_holds(
    django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    queue_messages(count)
    Message.objects.update(status=Status.SENT, provider="anymail")
    tell_delivered()
    # The claim, the messages, the move, the mark; and savepoints. No claim for what came meanwhile:
    # the next hint brings it in a batch of its own.
    with django_assert_num_queries(8):
        assert apply_due() == count
    assert Message.objects.filter(status=Status.DELIVERED).count() == count


def test_an_event_that_cannot_be_read_holds_up_no_other() -> None:
    queue_messages(3)
    Message.objects.update(status=Status.SENT, provider="anymail")
    WebhookEvent.objects.create(
        provider="gone", key=uuid4(), kind=EventKind.REPORT, try_at=timezone.now()
    )
    tell_delivered()
    apply_due()
    assert Message.objects.filter(status=Status.DELIVERED).count() == 3
    odd = WebhookEvent.objects.get(provider="gone")
    assert odd.applied_at is None
    assert odd.try_at, "it is looked at again"


def tell_delivered() -> None:
    keep(
        [
            Event(
                provider="anymail",
                kind=EventKind.REPORT,
                name=str(n),
                message_key=key,
                payload={"type": "delivered"},
            )
            for n, key in enumerate(Message.objects.values_list("key", flat=True))
        ]
    )


def test_many_webhooks_are_one_hint(client: Client) -> None:
    for n in range(20):
        post(client, STATUS, {**FORM, "ErrorCode": str(n)})
    with current_app.connection_for_read() as connection:
        waiting = connection.default_channel.client.llen("reports")  # type: ignore[attr-defined]
    assert waiting <= 2


def test_no_session_and_no_cookie_goes_with_a_webhook(client: Client) -> None:
    client.cookies["django_language"] = "es"
    client.cookies["sessionid"] = "x" * 32
    answer = post(client, STATUS, FORM)
    assert not answer.cookies
    assert "Vary" not in answer
    assert answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_an_unread_time_and_long_words_are_stored_all_the_same(client: Client) -> None:
    post(client, STATUS, {**FORM, "Extra": "é" * 5000, "Nul": "a\x00b"})
    payload = WebhookEvent.objects.get().payload
    assert len(payload["Extra"]) == 2000
    assert payload["Nul"] == "ab"


def pass_days(days: int) -> None:
    WebhookEvent.objects.update(received_at=timezone.now() - timedelta(days=days))


def test_events_are_forgotten_in_time(client: Client, settings: Settings) -> None:
    post(client, STATUS, FORM)
    pass_days(settings.WEBHOOK_KEEP_DAYS - 1)
    assert forget_old() == 0
    pass_days(settings.WEBHOOK_KEEP_DAYS + 1)
    assert forget_old() == 1
    assert not WebhookEvent.objects.exists()


@pytest.mark.parametrize(
    ("path", "form"),
    [
        (INBOUND, TEXT),
        ("/hooks/twilio/gather/7a6d59a1-7a51-4dd9-8f4f-6b0a9d1ee0aa/",
         {"CallSid": CALL_SID, "Digits": "9", "To": "+14785550111"}),
    ],
)  # fmt: skip
def test_a_recorded_text_or_key_has_no_effect_even_after_years(
    client: Client, settings: Settings, path: str, form: dict[str, str]
) -> None:
    """A START that somebody recorded must not undo a later STOP."""
    assert post(client, path, form).status_code == 200
    pass_days(3 * 365)
    forget_old()
    event = WebhookEvent.objects.get()
    assert (event.payload, event.address) == ({}, "")
    assert "<Message>" not in post(client, path, form).content.decode()
    assert WebhookEvent.objects.count() == 1


# ── settings ────────────────────────────────────────────────────────────────────────────────────
def found() -> set[str]:
    ids = {str(message.id) for message in provider_settings(None)}
    return {id_ for id_ in ids if id_.startswith("delivery.") and id_[-3:] >= "030"}


def test_what_is_set_right_is_not_complained_of(settings: Settings) -> None:
    settings.SES_TOPIC_ARNS = ["arn:aws:sns:us-east-1:123456789012:mail-events"]
    settings.WEBHOOK_SECRET = "mail:" + "0123456789abcdef"
    assert found() == set()


@pytest.mark.parametrize(
    ("url", "missing"),
    [
        ("sendgrid://KEY@", "SENDGRID_WEBHOOK_KEY"),
        ("mailgun://KEY@mail.example.com", "MAILGUN_WEBHOOK_KEY"),
        ("postmark://TOKEN@", "WEBHOOK_SECRET"),
        ("ses://?region=us-east-1", "WEBHOOK_SECRET"),
        ("resend://KEY@", "RESEND_WEBHOOK_KEY"),
        ("mandrill://KEY@", "MANDRILL_WEBHOOK_KEY"),
        ("brevo://KEY@", "WEBHOOK_SECRET"),
        ("mailjet://KEY:SECRET@", "WEBHOOK_SECRET"),
        ("sparkpost://KEY@", "WEBHOOK_SECRET"),
    ],
)
def test_a_missing_secret_is_said_when_the_site_starts(
    settings: Settings, url: str, missing: str
) -> None:
    settings.EMAIL_URL = url
    assert "delivery.W030" not in found()
    setattr(settings, missing, "")
    assert "delivery.W030" in found()


@pytest.mark.parametrize(
    ("url", "is_said"),
    [
        ("mailersend://TOKEN@", True),
        ("anymail.backends.mailtrap://?api_token=T", True),
        ("postmark://TOKEN@", False),
        ("smtp://mail.example.com", False),
        ("", False),
    ],
)
def test_a_service_that_tells_us_nothing_is_named_when_the_site_starts(
    settings: Settings, url: str, is_said: bool
) -> None:
    settings.EMAIL_URL = url
    assert ("delivery.W035" in found()) is is_said


def test_each_service_is_heard_or_known_to_be_silent() -> None:
    assert set(SENDING) - set(HEARD) == {"mailersend"}


@pytest.mark.parametrize(
    ("name", "value", "id_"),
    [
        ("WEBHOOK_SECRET", "nocolon", "delivery.E031"),
        ("WEBHOOK_SECRET", "mail:short", "delivery.E031"),
        ("WEBHOOK_SECRET", "mail:with spaces in the words", "delivery.E031"),
        ("SENDGRID_WEBHOOK_KEY", "SG.not-a-key", "delivery.E032"),
        ("SES_TOPIC_ARNS", ["mail-events"], "delivery.E033"),
        ("RESEND_WEBHOOK_KEY", "re_123", "delivery.E036"),
        ("WEBHOOK_KEEP_DAYS", 1, "delivery.E034"),
    ],
)
def test_what_is_set_wrong_is_said_when_the_site_starts(
    settings: Settings, name: str, value: object, id_: str
) -> None:
    setattr(settings, name, value)
    assert found() == {id_}
