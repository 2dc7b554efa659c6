"""Looking up members' mobile numbers, in paced batches; what was found is kept with its date.

A landline is bad for texts, and the queue of bad addresses offers it for calls instead.
"""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import requests
from django.conf import settings
from django.db import connection

from common.choices import Channel
from common.clock import now
from customers.address_health import hear_of_trouble
from customers.choices import AddressEventKind, LineType
from customers.models import NumberLine
from delivery.lookup.twilio import Line, LookupFailedError, look_up

MOST_AT_ONCE = 1000
RATE = 10.0
_TRIES = 3
_LONGEST_WAIT = 60.0
# Arbitrary, ours alone in the database.
_LOOKING = 72_140_004

_UNKNOWN = """
FROM (
    SELECT DISTINCT c.mobile_number AS number FROM customers_customer c
    WHERE c.mobile_number <> '' AND EXISTS (
        SELECT FROM customers_account a WHERE a.customer_id = c.id AND a.status <> 'closed'
    )
) AS held
WHERE NOT EXISTS (
    SELECT FROM customers_numberline l WHERE l.number = held.number AND l.looked_up_at > %s
)
"""
# Where texts never arrive, and what is said of it.
_BAD = {
    LineType.LANDLINE: ((Channel.TEXT,), "A landline: texts don't reach it. Offer voice."),
    LineType.NOT_A_NUMBER: ((Channel.TEXT, Channel.VOICE), "Not a number in use."),
}


@dataclass(slots=True)
class LookedUp:
    numbers: int = 0
    line_types: Counter[str] = field(default_factory=Counter)
    # Why it ended before all were looked up; "" where it did not.
    trouble: str = ""


def count_unknown() -> int:
    """Mobile numbers that were not looked up, or too long ago."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {_UNKNOWN}", [_since()])
        return int(cursor.fetchone()[0])


def look_up_numbers(*, most: int = MOST_AT_ONCE, rate: float = RATE) -> LookedUp:
    """At most so many numbers, at most so many a second. Safe to run again, and to break off:
    each answer is kept at once."""
    done = LookedUp()
    with _alone() as alone, requests.Session() as session:
        if not alone:
            done.trouble = "Numbers are being looked up already."
            return done
        session.trust_env = False
        for number in _wanted(most):
            began = time.monotonic()
            try:
                line = _patiently(session, number)
            except LookupFailedError as error:
                done.trouble = str(error)
                return done
            _keep(number, line)
            done.numbers += 1
            done.line_types[line.line_type.value] += 1
            time.sleep(max(0.0, 1 / rate - (time.monotonic() - began)))
    return done


@contextmanager
def _alone() -> Iterator[bool]:
    """False while somebody else looks up: the same numbers would be paid for twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOOKING])
        alone = bool(cursor.fetchone()[0])
    try:
        yield alone
    finally:
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOOKING])


def _wanted(most: int) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT number {_UNKNOWN} ORDER BY number LIMIT %s", [_since(), most])
        return [row[0] for row in cursor.fetchall()]


def _patiently(session: requests.Session, number: str) -> Line:
    for tries in range(1, _TRIES + 1):
        try:
            return look_up(session, number)
        except LookupFailedError as error:
            if error.retry_after is None or tries == _TRIES:
                raise
            time.sleep(min(error.retry_after, _LONGEST_WAIT))
    raise AssertionError("unreachable")


def _keep(number: str, line: Line) -> None:
    at = now()
    NumberLine.objects.update_or_create(
        number=number,
        defaults={"line_type": line.line_type, "carrier": line.carrier, "looked_up_at": at},
    )
    channels, words = _BAD.get(line.line_type, ((), ""))
    for channel in channels:
        hear_of_trouble(
            address=number,
            channel=channel,
            kind=AddressEventKind.BAD,
            cause=f"lookup:{number}:{channel}:{at.isoformat()}",
            at=at,
            code=line.line_type.value,
            words=words,
        )


def _since() -> datetime:
    return now() - timedelta(days=settings.TWILIO_LOOKUP_DAYS)
