"""The suppressions and Do Not Call flags against the ledger that they follow from."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.db import connection, transaction

from customers.choices import ConsentAction
from customers.ledger.replay import Follows, Said, suppressions_from

_SLICE = 10_000
# Who only ever gave or agreed, and has no suppression, needs no looking at.
_LINES = """
WITH touched AS (
    SELECT address, channel FROM customers_consentevent WHERE action <> ALL(%(mild)s)
    UNION SELECT address, channel FROM customers_suppression
)
SELECT t.address COLLATE "C" AS whose, t.channel, e.id, e.action, e.purpose, e.corrects_id
FROM touched t LEFT JOIN customers_consentevent e
    ON e.address = t.address AND e.channel = t.channel AND e.action <> 'given'
ORDER BY whose, t.channel, e.id
"""
# A wait for YES is of what was asked, not of what a person said.
_SUPPRESSIONS = """
SELECT address, channel, reason, purpose FROM customers_suppression
WHERE address = ANY(%s) AND reason <> 'waiting_yes'
"""
_FLAGS = """
SELECT id, do_not_call FROM customers_customer AS customer
WHERE do_not_call <> EXISTS (
    SELECT FROM customers_suppression
    WHERE address = customer.mobile_number AND reason = 'do_not_call' AND address <> ''
) ORDER BY id LIMIT %s
"""
Key = tuple[str, str]


def unexplained_suppressions(*, most: int = 100) -> Iterator[str]:
    """In words and without the address, each suppression that the ledger does not explain, or that
    it demands and that is not there; then each Do Not Call flag that is not its number's."""
    count = 0
    for followed, there in _slices():
        for key in sorted(followed.keys() | there.keys()):
            expected = followed.get(key, (None, set()))
            for words in _differences(key[1], expected, there.get(key, set())):
                count += 1
                if count > most:
                    return
                yield words
    with connection.cursor() as cursor:
        cursor.execute(_FLAGS, [most])
        for customer_id, flag in cursor.fetchall():
            state = "on" if flag else "off"
            yield f"Do Not Call is {state} at member {customer_id}, and not so at the number."


Expected = tuple[int | None, set[Follows]]


def _differences(channel: str, expected: Expected, there: set[Follows]) -> Iterator[str]:
    last_id, follows = expected
    by = f"event {last_id}" if last_id else "no event"
    for extra in sorted(there - follows):
        what = f"{extra.reason} {extra.purpose}".strip()
        yield f"A suppression ({channel}, {what}) does not follow from the ledger ({by})."
    for lacking in sorted(follows - there):
        what = f"{lacking.reason} {lacking.purpose}".strip()
        yield f"A suppression ({channel}, {what}) is missing: the ledger has it ({by})."


def _slices() -> Iterator[tuple[dict[Key, Expected], dict[Key, set[Follows]]]]:
    """Some thousand addresses at a time: what follows for each, and what is there."""
    followed: dict[Key, Expected] = {}
    addresses: set[str] = set()
    mild = [ConsentAction.GIVEN.value, ConsentAction.GRANTED.value]
    # A cursor of the server's: the answer may have a million rows.
    with (
        transaction.atomic(),
        connection.chunked_cursor() as cursor,
    ):
        cursor.execute(_LINES, {"mild": mild})
        for (address, channel), rows in groupby(_streamed(cursor), key=lambda row: row[:2]):
            lines = [Said(*row[2:]) for row in rows if row[2] is not None]
            if address not in addresses and len(addresses) >= _SLICE:
                yield followed, _there(addresses)
                followed, addresses = {}, set()
            addresses.add(address)
            followed[address, channel] = (
                lines[-1].id if lines else None,
                suppressions_from(lines),
            )
        if addresses:
            yield followed, _there(addresses)


def _streamed(cursor: Any) -> Iterator[tuple[Any, ...]]:
    while rows := cursor.fetchmany(_SLICE):
        yield from rows


def _there(addresses: set[str]) -> dict[Key, set[Follows]]:
    found: dict[Key, set[Follows]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SUPPRESSIONS, [list(addresses)])
        for address, channel, reason, purpose in cursor.fetchall():
            found.setdefault((address, channel), set()).add(Follows(reason, purpose))
    return found
