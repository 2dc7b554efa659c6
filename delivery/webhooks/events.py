"""Keeping what a provider told us: one statement, and the answer is out.

What it means is worked out by `applying.py`, in a worker, many at a time.
"""

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction

from common.hints import hint
from delivery.webhooks.choices import EventKind
from delivery.webhooks.payloads import clean, kept

APPLY_TASK = "delivery.apply_webhooks"
QUEUE = "reports"
# Seconds: a process hints so often at most, and its hint is worked on so much later, so that it
# stands for all that came in between.
_PAUSE = 0.5
_WAIT = 0.5
# Where the broker is away, the sweep finds the events.
_PAUSE_WITHOUT_BROKER = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`name`: what makes the event this one and no other, such as a message's id and status."""

    provider: str
    kind: EventKind
    name: str
    provider_id: str = ""
    message_key: UUID | None = None
    address: str = ""
    payload: Mapping[str, Any]
    told_at: datetime | None = None


def keep(events: Sequence[Event]) -> int:
    """Store what is new, to be applied soon; returns how many are new."""
    if connection.in_atomic_block:
        new = _insert(events, is_applied=False)
    else:
        # The look whether a connection still lives costs as much as the insert. This one may
        # simply be said again.
        connection.health_check_done = True  # type: ignore[attr-defined]
        try:
            new = _insert(events, is_applied=False)
        except (OperationalError, InterfaceError):
            connection.close()
            new = _insert(events, is_applied=False)
    if new:
        transaction.on_commit(_tell)
    return new


def keep_applied(event: Event) -> bool:
    """Store what the caller applies in this transaction. False where it was told before."""
    return _insert([event], is_applied=True) == 1


def key_of(name: str) -> UUID:
    digest = hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=16).digest()
    return UUID(bytes=digest)


_INSERT = """
INSERT INTO delivery_webhookevent
    (provider, key, kind, provider_id, message_key, address, payload, told_at, {when})
VALUES {rows} ON CONFLICT (provider, key) DO NOTHING
"""
_ROW = "(%s, %s, %s, %s, %s, %s, %s::jsonb, %s, now())"


def _insert(events: Sequence[Event], *, is_applied: bool) -> int:
    if not events:
        return 0
    values: list[Any] = []
    for event in events:
        values += (
            event.provider,
            key_of(event.name),
            str(event.kind),
            clean(event.provider_id, 120),
            event.message_key,
            clean(event.address, 254),
            json.dumps(kept(event.payload)),
            event.told_at,
        )
    statement = _INSERT.format(
        when="applied_at" if is_applied else "try_at", rows=", ".join([_ROW] * len(events))
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


class _Teller:
    """Tells the workers, but not of each event."""

    def __init__(self) -> None:
        self._again_at = 0.0

    def __call__(self) -> None:
        now = time.monotonic()
        if now < self._again_at:
            return
        self._again_at = now + _PAUSE
        if not hint(APPLY_TASK, queue=QUEUE, countdown=_WAIT):
            self._again_at = now + _PAUSE_WITHOUT_BROKER


_tell = _Teller()
