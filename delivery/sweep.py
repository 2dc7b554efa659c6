"""What beat does every few seconds, so that nothing depends on a hint having arrived."""

from django.db import connection, transaction

from common.choices import Channel
from delivery.batches import cancel_waiting
from delivery.doubts import resolve_doubts
from delivery.lanes import kick_now
from delivery.webhooks.reports import apply_kept

_FOLD_ABOVE = 2_000


def sweep() -> None:
    resolve_doubts()
    apply_kept()
    wake_lanes()
    finish_batches()
    for batch_id in _cancelled_with_waiting():
        cancel_waiting(batch_id)
    fold_tallies()


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
    """Close the batches whose messages are all in and all settled; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE delivery_batch b SET state = 'finished', finished_at = now()
            WHERE b.state = 'open' AND b.complete AND NOT b.standing AND coalesce((
                SELECT sum(t.count) FROM delivery_tally t
                WHERE t.batch_id = b.id AND t.status IN ('queued', 'held', 'sending')
            ), 0) = 0
            """
        )
        return int(cursor.rowcount)


def fold_tallies() -> None:
    """Fold the tallies' many small rows into one for each batch, channel and status."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) > %s FROM delivery_tally", [_FOLD_ABOVE])
        if not cursor.fetchone()[0]:
            return
        # One folder at a time; writers only insert and are not held up.
        cursor.execute("SELECT pg_try_advisory_xact_lock(7150, 1)")
        if not cursor.fetchone()[0]:
            return
        cursor.execute(
            """
            WITH gone AS (DELETE FROM delivery_tally RETURNING batch_id, channel, status, count)
            INSERT INTO delivery_tally (batch_id, channel, status, count)
            SELECT batch_id, channel, status, sum(count) FROM gone
            GROUP BY 1, 2, 3 HAVING sum(count) <> 0
            """
        )


def _cancelled_with_waiting() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT t.batch_id FROM delivery_tally t
            JOIN delivery_batch b ON b.id = t.batch_id AND b.state = 'cancelled'
            WHERE t.status IN ('queued', 'held') GROUP BY 1 HAVING sum(t.count) > 0
            """
        )
        return [row[0] for row in cursor.fetchall()]
