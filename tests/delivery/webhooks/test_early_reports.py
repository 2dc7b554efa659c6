"""Reports that come before the provider's id is recorded are kept and applied."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from common.choices import Channel
from customers.models import Suppression
from delivery.choices import Status
from delivery.models import Message, WebhookEvent
from delivery.webhooks.applying import LOOKED_FOR, apply_due
from delivery.webhooks.choices import EventKind
from delivery.webhooks.events import Event, keep
from tests.delivery.making import queue_messages

pytestmark = pytest.mark.django_db
SID = "SM" + "0e" * 16


def record_hand_over() -> Message:
    queue_messages(1, channel=Channel.TEXT)
    Message.objects.update(status=Status.SENT, provider="twilio_text", provider_id=SID)
    return Message.objects.get()


def told(word: str, code: str = "", *, provider: str = "twilio_text") -> None:
    keep(
        [
            Event(
                provider=provider,
                kind=EventKind.REPORT,
                name=f"{SID}:{word}:{code}",
                provider_id=SID,
                payload={"MessageStatus": word, "CallStatus": word, "ErrorCode": code},
            )
        ]
    )


def pass_time(minutes: float) -> None:
    """As if the events had come so much earlier."""
    WebhookEvent.objects.update(
        received_at=F("received_at") - timedelta(minutes=minutes),
        try_at=F("try_at") - timedelta(minutes=minutes),
    )


def test_an_early_report_is_kept_and_applied_once_its_message_is_known() -> None:
    told("delivered")
    apply_due()
    message = record_hand_over()
    assert apply_due() == 0, "it is looked at again later, not all the time"
    pass_time(minutes=1)
    assert apply_due() == 1
    message.refresh_from_db()
    assert message.status == Status.DELIVERED
    assert WebhookEvent.objects.get().applied_at
    assert WebhookEvent.objects.get().try_at is None


def test_what_is_never_ours_is_looked_at_ever_more_rarely_and_then_no_more() -> None:
    told("delivered")
    waits = []
    for minutes in (0, 1, 30, 300, 3000):
        pass_time(minutes)
        assert apply_due() == 1
        event = WebhookEvent.objects.get()
        assert event.try_at
        waits.append(round((event.try_at - timezone.now()).total_seconds()))
    assert waits[:3] == sorted(waits[:3])
    assert waits[0] <= 2
    assert all(3500 < wait <= 3600 for wait in waits[3:])
    pass_time(LOOKED_FOR.total_seconds() / 60)
    apply_due()
    event = WebhookEvent.objects.get()
    assert (event.try_at, event.applied_at) == (None, None)


def test_another_providers_id_is_not_ours() -> None:
    message = record_hand_over()
    told("completed", provider="twilio_voice")
    apply_due()
    message.refresh_from_db()
    assert message.status == Status.SENT


def test_an_early_report_of_a_bad_number_is_not_lost() -> None:
    told("undelivered", "30006")
    apply_due()
    assert not Suppression.objects.exists(), "whose number it was is not known yet"
    message = record_hand_over()
    pass_time(minutes=1)
    apply_due()
    assert Suppression.objects.get().address == message.address


@pytest.mark.parametrize("status", [Status.QUEUED, Status.HELD, Status.SENDING])
def test_a_report_waits_for_the_hand_over_to_be_recorded(status: Status) -> None:
    """By our own key a mail is known before its service's answer is recorded."""
    queue_messages(1)
    message = Message.objects.get()
    Message.objects.update(status=status)
    keep(
        [
            Event(
                provider="anymail",
                kind=EventKind.REPORT,
                name="one",
                message_key=message.key,
                payload={"type": "delivered"},
            )
        ]
    )
    apply_due()
    message.refresh_from_db()
    assert message.status == status
    Message.objects.update(status=Status.SENT)
    pass_time(minutes=1)
    apply_due()
    message.refresh_from_db()
    assert message.status == Status.DELIVERED
