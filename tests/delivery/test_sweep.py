import asyncio
import threading
from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from common.choices import Channel
from delivery import doubts, sweep
from delivery.batches import (
    batch_cancel,
    batch_complete,
    batch_counts,
    batch_resend_doubtful,
    batch_retry_failed,
    waiting_in,
)
from delivery.choices import BatchState, Lane, Status
from delivery.doubts import resolve_doubts
from delivery.drain import Drain, Ended
from delivery.models import Batch, Message, Tally
from delivery.providers import provider_for
from delivery.providers.base import Doubt, Outcome
from delivery.reported import Report, apply_report
from delivery.results import MOST_ATTEMPTS
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
        assert apply_report(Report(provider="x", provider_id="SM1", status=status))
        return Message.objects.get(batch=batch).status

    assert report(Status.DELIVERED) == "delivered"
    assert report(Status.SENT) == "delivered"
    assert report(Status.OPENED) == "opened"
    assert report(Status.DELIVERED) == "opened"
    assert not apply_report(Report(provider="x", provider_id="SM2", status=Status.SENT))
    assert not apply_report(Report(provider="other", provider_id="SM1", status=Status.SENT))


def test_every_status_has_its_successors() -> None:
    assert set(FORWARD) == set(Status)
    assert not may_follow(Status.DELIVERED, Status.SENT)
    assert not any(may_follow(status, Status.SENDING) for status in (Status.SENT, Status.CANCELLED))


def test_a_retry_that_comes_while_its_batch_is_being_finished_is_sent() -> None:
    batch = queue_messages(1)
    batch_complete(batch)
    Message.objects.update(status="failed")
    result = []

    def finish() -> None:
        result.append(finish_batches())
        connection.close()

    with transaction.atomic():
        assert batch_retry_failed(batch) == 1
        thread = threading.Thread(target=finish)
        thread.start()
        thread.join(2)
    thread.join(10)
    drain_once(Script())
    assert statuses(batch) == {"sent": 1}


def test_a_message_that_is_queued_in_a_finished_batch_opens_it() -> None:
    batch = queue_messages(1)
    batch_complete(batch)
    Message.objects.update(status="unknown")
    assert finish_batches() == 1
    Message.objects.update(status="queued")
    sweep.sweep()
    drain_once(Script())
    assert statuses(batch) == {"sent": 1}


def test_folding_leaves_alone_what_is_folded() -> None:
    Tally.objects.bulk_create(
        Tally(batch_id=n, channel="email", status="sent", count=1) for n in range(3000)
    )
    before = set(Tally.objects.values_list("pk", flat=True))
    fold_tallies()
    assert set(Tally.objects.values_list("pk", flat=True)) == before


def test_one_step_of_the_sweep_that_fails_leaves_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken() -> int:
        raise RuntimeError("the provider's settings are wrong")

    monkeypatch.setattr(sweep, "resolve_doubts", broken)
    batch = queue_messages(1)
    batch_complete(batch)
    Message.objects.update(status="sent")
    sweep.sweep()
    assert Batch.objects.get(pk=batch.pk).state == "finished"


def test_a_message_that_kills_its_process_is_not_tried_for_ever() -> None:
    batch = queue_messages(1)
    Message.objects.update(
        status="sending",
        attempts=MOST_ATTEMPTS,
        lease_until=timezone.now() - timedelta(seconds=1),
    )
    resolve_doubts()  # the sandbox says that it has not got it
    assert statuses(batch) == {"failed": 1}


def test_an_old_report_says_nothing_of_a_message_that_is_tried_again() -> None:
    batch = queue_messages(1)
    Message.objects.update(status="failed", provider="script", provider_id="SM1")
    batch_retry_failed(batch)
    apply_report(Report(provider="script", provider_id="SM1", status=Status.FAILED))
    assert statuses(batch) == {"queued": 1}


class Asked(Script):
    asked: list[Doubt]

    def ask(self, doubts: Sequence[Doubt]) -> dict[int, Outcome]:
        self.asked = [*getattr(self, "asked", []), *doubts]
        return {}


def test_doubt_is_asked_about_again_a_few_times(monkeypatch: pytest.MonkeyPatch) -> None:
    provider = Asked(lambda m: Outcome(Status.UNKNOWN))
    monkeypatch.setattr(doubts, "provider_for", lambda channel: provider)
    batch = queue_messages(1)
    drain_once(provider)
    for hours in range(30):
        moved = timezone.now() - timedelta(hours=hours)
        Message.objects.filter(lease_until__isnull=False).update(
            lease_until=timezone.now() - timedelta(seconds=1), settled_at=moved
        )
        resolve_doubts()
    assert 2 <= len(provider.asked) <= 5
    assert statuses(batch) == {"unknown": 1}


def test_another_provider_is_not_asked_about_what_it_never_saw(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Other(Asked):
        name = "other"

    other = Other()
    batch = queue_messages(1)
    drain_once(Script(lambda m: Outcome(Status.UNKNOWN)))
    Message.objects.update(status="sending", lease_until=timezone.now() - timedelta(seconds=1))
    monkeypatch.setattr(doubts, "provider_for", lambda channel: other)
    resolve_doubts()
    assert not getattr(other, "asked", [])
    assert statuses(batch) == {"unknown": 1}


def test_staff_can_have_the_doubtful_sent_again() -> None:
    batch = queue_messages(3)
    batch_complete(batch)
    Message.objects.update(status="unknown")
    Message.objects.filter(cause_id=0).update(status="sent")
    finish_batches()
    assert batch_resend_doubtful(batch) == 2
    assert drain_once(Script()) is Ended.EMPTY
    assert statuses(batch) == {"sent": 3}


def test_the_doubtful_of_a_cancelled_batch_stay_so() -> None:
    batch = queue_messages(1)
    Message.objects.update(status="unknown")
    batch_cancel(batch)
    assert batch_resend_doubtful(batch) == 0
    assert statuses(batch) == {"unknown": 1}
