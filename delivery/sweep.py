"""What beat does every few seconds, so that nothing depends on a hint having arrived."""

from django.db import connection, transaction

from common.choices import Channel
from common.steps import run_each
from delivery.batches import cancel_waiting
from delivery.choices import BatchState
from delivery.doubts import resolve_doubts
from delivery.lanes import kick_now
from delivery.models import Batch
from delivery.webhooks.applying import apply_due

# Rows of a batch, channel and status that are let be.
_FOLD_ABOVE = 20


def sweep() -> None:
    """All of it, whatever fails; what may have to wait for a provider comes last."""
    run_each(
        (
            wake_lanes,
            cancel_rest,
            finish_batches,
            reopen_batches,
            fold_tallies,
            apply_due,
            resolve_doubts,
        )
    )


def cancel_rest() -> None:
    """Mark what still waits in cancelled batches."""
    for batch_id in _with_waiting("cancelled"):
        cancel_waiting(batch_id)


def wake_lanes() -> int:
    """Hint at every lane that has a message due; returns how many lanes."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT s.id, s.channel, l.lane FROM delivery_sender s
            CROSS JOIN (VALUES ('urgent'), ('bulk')) AS l(lane)
            WHERE EXISTS (
                SELECT 1 FROM delivery_batch b
                CROSS JOIN LATERAL (
                    SELECT 1 FROM delivery_message m
                    WHERE m.sender_id = s.id AND m.lane = l.lane AND m.batch_id = b.id
                      AND m.status IN ('queued', 'held') AND m.due_at <= now() LIMIT 1
                ) AS due
                WHERE b.state = 'open'
            )
            """
        )
        lanes = cursor.fetchall()
    for sender_id, channel, lane in lanes:
        kick_now(sender_id, Channel(channel), lane)
    return len(lanes)


def finish_batches() -> int:
    """Close the batches whose messages are all in and all settled; returns how many.

    Held first and counted then: who queues again what failed holds the batch, too.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM delivery_batch WHERE state = 'open' AND complete AND NOT standing "
            "ORDER BY id FOR UPDATE SKIP LOCKED"
        )
        if not (ids := [row[0] for row in cursor.fetchall()]):
            return 0
        cursor.execute(
            """
            UPDATE delivery_batch b SET state = 'finished', finished_at = now()
            WHERE b.id = ANY(%s) AND coalesce((
                SELECT sum(t.count) FROM delivery_tally t
                WHERE t.batch_id = b.id AND t.status IN ('queued', 'held', 'sending')
            ), 0) = 0
            """,
            [ids],
        )
        return int(cursor.rowcount)


def reopen_batches() -> int:
    """Open the finished batches in which something waits again: a doubt was resolved, say."""
    return Batch.objects.filter(
        pk__in=_with_waiting(BatchState.FINISHED), state=BatchState.FINISHED
    ).update(state=BatchState.OPEN, finished_at=None)


def fold_tallies() -> None:
    """Fold the tallies' many small rows into one for each batch, channel and status.

    What is folded already stays as it is, so that the work does not grow with the years.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        # One folder at a time; writers only insert and are not held up.
        cursor.execute("SELECT pg_try_advisory_xact_lock(7150, 1)")
        if not cursor.fetchone()[0]:
            return
        cursor.execute(
            """
            WITH many AS (
                SELECT batch_id, channel, status FROM delivery_tally
                GROUP BY 1, 2, 3 HAVING count(*) > %s
            ), gone AS (
                DELETE FROM delivery_tally t USING many m
                WHERE t.batch_id = m.batch_id AND t.channel = m.channel AND t.status = m.status
                RETURNING t.batch_id, t.channel, t.status, t.count
            )
            INSERT INTO delivery_tally (batch_id, channel, status, count)
            SELECT batch_id, channel, status, sum(count) FROM gone
            GROUP BY 1, 2, 3 HAVING sum(count) <> 0
            """,
            [_FOLD_ABOVE],
        )


def _with_waiting(state: str) -> list[int]:
    """The batches of that state in which something waits."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT t.batch_id FROM delivery_tally t
            JOIN delivery_batch b ON b.id = t.batch_id AND b.state = %s
            WHERE t.status IN ('queued', 'held') GROUP BY 1 HAVING sum(t.count) > 0
            """,
            [state],
        )
        return [row[0] for row in cursor.fetchall()]
