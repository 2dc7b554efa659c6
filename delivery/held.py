"""What waits for the hours in which telephones may ring, and when it goes (RULES 9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from common.choices import Channel
from delivery.choices import Status
from delivery.models import Message

PAGE = 50


@dataclass(frozen=True, slots=True)
class HeldGroup:
    """Messages of one batch and channel that go at the same moment, on the same clock."""

    at: datetime
    time_zone: str
    channel: Channel
    batch_id: int
    batch: str
    count: int


@dataclass(frozen=True, slots=True)
class HeldPage:
    """In the order in which they go. `after`: what to ask for next; "" at the end."""

    messages: Sequence[Message]
    after: str


def held_groups(*, batch_id: int | None = None, most: int = 200) -> list[HeldGroup]:
    """The next ones first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT m.due_at, m.time_zone, m.channel, m.batch_id, b.name, count(*)
            FROM delivery_message m JOIN delivery_batch b ON b.id = m.batch_id
            WHERE m.status = 'held' AND (%(batch)s::bigint IS NULL OR m.batch_id = %(batch)s)
                AND b.state <> 'cancelled'
            GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 6 DESC LIMIT %(most)s
            """,
            {"batch": batch_id, "most": most},
        )
        return [
            HeldGroup(at, zone, Channel(channel), batch, name, count)
            for at, zone, channel, batch, name, count in cursor.fetchall()
        ]


def held_messages(
    *, batch_id: int | None = None, channel: str = "", after: str = "", size: int = PAGE
) -> HeldPage:
    """One by one, in the order in which they go."""
    rows = Message.objects.filter(status=Status.HELD).select_related("batch", "customer")
    wanted: dict[str, Any] = {}
    if batch_id is not None:
        wanted["batch_id"] = batch_id
    if channel:
        wanted["channel"] = channel
    rows = rows.filter(**wanted).exclude(batch__state="cancelled")
    place = _place(after)
    if place is not None:
        rows = rows.filter(pk__gt=place)
    found = list(rows.order_by("pk")[: size + 1])
    shown = found[:size]
    return HeldPage(shown, str(shown[-1].pk) if len(found) > size else "")


def _place(after: str) -> int | None:
    return int(after) if after.isascii() and after.isdigit() and len(after) < 18 else None
