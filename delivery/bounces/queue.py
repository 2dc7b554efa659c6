"""The bad addresses that members still have on file: whom a CSR should ask, most urgent first.

First come the members whom no other channel reaches, then those who have gone longest without a
message that arrived. One row for each member and detail (Email 1, mobile number, …), set-based.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from common.choices import Channel
from common.emails import read_email
from common.phones import display_phone
from customers.address_health import SOFT_MOST, Health, health_of
from customers.choices import EmailSlot, LineType, NumberSlot
from customers.models import NumberLine

# The details that hold an address, with the channels that use it.
_SLOTS = (
    (EmailSlot.EMAIL_1, "lower(c.email_1)", [Channel.EMAIL]),
    (EmailSlot.EMAIL_2, "lower(c.email_2)", [Channel.EMAIL]),
    (NumberSlot.MOBILE, "c.mobile_number", [Channel.TEXT, Channel.VOICE]),
    (NumberSlot.HOME, "c.home_number", [Channel.VOICE]),
)
_OFF = """
off AS (
    SELECT address, channel FROM customers_suppression
    WHERE reason = 'bad_address' AND purpose = '' AND channel = ANY(%(channels)s)
    UNION
    -- Numbers that were not reached again and again: flagged, and still in use (RULES 15).
    SELECT address, channel FROM (
        SELECT address, channel,
            count(*) FILTER (WHERE kind = 'soft') AS troubles,
            max(at) FILTER (WHERE kind = 'soft') AS last,
            max(at) FILTER (WHERE kind = 'confirmed') AS confirmed
        FROM customers_addressevent
        WHERE channel = 'text' AND channel = ANY(%(channels)s)
          AND kind IN ('soft', 'confirmed') AND at > now() - interval '30 days'
        GROUP BY address, channel
    ) AS heard
    WHERE troubles >= %(soft_most)s AND (confirmed IS NULL OR confirmed < last)
    UNION
    -- Returned mail that may be forged: a person should look.
    SELECT address, channel FROM customers_addressevent doubtful
    WHERE kind = 'unmatched' AND channel = 'email' AND channel = ANY(%(channels)s)
      AND at > now() - interval '30 days'
      AND NOT EXISTS (
        SELECT FROM customers_addressevent c WHERE c.address = doubtful.address
          AND c.channel = 'email' AND c.kind = 'confirmed' AND c.at >= doubtful.at
      )
)"""
_HELD_IN = """
    SELECT c.id, '{slot}'::text AS slot, off.address, off.channel
    FROM off JOIN customers_customer c ON {column} = off.address
    WHERE off.channel IN ({channels}) AND off.address <> ''"""
_HELD = """,
held AS (
    SELECT id, slot, address, array_agg(channel ORDER BY channel) AS channels FROM ("""
_HELD += "\n    UNION ALL".join(
    _HELD_IN.format(
        slot=slot.value, column=column, channels=", ".join(f"'{one.value}'" for one in channels)
    )
    for slot, column, channels in _SLOTS
)
_HELD += """
    ) AS each
    WHERE EXISTS (
        SELECT FROM customers_account a WHERE a.customer_id = each.id AND a.status <> 'closed'
    )
    GROUP BY id, slot, address
)"""
_COUNT = f"WITH {_OFF}{_HELD} SELECT count(*) FROM held"  # noqa: S608  (constants)


def _works(column: str, channel: str) -> str:
    return (
        f"({column} <> '' AND NOT EXISTS (SELECT FROM customers_suppression s "
        f"WHERE s.address = {column} AND s.channel = '{channel}' AND s.purpose = ''))"
    )


_PAGE = f"""
WITH {_OFF}{_HELD},
ways AS MATERIALIZED (
    SELECT c.id,
        ({_works("lower(c.email_1)", "email")} OR {_works("lower(c.email_2)", "email")}) AS email,
        {_works("c.mobile_number", "text")} AS text,
        ({_works("c.mobile_number", "voice")} OR {_works("c.home_number", "voice")}) AS voice,
        EXISTS (SELECT FROM customers_device d WHERE d.customer_id = c.id AND d.enabled) AS push,
        (
            SELECT m.settled_at FROM delivery_message m
            WHERE m.customer_id = c.id AND m.status IN ('sent', 'delivered', 'opened')
            ORDER BY m.id DESC LIMIT 1
        ) AS reached_at
    FROM customers_customer c WHERE c.id IN (SELECT id FROM held)
)
SELECT held.id, held.slot, held.address, held.channels, c.name, c.number,
    ways.email, ways.text, ways.voice, ways.push, ways.reached_at, c.home_number
FROM held JOIN ways ON ways.id = held.id JOIN customers_customer c ON c.id = held.id
ORDER BY (ways.email OR ways.text OR ways.voice OR ways.push), ways.reached_at NULLS FIRST,
    held.id, held.slot
LIMIT %(limit)s OFFSET %(offset)s
"""  # noqa: S608  (constants)


@dataclass(frozen=True, slots=True)
class BadAddress:
    customer_id: int
    slot: str
    address: str
    channels: list[Channel]
    name: str
    member_number: str
    # The channels that still reach the member.
    ways: list[Channel]
    reached_at: datetime | None
    health: Health
    # An address that may be meant; "" where none comes to mind.
    suggestion: str = ""
    line: NumberLine | None = None
    # A landline that stands where texts go, and no home number: it can take calls there.
    may_be_home_number: bool = False

    @property
    def shown(self) -> str:
        """As people write it."""
        return self.address if "@" in self.address else display_phone(self.address)


def count_bad(channel: Channel | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, _values(channel))
        return int(cursor.fetchone()[0])


def bad_page(*, channel: Channel | None = None, limit: int, offset: int = 0) -> list[BadAddress]:
    with connection.cursor() as cursor:
        cursor.execute(_PAGE, {**_values(channel), "limit": limit, "offset": offset})
        rows = cursor.fetchall()
    states = health_of((row[2], Channel(channel)) for row in rows for channel in row[3])
    lines = NumberLine.objects.in_bulk([row[2] for row in rows])
    return [_row(row, states, lines) for row in rows]


def _values(channel: Channel | None) -> dict[str, Any]:
    chosen = [channel] if channel else [Channel.EMAIL, Channel.TEXT, Channel.VOICE]
    return {"channels": [one.value for one in chosen], "soft_most": SOFT_MOST}


def _row(
    row: Sequence[Any],
    states: Mapping[tuple[str, Channel], Health],
    lines: Mapping[str, NumberLine],
) -> BadAddress:
    id_, slot, address, found, name, number = row[:6]
    reached, home = row[10:]
    channels = [Channel(one) for one in found]
    ways = zip((Channel.EMAIL, Channel.TEXT, Channel.VOICE, Channel.PUSH), row[6:10], strict=True)
    line = lines.get(address)
    takes_calls = Channel.VOICE not in channels
    return BadAddress(
        customer_id=id_,
        slot=slot,
        address=address,
        channels=channels,
        name=name,
        member_number=number,
        ways=[channel for channel, works in ways if works],
        reached_at=reached,
        health=states[address, channels[0]],
        suggestion=read_email(address).suggestion if "@" in address else "",
        line=line,
        may_be_home_number=slot == NumberSlot.MOBILE
        and takes_calls
        and not home
        and (line is None or line.line_type != LineType.MOBILE),
    )
