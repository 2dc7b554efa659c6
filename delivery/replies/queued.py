"""What is queued to a number that said stop shows so at once. (The hand-over would not let it go
in any case.)"""

from django.db import connection

from common.hints import hint
from customers.choices import SuppressionReason

LEAVE_OUT_TASK = "delivery_replies.leave_out"
_AT_ONCE = 200


def leave_out(number: str, purpose: str = "") -> None:
    """Mark what waits; where there is a lot of it, a worker goes on."""
    if _mark(number, purpose, limit=_AT_ONCE) == _AT_ONCE:
        hint(LEAVE_OUT_TASK, number, purpose, queue="work")


def leave_out_rest(number: str, purpose: str) -> None:
    """In steps, so that no long transaction holds up anybody."""
    while _mark(number, purpose, limit=_AT_ONCE * 5) == _AT_ONCE * 5:
        pass


def _mark(number: str, purpose: str, *, limit: int) -> int:
    """Rows that a drain is just claiming are left to it. A number that agreed again meanwhile
    keeps its rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE delivery_message m SET status = 'suppressed', reason = %(reason)s,
                settled_at = now()
            FROM (
                SELECT w.id FROM delivery_message w
                WHERE w.address = %(number)s AND w.channel IN ('text', 'voice')
                  AND w.status IN ('queued', 'held')
                  AND (%(purpose)s = '' OR w.purpose = %(purpose)s)
                  AND EXISTS (
                      SELECT 1 FROM customers_suppression s
                      WHERE s.address = w.address AND s.channel = w.channel
                        AND s.purpose IN ('', w.purpose)
                  )
                LIMIT %(limit)s FOR UPDATE OF w SKIP LOCKED
            ) AS waiting
            WHERE m.id = waiting.id
            """,
            {
                "number": number,
                "purpose": purpose,
                "reason": SuppressionReason.OPTED_OUT.value,
                "limit": limit,
            },
        )
        return int(cursor.rowcount)
