"""At most three calls in 30 days to a number that nobody gave us consent for (RULES 10).

A number that a member gave is consent to calls about the service, and an alert that they turned
on is consent to its calls (RULES 1, 2): both are lines of the ledger. What is left rests on an
exemption: a number from a file that is on nobody's record, say. Emergencies have an exemption of
their own without a count, and what a person asked for just now (verification) is not counted.
"""

from collections.abc import Sequence

from django.conf import settings

from common.choices import Purpose
from delivery.database import Connection

NOT_LIMITED = frozenset({Purpose.EMERGENCY, Purpose.VERIFICATION})
REASON = "call_limit"
DAYS = 30
_LOCK_SPACE = 7_151
# For the claim's statement, in which `m` is the message: whether the ledger holds consent.
CONSENTED = """EXISTS (
    SELECT FROM customers_consentevent e
    WHERE e.address = m.address AND e.channel = 'voice' AND e.action IN ('given', 'granted')
)"""


def over_the_limit(connection: Connection, calls: Sequence[tuple[int, str]]) -> set[int]:
    """Of (message id, number), in the order in which they would ring: those that may not.

    Holds the numbers until the end of the transaction, so that two drains don't both count two.
    """
    if not calls:
        return set()
    numbers = sorted({number for _, number in calls})
    connection.execute(
        "SELECT pg_advisory_xact_lock(%s, hashtext(n)) FROM unnest(%s::text[]) n ORDER BY n",
        [_LOCK_SPACE, numbers],
    )
    rung: dict[str, int] = dict(
        connection.execute(
            "SELECT number, count(*) FROM delivery_callattempt "
            "WHERE number = ANY(%s) AND at > now() - make_interval(days => %s) "
            "AND ending <> 'not_placed' GROUP BY number",
            [numbers, DAYS],
        ).fetchall()
    )
    over = set()
    for message_id, number in calls:
        if rung.get(number, 0) >= settings.CALLS_WITHOUT_CONSENT:
            over.add(message_id)
        else:
            rung[number] = rung.get(number, 0) + 1
    return over
