import asyncio
from datetime import timedelta

import pytest
from django.utils import timezone

from common.choices import Channel
from delivery.batches import (
    batch_cancel,
    batch_complete,
    batch_counts,
    batch_retry_failed,
    waiting_in,
)
from delivery.choices import BatchState, Lane, Status
from delivery.doubts import resolve_doubts
from delivery.drain import Drain
from delivery.models import Batch, Message, Tally
from delivery.providers import provider_for
from delivery.results import apply_report
from delivery.selectors import default_sender
from delivery.statuses import FORWARD, may_follow
from delivery.sweep import finish_batches, fold_tallies, wake_lanes
from tests.delivery.making import Script, drain_once, make_content, queue_messages, statuses

pytestmark = pytest.mark.django_db(transaction=True)


def in_doubt(batch: Batch, *, expired: bool = True) -> None:
    """As a process leaves its window when it is killed."""
    lease = timezone.now() + timedelta(seconds=-1 if expired else 15)
    Message.objects.filter(batch=batch).update(status="sending", attempts=1, lease_until=lease)


def test_a_window_that_is_still_worked_on_is_left_alone() -> None:
    batch = queue_messages(2)
    in_doubt(batch, expired=False)
    assert resolve_doubts() == 0
    assert statuses(batch) == {"sending": 2}


def test_doubt_is_resolved_by_asking_the_provider() -> None:
    """The sandbox has one of three: that one was sent, the others never were."""
    batch = queue_messages(3)
    Message.objects.filter(cause_id__in=[1, 2]).update(due_at=timezone.now() + timedelta(hours=1))
    drain = Drain(default_sender(Channel.EMAIL), Lane.BULK, provider_for(Channel.EMAIL))

    async def hand_over() -> None:
        await drain.run(10)
        await drain.provider.close()

    asyncio.run(hand_over())
    drain.close()
    assert statuses(batch) == {"sent": 1, "queued": 2}
    in_doubt(batch)
    assert resolve_doubts() == 3
    assert statuses(batch) == {"sent": 1, "queued": 2}


def test_doubt_that_cannot_be_resolved_is_shown_not_guessed(settings: object) -> None:
    settings.EMAIL_URL = "smtp://127.0.0.1:1"  # type: ignore[attr-defined]
    batch = queue_messages(2)
    in_doubt(batch)
    resolve_doubts()
    assert statuses(batch) == {"unknown": 2}
    assert "ended before" in Message.objects.filter(batch=batch)[0].reason


def test_better_twice_than_never_is_sent_again(settings: object) -> None:
    settings.EMAIL_URL = "smtp://127.0.0.1:1"  # type: ignore[attr-defined]
    batch = queue_messages(2, content=make_content(resend_in_doubt=True))
    in_doubt(batch)
    resolve_doubts()
    assert statuses(batch) == {"queued": 2}


def test_a_batch_is_finished_when_its_last_message_is_settled() -> None:
    batch = queue_messages(2)
    batch_complete(batch)
    assert finish_batches() == 0
    drain_once(Script())
    assert finish_batches() == 1
    assert Batch.objects.get(pk=batch.pk).state == BatchState.FINISHED


def test_a_batch_that_is_not_complete_is_not_finished() -> None:
    queue_messages(2)
    drain_once(Script())
    assert finish_batches() == 0


def test_lanes_with_due_messages_are_woken() -> None:
    assert wake_lanes() == 0
    batch = queue_messages(1)
    assert wake_lanes() == 1
    batch_cancel(batch)
    assert wake_lanes() == 0


def test_folding_keeps_the_counts() -> None:
    batch = queue_messages(2)
    Tally.objects.bulk_create(
        Tally(batch_id=batch.pk, channel="email", status="failed", count=n % 2 * 2 - 1)
        for n in range(2500)
    )
    before = batch_counts(batch)
    fold_tallies()
    assert batch_counts(batch) == before == {"email": {"queued": 2}}
    assert Tally.objects.count() == 1
    assert waiting_in(before) == 2


def test_the_failed_are_tried_again() -> None:
    batch = queue_messages(3)
    Message.objects.filter(cause_id=1).update(status="failed", attempts=8)
    assert batch_retry_failed(batch) == 1
    drain_once(Script())
    assert statuses(batch) == {"sent": 3}


def test_a_report_moves_a_message_forward_only() -> None:
    batch = queue_messages(1)
    Message.objects.filter(batch=batch).update(status="sent", provider="x", provider_id="SM1")

    def report(status: Status) -> str:
        assert apply_report(provider="x", provider_id="SM1", status=status)
        return Message.objects.get(batch=batch).status

    assert report(Status.DELIVERED) == "delivered"
    assert report(Status.SENT) == "delivered"
    assert report(Status.OPENED) == "opened"
    assert report(Status.DELIVERED) == "opened"
    assert not apply_report(provider="x", provider_id="SM2", status=Status.SENT)
    assert not apply_report(provider="other", provider_id="SM1", status=Status.SENT)


def test_every_status_has_its_successors() -> None:
    assert set(FORWARD) == set(Status)
    assert not may_follow(Status.DELIVERED, Status.SENT)
    assert not any(may_follow(status, Status.SENDING) for status in (Status.SENT, Status.CANCELLED))
