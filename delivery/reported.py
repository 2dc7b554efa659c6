"""Providers' later words on messages: many at a time, in any order, forward only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from common.choices import Channel
from customers.address_health import hear_of_trouble
from customers.choices import AddressEventKind
from delivery.bounces.unreached import (
    is_unreached,
    take_too_fast,
    take_unreached,
    was_too_fast,
)
from delivery.choices import Status
from delivery.results import storable
from delivery.statuses import FORWARD, REPORTED, sources_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A provider's word on the message that has this id there, or this key of ours.

    `address`: tells the messages of one request apart where their provider gives them one id.
    `bad_address`: the address is at fault and is not used again on this channel.
    """

    provider: str
    status: Status
    provider_id: str = ""
    message_key: UUID | None = None
    address: str = ""
    code: str = ""
    reason: str = ""
    bad_address: bool = False
    # When it happened, where that was before now.
    at: datetime | None = None


class Heard(Enum):
    # No message has the id, or its hand-over isn't recorded yet: it may still come.
    TOO_EARLY = "too early"
    # Whether or not its status moved.
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Known:
    """The message that a report is about, as it was."""

    id: int
    status: Status
    address: str
    channel: Channel
    provider_id: str


_FIND = """
WITH told AS (
    SELECT * FROM unnest(%(places)s::int[], %(providers)s::text[], %(ids)s::text[],
                         %(keys)s::uuid[], %(addresses)s::text[])
        AS told(place, provider, provider_id, key, address)
), by_id AS (
    SELECT told.place, m.id, m.status, m.address, m.channel, m.provider_id,
           told.address AS told_address, count(*) OVER (PARTITION BY told.place) AS together
    FROM told JOIN delivery_message m
        ON m.provider_id = told.provider_id AND m.provider = told.provider
    WHERE told.key IS NULL AND told.provider_id <> '' AND m.provider_id <> ''
)
SELECT told.place, m.id, m.status, m.address, m.channel, m.provider_id
FROM told JOIN delivery_message m ON m.key = told.key
UNION ALL
SELECT place, id, status, address, channel, provider_id FROM by_id
WHERE together = 1 OR lower(address) = told_address
"""
_MOVE = """
WITH told AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(statuses)s::text[], %(codes)s::text[],
                         %(reasons)s::text[]) AS told(id, status, code, reason)
), held AS (
    -- In one order, whoever else reports on them.
    SELECT id FROM delivery_message WHERE id = ANY(%(ids)s) ORDER BY id FOR UPDATE
)
UPDATE delivery_message m
SET status = told.status, code = told.code, reason = told.reason, settled_at = now()
FROM told JOIN held USING (id),
     unnest(%(befores)s::text[], %(afters)s::text[]) AS forward(before, after)
WHERE m.id = told.id AND forward.after = told.status AND forward.before = m.status
"""
_PAIRS = [(str(before), str(after)) for after in REPORTED for before in sources_of(after)]
# Their provider has not answered yet, as far as is recorded.
_OPEN = frozenset({Status.QUEUED, Status.HELD, Status.SENDING})


@transaction.atomic
def apply_reports(reports: Sequence[Report]) -> list[Heard]:
    """What became of each report, in their order.

    Of several on one message the furthest counts, and so no order among them matters: the statuses
    that providers report can be put in one row (`statuses.REPORTED`).
    """
    found = find_messages(reports)
    furthest: dict[int, Report] = {}
    heard = []
    for report, known in zip(reports, found, strict=True):
        settled = [message for message in known if message.status not in _OPEN]
        heard.append(Heard.TAKEN if settled else Heard.TOO_EARLY)
        for message in settled:
            other = furthest.get(message.id)
            if other is None or _rank(report) > _rank(other):
                furthest[message.id] = report
    moving = {
        message.id: furthest[message.id]
        for known in found
        for message in known
        if message.id in furthest and furthest[message.id].status in FORWARD[message.status]
    }
    if moving:
        _move(moving)
    for report, known in zip(reports, found, strict=True):
        speaks_of_try = is_unreached(report.provider, report.code) or was_too_fast(
            report.provider, report.code
        )
        if report.bad_address or speaks_of_try:
            for message in known:
                if message.status not in _OPEN:
                    _remember(report, message)
    return heard


def _remember(report: Report, message: Known) -> None:
    """What a report says of the address, or of the try. Told again it says nothing new, not even
    where the address was confirmed meanwhile."""
    if was_too_fast(report.provider, report.code):
        take_too_fast(message_id=message.id, provider_id=message.provider_id)
        return
    if not report.bad_address:
        take_unreached(
            message_id=message.id,
            address=message.address,
            provider=report.provider,
            provider_id=message.provider_id,
            code=report.code,
            words=report.reason,
        )
        return
    hear_of_trouble(
        address=message.address,
        channel=message.channel,
        kind=AddressEventKind.BAD,
        cause=f"reported:{report.provider}:{message.provider_id}:{message.id}:{report.code}",
        at=min(report.at or timezone.now(), timezone.now()),
        code=report.code,
        words=report.reason,
    )


def apply_report(report: Report) -> bool:
    """The same for one. False where it came too early, or is of no message of ours."""
    return apply_reports([report]) == [Heard.TAKEN]


def find_messages(reports: Sequence[Report]) -> list[list[Known]]:
    """For each report, the messages that it is about: one, or none."""
    found: list[list[Known]] = [[] for _ in reports]
    with connection.cursor() as cursor:
        cursor.execute(
            _FIND,
            {
                "places": list(range(len(reports))),
                "providers": [report.provider for report in reports],
                "ids": [storable(report.provider_id, 120) for report in reports],
                "keys": [report.message_key for report in reports],
                "addresses": [storable(report.address, 254).lower() for report in reports],
            },
        )
        for place, id_, status, address, channel, provider_id in cursor.fetchall():
            found[place].append(Known(id_, Status(status), address, Channel(channel), provider_id))
    return found


def _move(moving: dict[int, Report]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _MOVE,
            {
                "ids": list(moving),
                "statuses": [str(report.status) for report in moving.values()],
                "codes": [storable(report.code, 40) for report in moving.values()],
                "reasons": [storable(report.reason, 200) for report in moving.values()],
                "befores": [before for before, _ in _PAIRS],
                "afters": [after for _, after in _PAIRS],
            },
        )


def _rank(report: Report) -> tuple[int, str, str]:
    return REPORTED.index(report.status), report.code, report.reason
