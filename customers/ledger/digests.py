"""One line of the ledger as bytes, and their SHA-256.

The database makes the digest when a line is written (migration 0005); here it is made again from
what stands in the table, without the database's help. Each field is its length in bytes, a colon
and the value, or "~" where there is none: so no two lines are the same bytes.
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.utils import timezone

# Every column of customers_consentevent, in the order that is hashed. A new column is a new form:
# it gets another first character, and a seal keeps the form that it was made with.
FIELDS = (
    "id",
    "at",
    "customer_id",
    "address",
    "channel",
    "action",
    "purpose",
    "source",
    "words",
    "taken_by_id",
    "said_at",
    "corrects_id",
)
_FORM = b"1"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def line_as_bytes(values: tuple[Any, ...]) -> bytes:
    """`values` in the order of FIELDS; a moment as datetime, or as its microseconds."""
    parts = [_FORM]
    # One loop, no call for each field: a ledger has millions of them.
    for value in values:
        if value is None:
            parts.append(b"~")
            continue
        text = str(microseconds(value) if isinstance(value, datetime) else value).encode()
        parts.append(b"%d:%b" % (len(text), text))
    return b"".join(parts)


def line_digest(values: tuple[Any, ...]) -> bytes:
    return sha256(line_as_bytes(values)).digest()


def microseconds(moment: datetime) -> int:
    """Since 1970; exact, as PostgreSQL keeps it."""
    return (moment - _EPOCH) // MICROSECOND


def moment_words(since_1970: int) -> str:
    """Microseconds as people read them: the utility's local time with its zone."""
    try:
        moment = _EPOCH + since_1970 * MICROSECOND
        return f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S %Z}"
    except OverflowError:
        return "a moment that no calendar has"
