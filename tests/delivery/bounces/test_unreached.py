"""RULES 15: a number that was not reached is texted again, and flagged after three times."""

from datetime import timedelta

import pytest
from django.utils import timezone

from common.choices import Channel
from customers.address_health import health_of
from customers.choices import AddressState
from customers.models import AddressEvent, Suppression
from delivery.batches import batch_cancel
from delivery.choices import Status
from delivery.models import Message
from delivery.reported import Report, apply_report
from tests.delivery.making import address_of, queue_messages

pytestmark = pytest.mark.django_db

NUMBER = address_of(0, Channel.TEXT)


def text(attempt: int = 1, sid: str = "SM1") -> Message:
    message = Message.objects.first() or queue_messages(1, channel=Channel.TEXT).messages.get()
    Message.objects.update(
        status=Status.SENT, provider="twilio_text", provider_id=sid, attempts=attempt
    )
    message.refresh_from_db()
    return message


def unreached(sid: str = "SM1") -> None:
    apply_report(
        Report(
            provider="twilio_text",
            provider_id=sid,
            status=Status.FAILED,
            code="30003",
            reason="The phone was off or out of reach.",
        )
    )


def test_it_is_tried_again_after_a_while() -> None:
    message = text()
    unreached()
    message.refresh_from_db()
    assert (message.status, message.provider_id) == (Status.QUEUED, "")
    assert message.due_at > timezone.now() + timedelta(minutes=10)


def test_the_third_time_is_the_last_and_the_number_is_flagged_but_not_off() -> None:
    for attempt in (1, 2, 3):
        message = text(attempt, f"SM{attempt}")
        unreached(f"SM{attempt}")
    message.refresh_from_db()
    assert (message.status, message.code) == (Status.FAILED, "30003")
    health = health_of([(NUMBER, Channel.TEXT)])[NUMBER, Channel.TEXT]
    assert (health.state, health.troubles) == (AddressState.SOFT_BOUNCING, 3)
    assert not Suppression.objects.exists()


def test_the_same_report_told_again_queues_nothing_more() -> None:
    message = text()
    unreached()
    Message.objects.update(status=Status.SENT, provider_id="SM1", attempts=2)
    unreached()
    message.refresh_from_db()
    assert message.status == Status.FAILED
    assert AddressEvent.objects.count() == 1


def test_what_was_cancelled_is_not_tried_again() -> None:
    message = text()
    batch_cancel(message.batch)
    unreached()
    message.refresh_from_db()
    assert message.status == Status.FAILED


@pytest.mark.parametrize("code", ["30001", "30022"])
def test_texts_that_were_too_many_at_once_are_tried_again_more_slowly(code: str) -> None:
    """Lost for good, they would be the ones that a storm notice was for."""
    waits = []
    for attempt in range(1, 7):
        message = text(attempt, f"SM{attempt}")
        for _ in range(2):
            apply_report(
                Report(
                    provider="twilio_text",
                    provider_id=f"SM{attempt}",
                    status=Status.FAILED,
                    code=code,
                )
            )
        message.refresh_from_db()
        if message.status == Status.FAILED:
            break
        assert (message.status, message.provider_id) == (Status.QUEUED, "")
        waits.append(round((message.due_at - timezone.now()).total_seconds() / 60))
    assert waits == [5, 15, 45, 90]
    # It says nothing of the number.
    assert not AddressEvent.objects.exists()
    assert not Suppression.objects.exists()


@pytest.mark.parametrize(
    ("purpose", "context", "minutes_ago", "expected"),
    [
        ("outage", {}, 5, Status.QUEUED),
        # Twilio was asked when the site was back: nobody wants to read it now.
        ("outage", {}, 5 * 60, Status.FAILED),
        ("account", {}, 5 * 60, Status.QUEUED),
        ("account", {}, 25 * 60, Status.FAILED),
        # Good for ten minutes.
        ("verification", {"code": "123456"}, 1, Status.FAILED),
        # "Reply YES to get texts" may come later.
        ("verification", {}, 60, Status.QUEUED),
    ],
)
def test_a_text_that_would_come_too_late_is_not_tried_again(
    purpose: str, context: dict[str, str], minutes_ago: int, expected: Status
) -> None:
    message = text()
    handed_at = timezone.now() - timedelta(minutes=minutes_ago)
    Message.objects.update(purpose=purpose, context=context, handed_at=handed_at)
    unreached()
    message.refresh_from_db()
    assert message.status == expected


@pytest.mark.parametrize("code", ["30007", "30034", "30023", "30004"])
def test_what_no_second_try_would_change_is_over(code: str) -> None:
    message = text()
    apply_report(Report(provider="twilio_text", provider_id="SM1", status=Status.FAILED, code=code))
    message.refresh_from_db()
    assert message.status == Status.FAILED
    assert not AddressEvent.objects.exists()
