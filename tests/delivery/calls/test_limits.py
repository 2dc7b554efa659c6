"""At most three calls in 30 days where nobody gave consent (RULES 10)."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from common.choices import Channel, Purpose
from customers.choices import ConsentSource, NumberSlot
from customers.contacts import change_number
from delivery.batches import batch_open
from delivery.calls.models import CallAttempt, Ending
from delivery.choices import Lane, Status
from delivery.claims import Cursor, claim
from delivery.database import connect
from delivery.models import Message, Sender
from delivery.outbox import NewMessage, enqueue_many
from delivery.providers.base import Outcome
from delivery.selectors import default_sender
from tests.delivery.calls.making import (
    drain_calls,
    end_call,
    give_consent,
    place_call,
    queue_call,
    ring_again,
)
from tests.delivery.making import Script, make_content, queue_messages, statuses
from tests.factories import make_customer

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = "+14785550111"


@pytest.fixture(autouse=True)
def _any_hour(settings: Any) -> None:
    settings.QUIET_HOURS_EXEMPT_PURPOSES = list(Purpose.values)


def rung(count: int, *, days_ago: int = 1, ending: str = "answered") -> None:
    for _ in range(count):
        CallAttempt.objects.create(
            message_id=-1 - CallAttempt.objects.count(),
            claim=1,
            attempt=1,
            number=NUMBER,
            provider="script",
            at=timezone.now() - timedelta(days=days_ago),
            ending=ending,
        )


def call_number(purpose: Purpose = Purpose.OUTAGE, cause: str = "call") -> Message:
    message = queue_call(cause=cause, purpose=purpose)
    Message.objects.filter(pk=message.pk).update(address=NUMBER)
    drain_calls()
    message.refresh_from_db()
    return message


def test_the_fourth_call_in_a_month_is_left_out_and_says_why() -> None:
    rung(3, days_ago=29)
    message = call_number()
    assert (message.status, message.reason) == (Status.SUPPRESSED, "call_limit")


def test_calls_of_longer_ago_and_calls_that_rang_nowhere_do_not_count() -> None:
    rung(3, days_ago=31)
    rung(3, ending="not_placed")
    rung(2)
    assert call_number().status == Status.SENT
    assert call_number(cause="next").status == Status.SUPPRESSED


def test_a_number_that_its_member_gave_us_has_no_limit() -> None:
    rung(5)
    change_number(
        customer=make_customer(), slot=NumberSlot.HOME, number=NUMBER, source=ConsentSource.CSR
    )
    assert call_number().status == Status.SENT


def test_consent_to_texts_alone_is_none_to_calls() -> None:
    from customers.consent import grant

    rung(3)
    grant(address=NUMBER, channels=[Channel.TEXT], source=ConsentSource.TEXT_REPLY)
    assert call_number().status == Status.SUPPRESSED


@pytest.mark.parametrize("purpose", Purpose)
def test_emergencies_and_what_is_asked_for_just_now_have_no_limit(purpose: Purpose) -> None:
    rung(3)
    free = purpose in (Purpose.EMERGENCY, Purpose.VERIFICATION)
    assert call_number(purpose).status == (Status.SENT if free else Status.SUPPRESSED)


def test_one_claim_does_not_ring_a_number_four_times() -> None:
    sender = default_sender(Channel.VOICE)
    Sender.objects.update(rate=0)
    batch = batch_open(name="Test")
    content = make_content()
    enqueue_many(
        NewMessage(cause=f"one:{n}", batch=batch, content=content, sender=sender, address=NUMBER)
        for n in range(10)
    )
    provider = drain_calls()
    assert len(provider.handed) == 3
    assert statuses(batch) == {"sent": 3, "suppressed": 7}


def test_two_workers_together_do_not_make_a_fourth_call() -> None:
    """Each sees two calls; the second waits for what the first one does."""
    rung(2)
    messages = []
    for cause in ("one", "two"):
        message = queue_call(cause=cause)
        Message.objects.filter(pk=message.pk).update(address=NUMBER)
        messages.append(message)
    claimed: list[int] = []

    def claim_one(message: Message, *, hold: threading.Event | None = None) -> None:
        with connect() as db, db.transaction():
            found, _seen = claim(
                db,
                sender_id=message.sender_id,
                channel=Channel.VOICE,
                lane=Lane(message.lane),
                batch_id=message.batch_id,
                cursor=Cursor(),
                limit=10,
                provider="script",
            )
            claimed.extend(one.id for one in found)
            has_claimed.set()
            if hold:
                assert hold.wait(30)

    has_claimed, go_on = threading.Event(), threading.Event()
    first = threading.Thread(target=claim_one, args=(messages[0],), kwargs={"hold": go_on})
    first.start()
    assert has_claimed.wait(30)
    second = threading.Thread(target=claim_one, args=(messages[1],))
    second.start()
    second.join(0.5)
    assert second.is_alive()
    go_on.set()
    first.join(30)
    second.join(30)
    assert claimed == [messages[0].pk]
    messages[1].refresh_from_db()
    assert (messages[1].status, messages[1].reason) == (Status.SUPPRESSED, "call_limit")


def test_calling_again_counts_as_a_call() -> None:
    message = place_call()
    for _ in range(2):
        message = ring_again(end_call(message, Ending.NO_ANSWER))
    assert message.status == Status.SENT
    message = ring_again(end_call(message, Ending.NO_ANSWER))
    assert (message.status, message.reason) == (Status.SUPPRESSED, "call_limit")


def test_texts_and_email_are_not_calls() -> None:
    rung(3)
    batch = queue_messages(1, channel=Channel.TEXT)
    Message.objects.update(address=NUMBER)
    Sender.objects.update(rate=0)
    from tests.delivery.making import drain_once

    drain_once(Script(lambda m: Outcome(Status.SENT), channel=Channel.TEXT), channel=Channel.TEXT)
    assert statuses(batch) == {"sent": 1}


def test_the_limit_is_a_setting(settings: Any) -> None:
    settings.CALLS_WITHOUT_CONSENT = 5
    rung(4)
    assert call_number().status == Status.SENT


def test_consent_is_looked_up_for_many_at_once() -> None:
    give_consent(NUMBER)
    rung(3)
    assert call_number().status == Status.SENT
