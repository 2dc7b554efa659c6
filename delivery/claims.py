"""Claiming a window of messages: the last look before they are handed over.

A claim marks its rows *sending*, committed, and is itself the window that a crash puts in doubt.
What must not go is turned away here: an address that said stop, a batch that was paused, an hour
in which no telephone rings, the fourth call in a month without consent (RULES 4, 5, 9, 10).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.utils import timezone

from common.choices import Channel
from delivery.calls import limits
from delivery.calls.attempts import begin_calls
from delivery.choices import Lane
from delivery.database import Connection
from delivery.quiet import COLUMNS as HOURS_COLUMNS
from delivery.quiet import JOINS as HOURS_JOINS
from delivery.quiet import PHONES, Hours

# Seconds until a window whose process has not renewed it counts as in doubt.
LEASE = 20
_START = (datetime(1970, 1, 1, tzinfo=UTC), 0)

_WAITING = """
SELECT m.id, m.key, m.batch_id, m.content_id, m.customer_id, m.address, m.context, m.attempts,
       m.claims, m.due_at, m.purpose, m.time_zone, {phone_columns},
       (SELECT s.reason FROM customers_suppression s
         WHERE s.address = lower(m.address) AND s.channel = m.channel
           AND s.purpose IN ('', m.purpose,
               (SELECT c.topic FROM delivery_content c WHERE c.id = m.content_id))
           -- Asked for just now: whether an address that bounced is good after all.
           AND NOT (s.reason = 'bad_address' AND m.purpose = 'verification') LIMIT 1)
FROM delivery_message m
JOIN delivery_batch b ON b.id = m.batch_id AND b.state = 'open'
{phone_joins}
WHERE m.sender_id = %s AND m.lane = %s AND m.batch_id = %s
  AND m.status IN ('queued', 'held') AND m.due_at <= now() AND (m.due_at, m.id) > (%s, %s)
ORDER BY m.due_at, m.id
LIMIT %s
FOR UPDATE OF m SKIP LOCKED
"""
_PLAIN = _WAITING.format(phone_columns="true, false, '{}'::text[], null, null", phone_joins="")
_TEXT = _WAITING.format(
    phone_columns=f"true, t.number IS NULL, {HOURS_COLUMNS}",
    phone_joins=f"LEFT JOIN delivery_textednumber t ON t.number = m.address {HOURS_JOINS}",
)
_VOICE = _WAITING.format(
    phone_columns=f"{limits.CONSENTED}, false, {HOURS_COLUMNS}", phone_joins=HOURS_JOINS
)
_QUERIES = {Channel.TEXT: _TEXT, Channel.VOICE: _VOICE}


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this process is about to hand over."""

    id: int
    key: UUID
    batch_id: int
    content_id: int
    customer_id: int | None
    address: str
    context: Mapping[str, str]
    attempt: int
    # Which claim of this message it is: the fence (see results.py).
    claim: int
    first_text: bool


@dataclass(slots=True)
class Cursor:
    """Where the last claim from a batch ended: the next need not pass over its dead rows."""

    due_at: datetime = _START[0]
    id: int = _START[1]

    @property
    def at_start(self) -> bool:
        return (self.due_at, self.id) == _START


def open_batches(connection: Connection) -> list[int]:
    """The batches that may send now."""
    return [
        row[0]
        for row in connection.execute(
            "SELECT id FROM delivery_batch WHERE state = 'open' ORDER BY id"
        ).fetchall()
    ]


def waiting_batches(connection: Connection, *, sender_id: int, lane: Lane) -> list[int]:
    """Those of them in which something is due."""
    return [
        row[0]
        for row in connection.execute(
            "SELECT b.id FROM delivery_batch b WHERE b.state = 'open' AND EXISTS ("
            "SELECT FROM delivery_message m WHERE m.sender_id = %s AND m.lane = %s "
            "AND m.batch_id = b.id AND m.status IN ('queued', 'held') AND m.due_at <= now()) "
            "ORDER BY b.id",
            [sender_id, lane],
            prepare=True,
        ).fetchall()
    ]


def claim(
    connection: Connection,
    *,
    sender_id: int,
    channel: Channel,
    lane: Lane,
    batch_id: int,
    cursor: Cursor,
    limit: int,
    provider: str,
) -> tuple[list[Claimed], int]:
    """Up to `limit` messages of a batch, marked *sending*; and how many rows were looked at.

    Rows can be looked at and none claimed: all of them were turned away, and there may be more.
    Runs in the caller's transaction; the rows are the caller's once it is committed.
    """
    rows = connection.execute(
        _QUERIES.get(channel, _PLAIN),
        [sender_id, lane, batch_id, cursor.due_at, cursor.id, limit],
        prepare=True,
    ).fetchall()
    if not rows:
        return [], 0
    claimed: list[Claimed] = []
    suppressed: list[tuple[int, str]] = []
    held: list[tuple[int, datetime]] = []
    counted: list[tuple[int, str]] = []  # calls that rest on no consent
    hours = Hours(timezone.now()) if channel in PHONES else None
    for row in rows:
        (id_, key, batch, content, customer, address, context, attempts, claims) = row[:9]
        (due_at, purpose, zone, consented, first, places, opens, closes, stopped) = row[9:]
        cursor.due_at, cursor.id = due_at, id_
        if stopped:
            suppressed.append((id_, stopped))
            continue
        if hours and (
            later := hours.quiet_until(
                purpose=purpose,
                lane=lane,
                number=address,
                time_zone=zone,
                places=places,
                opens=opens,
                closes=closes,
            )
        ):
            held.append((id_, later))
            continue
        if not consented and purpose not in limits.NOT_LIMITED:
            counted.append((id_, address))
        claimed.append(
            Claimed(
                id_,
                key,
                batch,
                content,
                customer,
                address,
                context,
                attempt=attempts + 1,
                claim=claims + 1,
                first_text=first,
            )
        )
    if over := limits.over_the_limit(connection, counted):
        suppressed += [(id_, limits.REASON) for id_ in over]
        claimed = [message for message in claimed if message.id not in over]
    if claimed:
        connection.execute(
            "UPDATE delivery_message SET status = 'sending', attempts = attempts + 1, "
            "claims = claims + 1, provider = %s, provider_id = '', "
            "lease_until = now() + make_interval(secs => %s) WHERE id = ANY(%s)",
            [provider, LEASE, [message.id for message in claimed]],
        )
        if channel == Channel.VOICE:
            begin_calls(
                connection,
                provider=provider,
                calls=[(one.id, one.claim, one.attempt, one.address) for one in claimed],
            )
    if suppressed:
        connection.execute(
            "UPDATE delivery_message m SET status = 'suppressed', reason = r.reason, "
            "settled_at = now() FROM unnest(%s::bigint[], %s::text[]) AS r(id, reason) "
            "WHERE m.id = r.id",
            [[id_ for id_, _ in suppressed], [reason for _, reason in suppressed]],
        )
    if held:
        connection.execute(
            "UPDATE delivery_message m SET status = 'held', due_at = r.due_at "
            "FROM unnest(%s::bigint[], %s::timestamptz[]) AS r(id, due_at) WHERE m.id = r.id",
            [[id_ for id_, _ in held], [later for _, later in held]],
        )
    return claimed, len(rows)


def renew(connection: Connection, ids: list[int]) -> None:
    """Still at work on these."""
    connection.execute(
        "UPDATE delivery_message SET lease_until = now() + make_interval(secs => %s) "
        "WHERE id = ANY(%s) AND status = 'sending'",
        [LEASE, ids],
    )
