"""The chain of seals over the ledger.

    hash = SHA-256(hash of the seal before, seq, event id, moment of sealing, digest of the event)

Writers of events wait for nobody: an event leaves its digest in `customers_ledgerwaiting`, in its
own transaction. What is committed there is sealed a moment later, by one sealer at a time. The
order of the chain is the order of sealing, and within one sealing that of the events' ids.
"""

from datetime import datetime
from hashlib import sha256
from time import monotonic
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from customers.ledger.digests import microseconds
from customers.models import LedgerSeal

BEFORE_THE_FIRST = bytes(32)
AT_ONCE = 20_000
# Arbitrary, ours alone in the database.
_SEALER = 72_140_003

_WAITING = """
SELECT w.event_id, w.digest FROM customers_ledgerwaiting w
-- One that was removed before its seal stays here, for verify_ledger to find.
WHERE EXISTS (SELECT FROM customers_consentevent e WHERE e.id = w.event_id)
ORDER BY w.event_id LIMIT %s
"""
_COPY = """
COPY customers_ledgerseal (seq, event_id, digest, prev_hash, hash, sealed_at) FROM STDIN BINARY
"""
_TYPES = ("int8", "int8", "bytea", "bytea", "bytea", "timestamptz")


class Head(NamedTuple):
    """The end of the chain. Kept elsewhere, it vouches for everything before it."""

    seq: int
    hash: bytes
    sealed_at: datetime | None

    def __str__(self) -> str:
        """As it is printed and given back: 4711:9f86d0…"""
        return f"{self.seq}:{self.hash.hex()}"


def link(prev_hash: bytes, seq: int, event_id: int, sealed_at: int, digest: bytes) -> bytes:
    """`sealed_at`: microseconds since 1970."""
    place = f"{seq}|{event_id}|{sealed_at}|".encode()
    return sha256(prev_hash + place + digest).digest()


def head() -> Head:
    last = LedgerSeal.objects.order_by("-seq").values_list("seq", "hash", "sealed_at").first()
    return Head(last[0], bytes(last[1]), last[2]) if last else Head(0, BEFORE_THE_FIRST, None)


def seal_waiting(*, seconds: float | None = None, at_once: int = AT_ONCE) -> int:
    """Seal what waits; how many events got their seal. 0 too where somebody else is sealing.

    In transactions of `at_once` events; none begins after `seconds`.
    """
    began = monotonic()
    sealed = 0
    while True:
        now = _seal_some(at_once)
        sealed += now
        if now < at_once or (seconds is not None and monotonic() - began > seconds):
            return sealed


@transaction.atomic
def _seal_some(most: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SEALER])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(_WAITING, [most])
        waiting = cursor.fetchall()
        if not waiting:
            return 0
        seq, prev_hash, _ = head()
        now = timezone.now()
        moment = microseconds(now)
        with cursor.copy(_COPY) as copy:
            copy.set_types(_TYPES)
            for event_id, digest in waiting:
                seq += 1
                sealed = link(prev_hash, seq, event_id, moment, digest)
                copy.write_row((seq, event_id, digest, prev_hash, sealed, now))
                prev_hash = sealed
        cursor.execute(
            "DELETE FROM customers_ledgerwaiting WHERE event_id = ANY(%s)",
            [[event_id for event_id, _ in waiting]],
        )
    return len(waiting)
