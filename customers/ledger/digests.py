"""One line of the ledger as bytes, and their SHA-256.

The database makes the digest when a line is written (migration 0005); here it is made again from
what stands in the table, without the database's help. Each field is its length in bytes, a colon
and the value, or "~" where there is none: so no two lines are the same bytes.
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

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
_MICROSECOND = timedelta(microseconds=1)


def line_as_bytes(values: tuple[Any, ...]) -> bytes:
    """`values` in the order of FIELDS."""
    return _FORM + b"".join(map(_part, values))


def line_digest(values: tuple[Any, ...]) -> bytes:
    return sha256(line_as_bytes(values)).digest()


def microseconds(moment: datetime) -> int:
    """Since 1970; exact, as PostgreSQL keeps it."""
    return (moment - _EPOCH) // _MICROSECOND


def _part(value: Any) -> bytes:
    if value is None:
        return b"~"
    if isinstance(value, datetime):
        value = microseconds(value)
    text = str(value).encode()
    return b"%d:%s" % (len(text), text)
