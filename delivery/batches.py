"""What is counted, paused and cancelled together."""

from django.db import connection, transaction
from django.utils import timezone

from delivery.choices import BatchState, Status
from delivery.lanes import kick
from delivery.models import Batch, Sender
from delivery.statuses import WAITING

_CANCEL_AT_ONCE = 5_000


def batch_open(*, name: str, standing: bool = False) -> Batch:
    return Batch.objects.create(name=name, standing=standing)


def standing_batch(name: str) -> Batch:
    """The batch of that name that never finishes; made at its first use."""
    batch = Batch.objects.filter(name=name, standing=True).order_by("pk").first()
    return batch or batch_open(name=name, standing=True)


def batch_complete(batch: Batch) -> None:
    """All its messages are in the outbox: the sweep finishes it when the last is settled."""
    Batch.objects.filter(pk=batch.pk).update(complete=True)


def batch_pause(batch: Batch) -> bool:
    """Nothing more is claimed; what is on the wire arrives. False where it was not open."""
    return bool(
        Batch.objects.filter(pk=batch.pk, state=BatchState.OPEN).update(state=BatchState.PAUSED)
    )


def batch_resume(batch: Batch) -> bool:
    with transaction.atomic():
        resumed = Batch.objects.filter(pk=batch.pk, state=BatchState.PAUSED).update(
            state=BatchState.OPEN
        )
        _kick_all(batch)
    return bool(resumed)


def batch_cancel(batch: Batch) -> int:
    """Stop what is unsent, at once, for good. Returns how many messages that was.

    The rows follow in steps, so that no long transaction holds up anybody. The sweep goes on
    where this was interrupted.
    """
    batch_stop(batch)
    return cancel_waiting(batch.pk)


def batch_stop(batch: Batch) -> None:
    """Cancelled: the state alone stops the drains. Its rows are left to the sweep."""
    Batch.objects.filter(pk=batch.pk, state__in=[BatchState.OPEN, BatchState.PAUSED]).update(
        state=BatchState.CANCELLED, finished_at=timezone.now()
    )


def cancel_waiting(batch_id: int) -> int:
    """Mark the waiting rows of a cancelled batch."""
    cancelled = after = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                """
                UPDATE delivery_message SET status = 'cancelled', settled_at = now()
                WHERE id IN (
                    SELECT m.id FROM delivery_message m
                    JOIN delivery_batch b ON b.id = m.batch_id AND b.state = 'cancelled'
                    WHERE m.batch_id = %s AND m.status IN ('queued', 'held') AND m.id > %s
                    ORDER BY m.id LIMIT %s FOR UPDATE OF m SKIP LOCKED
                ) RETURNING id
                """,
                [batch_id, after, _CANCEL_AT_ONCE],
            )
            # Without `after` each step would pass over all that the ones before it cancelled.
            after = max((row[0] for row in cursor.fetchall()), default=after)
            step = int(cursor.rowcount)
        cancelled += step
        if step < _CANCEL_AT_ONCE:
            return cancelled


def batch_retry_failed(batch: Batch) -> int:
    """Queue again what failed; returns how many. A cancelled batch stays cancelled."""
    return _queue_again(batch, Status.FAILED)


def batch_resend_doubtful(batch: Batch) -> int:
    """Queue again what is in doubt: a person has decided that twice is better than never.
    Returns how many. A cancelled batch stays cancelled."""
    return _queue_again(batch, Status.UNKNOWN)


def _queue_again(batch: Batch, status: Status) -> int:
    with transaction.atomic():
        # Held, so that the sweep does not finish the batch meanwhile.
        held = Batch.objects.select_for_update().get(pk=batch.pk)
        if held.state == BatchState.CANCELLED:
            return 0
        again = held.messages.filter(status=status).update(
            status=Status.QUEUED,
            attempts=0,
            due_at=timezone.now(),
            lease_until=None,
            settled_at=None,
            # A late report on the attempt before says nothing of the next one.
            provider_id="",
            code="",
            reason="",
        )
        if again:
            if held.state == BatchState.FINISHED:
                Batch.objects.filter(pk=batch.pk).update(state=BatchState.OPEN, finished_at=None)
            _kick_all(batch)
    return again


def batch_counts(batch: Batch) -> dict[str, dict[str, int]]:
    """Messages by channel and status, from the tallies: as cheap for a million as for ten."""
    counts: dict[str, dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT channel, status, sum(count) FROM delivery_tally WHERE batch_id = %s "
            "GROUP BY channel, status HAVING sum(count) <> 0",
            [batch.pk],
        )
        for channel, status, count in cursor.fetchall():
            counts.setdefault(channel, {})[status] = int(count)
    return counts


def waiting_in(counts: dict[str, dict[str, int]]) -> int:
    """Of `batch_counts`: what still waits or is being handed over."""
    unsettled = {*WAITING, Status.SENDING}
    return sum(n for by in counts.values() for status, n in by.items() if status in unsettled)


def _kick_all(batch: Batch) -> None:
    for lane in ("urgent", "bulk"):
        kick(Sender.objects.all(), lane)
