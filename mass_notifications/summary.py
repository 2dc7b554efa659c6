"""What a check found, in numbers: for the page, the command line and the decision to send."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from math import ceil
from typing import Any, Self

from django.conf import settings
from django.db import connection
from django.utils import timezone

from common.choices import Channel
from common.quiet_hours import Place, earliest, is_solicitation
from delivery.choices import RateUnit
from delivery.models import Sender
from delivery.selectors import default_sender
from mass_notifications.choices import LeftOut


@dataclass(slots=True)
class ChannelSummary:
    """What goes out on one channel. `segments` are 0 for all but texts (RULES 13)."""

    recipients: int = 0
    messages: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    segments: int = 0
    fewest_segments: int = 0
    most_segments: int = 0
    cost_cents: int = 0
    # At the sender's rate (RULES 17); None: as fast as the provider takes them.
    seconds: int | None = None
    rate: float = 0
    rate_unit: str = RateUnit.MESSAGE.value
    sender: str = ""
    sender_address: str = ""


@dataclass(slots=True)
class CulpritFound:
    """A character that makes texts dearer. `replacement` None: there is nothing plain for it."""

    character: str
    replacement: str | None
    # "the message", or "the values" where it comes from the file or a record.
    where: str
    texts: int


@dataclass(slots=True)
class Zone:
    """Recipients of texts and calls by where their telephones ring."""

    time_zone: str
    state: str
    phones: int


@dataclass(slots=True)
class Summary:
    rows: int = 0
    good: int = 0
    problem_rows: int = 0
    problems: int = 0
    # Rows that get at least one message, and the good rows that get none, by the main reason.
    reached: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    # Rows left out on some channel, by reason; a row may count under several.
    left_out_anywhere: dict[str, int] = field(default_factory=dict)
    # Good rows whose account is nobody's we know.
    unmatched: int = 0
    # Good rows with nothing but the account: reached by the details on record.
    from_record: int = 0
    messages: int = 0
    cost_cents: int = 0
    seconds: int | None = None
    channels: dict[str, ChannelSummary] = field(default_factory=dict)
    languages: dict[str, int] = field(default_factory=dict)
    zones: list[Zone] = field(default_factory=list)
    # Of the wording; see `wording_check`.
    wording_counted: bool = False
    culprits: list[CulpritFound] = field(default_factory=list)
    plain_saves_segments: int = 0
    plain_saves_cents: int = 0
    too_long_texts: int = 0
    empty_texts: int = 0
    # Placeholder as shown → rows that have no value for it.
    gaps: dict[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        known = {name: value for name, value in data.items() if name in cls.__dataclass_fields__}
        known["channels"] = {
            channel: ChannelSummary(**found) for channel, found in known.get("channels", {}).items()
        }
        known["culprits"] = [CulpritFound(**found) for found in known.get("culprits", [])]
        known["zones"] = [Zone(**found) for found in known.get("zones", [])]
        return cls(**known)

    @property
    def hours_in_queue(self) -> float:
        """How long the last text or call waits at the sender's rate."""
        return (self.seconds or 0) / 3600


_COUNTS = """
SELECT r.language, r.time_zone, coalesce(a.state, '') AS state,
    count(*), count(*) FILTER (WHERE r.good),
    count(*) FILTER (WHERE r.good AND r.account_id IS NULL),
    count(*) FILTER (WHERE r.from_record AND r.good),
    count(*) FILTER (WHERE cardinality(r.emails) > 0 OR r.text_number <> ''
                        OR r.voice_number <> '' OR cardinality(r.devices) > 0),
    coalesce(sum(jsonb_array_length(r.problems)), 0),
    count(*) FILTER (WHERE cardinality(r.emails) > 0), coalesce(sum(cardinality(r.emails)), 0),
    count(*) FILTER (WHERE r.text_number <> ''), count(*) FILTER (WHERE r.voice_number <> ''),
    count(*) FILTER (WHERE r.text_number <> '' OR r.voice_number <> ''),
    count(*) FILTER (WHERE cardinality(r.devices) > 0), coalesce(sum(cardinality(r.devices)), 0)
FROM {table} r LEFT JOIN customers_account a ON a.id = r.account_id
WHERE r.notification_id = %s
GROUP BY 1, 2, 3
"""
# The reasons of the channels on which a row gets nothing, each once, the weightiest first.
_LEFT_OUT = """
WITH reasons AS (
    SELECT DISTINCT r."row", x.channel, array_position(%s::text[], x.reason) AS weight,
        NOT (cardinality(r.emails) > 0 OR r.text_number <> '' OR r.voice_number <> ''
             OR cardinality(r.devices) > 0) AS nothing
    FROM {table} r, jsonb_to_recordset(r.left_out) AS x(channel text, reason text)
    WHERE r.notification_id = %s AND r.left_out IS NOT NULL AND CASE x.channel
        WHEN 'email' THEN cardinality(r.emails) = 0 WHEN 'text' THEN r.text_number = ''
        WHEN 'voice' THEN r.voice_number = '' ELSE cardinality(r.devices) = 0 END
), main AS (
    SELECT "row", channel, min(weight) AS weight, bool_or(nothing) AS nothing
    FROM reasons GROUP BY 1, 2
)
SELECT channel, weight, count(*) FROM main GROUP BY 1, 2
UNION ALL
SELECT '', weight, count(*) FROM (
    SELECT min(weight) AS weight FROM main WHERE nothing GROUP BY "row") n GROUP BY 2
UNION ALL
SELECT 'any', weight, count(*) FROM (SELECT DISTINCT "row", weight FROM main) n GROUP BY 2
"""


def count_rows(*, notification_id: int, channels: list[str], table: str) -> Summary:
    """The summary of the recipient rows, without what depends on the wording."""
    summary = Summary(channels={channel: ChannelSummary() for channel in channels})
    phones: dict[tuple[str, str], int] = {}
    per = {channel: summary.channels.get(channel) or ChannelSummary() for channel in Channel.values}
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS.format(table=table), [notification_id])
        for row in cursor.fetchall():
            language, zone, state, rows, good, unmatched, from_record, reached, problems = row[:9]
            email, emails, text, voice, calls, push, pushes = row[9:]
            summary.rows += rows
            summary.good += good
            summary.unmatched += unmatched
            summary.from_record += from_record
            summary.reached += reached
            summary.problems += int(problems)
            per["email"].recipients += email
            per["email"].messages += int(emails)
            per["text"].recipients += text
            per["text"].messages += text
            per["voice"].recipients += voice
            per["voice"].messages += voice
            per["push"].recipients += push
            per["push"].messages += int(pushes)
            if reached:
                summary.languages[language] = summary.languages.get(language, 0) + reached
            if calls:
                phones[zone, state] = phones.get((zone, state), 0) + calls
        summary.problem_rows = summary.rows - summary.good
        reasons = [reason.value for reason in LeftOut]
        cursor.execute(_LEFT_OUT.format(table=table), [reasons, notification_id])
        for channel, weight, count in cursor.fetchall():
            if channel == "any":
                found = summary.left_out_anywhere
            elif channel:
                found = per[channel].left_out
            else:
                found = summary.left_out
            found[reasons[weight - 1]] = count
    summary.zones = [Zone(zone, state, count) for (zone, state), count in sorted(phones.items())]
    of_channels = [found.left_out for found in per.values()]
    for counts in (summary.left_out, summary.left_out_anywhere, *of_channels):
        _in_order(counts, reasons)
    return summary


def add_cost(summary: Summary) -> None:
    """Money and time at each channel's sender, from the messages and segments counted so far."""
    summary.cost_cents = summary.messages = 0
    summary.seconds = None
    for channel, found in summary.channels.items():
        sender = default_sender(channel)
        found.sender, found.sender_address = sender.name, sender.address
        found.rate, found.rate_unit = sender.rate, str(sender.rate_unit)
        found.cost_cents = cost_cents(sender, found.messages, found.segments)
        units = found.segments if sender.rate_unit == RateUnit.SEGMENT else found.messages
        found.seconds = ceil(units / sender.rate) if sender.rate > 0 else None
        summary.messages += found.messages
        summary.cost_cents += found.cost_cents
        if found.seconds is not None:
            summary.seconds = max(summary.seconds or 0, found.seconds)


def cost_cents(sender: Sender, messages: int, segments: int) -> int:
    """What so many messages cost; a text is paid by the segment."""
    units = segments if sender.channel == Channel.TEXT and segments else messages
    return ceil(units * sender.price_per_thousand / 1000)


def asleep(summary: Summary, *, purpose: str, at: datetime | None = None) -> int:
    """How many recipients of texts and calls are within their quiet hours at a moment (RULES 9)."""
    moment = at or timezone.now()
    solicits = is_solicitation(purpose)
    count = 0
    for zone in summary.zones:
        place = Place(zone.time_zone or settings.TIME_ZONE, zone.state)
        if earliest(moment, [place], solicits=solicits) > moment:
            count += zone.phones
    return count


def _in_order(counts: dict[str, int], order: list[str]) -> None:
    for reason in order:
        if reason in counts:
            counts[reason] = counts.pop(reason)
