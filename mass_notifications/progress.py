"""A sending on its way: bars by channel, what needs a look, and each recipient's message."""

from dataclasses import dataclass, field
from datetime import datetime
from math import ceil

from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from common.choices import Channel
from delivery.as_sent import outgoing_of
from delivery.batches import batch_counts
from delivery.calls.history import calls_of
from delivery.choices import RateUnit, Status
from delivery.held import HeldGroup, held_groups
from delivery.selectors import default_sender
from mass_notifications.choices import State
from mass_notifications.models import MassNotification, RecipientRow
from mass_notifications.placeholders import ACCOUNT_SHOWN, ROW_OF_MESSAGE
from mass_notifications.preview import Words, words_of
from mass_notifications.shown import shown_address
from mass_notifications.summary import Summary, cost_cents

_LOOK_SECONDS = 3
_HANDED = (
    Status.SENT,
    Status.DELIVERED,
    Status.OPENED,
    Status.FAILED,
    Status.BOUNCED,
    Status.UNKNOWN,
)


@dataclass(slots=True)
class Lane:
    """One channel of a sending. `handed`: what the provider was offered, whatever became of it."""

    channel: str
    label: str
    total: int = 0
    handed: int = 0
    sent: int = 0
    # With those that were opened.
    delivered: int = 0
    opened: int = 0
    # Queued, or being handed over.
    waiting: int = 0
    # Of the waiting: until quiet hours are over (RULES 9), and when they go.
    held: int = 0
    held_until: list[HeldGroup] = field(default_factory=list)
    failed: int = 0
    bounced: int = 0
    suppressed: int = 0
    cancelled: int = 0
    unknown: int = 0
    rate: str = ""
    seconds_left: int | None = None
    cost_cents: int = 0


@dataclass(frozen=True, slots=True)
class Look:
    """Something among the messages that a person should know."""

    # bad, warn or info.
    tone: str
    words: str
    count: int
    what_now: str
    status: str
    channel: str


@dataclass(slots=True)
class Sending:
    """`elapsed` and `seconds_left` in seconds; None where nobody knows."""

    total: int = 0
    handed: int = 0
    delivered: int = 0
    opened: int = 0
    waiting: int = 0
    failed: int = 0
    unknown: int = 0
    suppressed: int = 0
    cancelled: int = 0
    cost_cents: int = 0
    elapsed: int = 0
    seconds_left: int | None = None
    # All messages are in the outbox.
    complete: bool = False
    lanes: list[Lane] = field(default_factory=list)
    needs_a_look: list[Look] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Recipient:
    """One message in the list."""

    message_id: int
    row: int
    name: str
    account: str
    channel: str
    channel_label: str
    address: str
    status: str
    status_label: str
    reason: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class RecipientPage:
    items: list[Recipient]
    next: int | None


@dataclass(frozen=True, slots=True)
class SentMessage:
    """One message word for word, with what became of it. `history`: (what, when), in order."""

    message_id: int
    name: str
    account: str
    row: int
    channel: str
    to: str
    sender: str
    sender_address: str
    words: Words
    status: str
    status_label: str
    reason: str
    code: str
    provider: str
    history: list[tuple[str, datetime]]
    # Where it is held: when it goes, on the clock of whoever gets it.
    goes_at: datetime | None
    time_zone: str


def sending(notification: MassNotification) -> Sending:
    """The bars, from the tallies: as cheap for a million messages as for ten."""
    result = Sending()
    batch = notification.batch
    if batch is None:
        return result
    counts = batch_counts(batch)
    planned = Summary.from_json(notification.summary or {}).channels
    result.complete = batch.complete
    end = notification.finished_at or timezone.now()
    started = batch.created_at
    result.elapsed = max(0, round((end - started).total_seconds()))
    for channel in Channel:
        if channel not in notification.channels:
            continue
        of_channel = counts.get(channel, {})
        plan = planned.get(channel)
        lane = _lane(
            channel, of_channel, plan.segments / plan.messages if plan and plan.segments else 1
        )
        if not batch.complete and plan and notification.state != State.CANCELLED:
            # What is not in the outbox yet waits too.
            more = max(0, plan.messages - lane.total)
            lane.total += more
            lane.waiting += more
        lane.seconds_left = _seconds_left(lane, result.elapsed)
        result.lanes.append(lane)
    for lane in result.lanes:
        for name in (
            "total", "handed", "delivered", "opened", "waiting", "unknown", "suppressed",
            "cancelled", "cost_cents",
        ):  # fmt: skip
            setattr(result, name, getattr(result, name) + getattr(lane, name))
        result.failed += lane.failed + lane.bounced
        if lane.seconds_left is not None:
            result.seconds_left = max(result.seconds_left or 0, lane.seconds_left)
    _say_until_when(batch.pk, result)
    result.needs_a_look = _looks(notification, result)
    return result


def _say_until_when(batch_id: int, sending: Sending) -> None:
    if not any(lane.held for lane in sending.lanes):
        return
    key = f"mass:held:{batch_id}"
    groups: list[HeldGroup] | None = cache.get(key)
    if groups is None:
        groups = held_groups(batch_id=batch_id, most=20)
        cache.set(key, groups, _LOOK_SECONDS)
    for lane in sending.lanes:
        if lane.held:
            lane.held_until = [group for group in groups if group.channel == lane.channel]


def _lane(channel: Channel, counts: dict[str, int], segments_each: float) -> Lane:
    sender = default_sender(channel)
    lane = Lane(channel=channel.value, label=str(channel.label))
    lane.total = sum(counts.values())
    lane.handed = sum(counts.get(status, 0) for status in _HANDED)
    for name in ("sent", "delivered", "opened", "failed", "bounced", "suppressed", "cancelled"):
        setattr(lane, name, counts.get(name, 0))
    lane.delivered += lane.opened
    lane.unknown = counts.get(Status.UNKNOWN, 0)
    lane.held = counts.get(Status.HELD, 0)
    lane.waiting = counts.get(Status.QUEUED, 0) + lane.held + counts.get(Status.SENDING, 0)
    paid = lane.handed - lane.failed
    lane.cost_cents = cost_cents(sender, paid, round(paid * segments_each))
    if sender.rate > 0:
        unit = "segments " if sender.rate_unit == RateUnit.SEGMENT else ""
        lane.rate = f"{sender.rate:g} {unit}a second"
        each = segments_each if sender.rate_unit == RateUnit.SEGMENT else 1
        lane.seconds_left = ceil((lane.waiting - lane.held) * each / sender.rate)
    return lane


def _seconds_left(lane: Lane, elapsed: int) -> int | None:
    """By the sender's rate, or by what went out so far."""
    going = lane.waiting - lane.held
    if not going:
        return 0
    if lane.seconds_left is not None:
        return lane.seconds_left
    if lane.handed and elapsed >= 2:
        return ceil(going * elapsed / lane.handed)
    return None


_LOOKS = """
SELECT channel, status, code, reason, count(*) FROM delivery_message
WHERE batch_id = %s AND (status IN ('failed', 'bounced', 'unknown', 'suppressed', 'held')
    OR (status = 'queued' AND attempts > 0))
GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC LIMIT 40
"""
LEFT_OUT_LATE = {
    "do_not_call": gettext_lazy("Do Not Call was turned on since"),
    "opted_out": gettext_lazy("Opted out since"),
    "bad_address": gettext_lazy("The address turned out bad since"),
    "call_limit": gettext_lazy("Three calls in 30 days is the most without the member's consent"),
}


def _looks(notification: MassNotification, sending: Sending) -> list[Look]:
    odd = sending.failed + sending.unknown + sending.suppressed
    if not (odd or sending.waiting):
        return []
    key = f"mass:{notification.pk}:looks:{get_language()}"
    kept: list[Look] | None = cache.get(key)
    if kept is not None:
        return kept
    with connection.cursor() as cursor:
        cursor.execute(_LOOKS, [notification.batch_id])
        rows = cursor.fetchall()
    merged: dict[tuple[str, str, str, str, str], int] = {}
    for channel, status, code, reason, count in rows:
        tone, words, what_now = _say(channel, status, code, reason)
        place = (tone, words, what_now, status, channel)
        merged[place] = merged.get(place, 0) + count
    looks = [
        Look(tone, words, count, what_now, status, channel)
        for (tone, words, what_now, status, channel), count in merged.items()
    ]
    order = {"bad": 0, "warn": 1, "info": 2}
    looks.sort(key=lambda look: (order[look.tone], -look.count))
    cache.set(key, looks, _LOOK_SECONDS)
    return looks


def _say(channel: str, status: str, code: str, reason: str) -> tuple[str, str, str]:
    """(tone, what it is, what happens now)."""
    label = str(Channel(channel).label)
    why = reason or (_("code %(code)s") % {"code": code} if code else _("no reason was given"))
    if status == Status.BOUNCED:
        return (
            "bad",
            _("%(label)s bounced: %(why)s") % {"label": label, "why": why},
            _("Put in the bad-address queue"),
        )
    if status == Status.FAILED:
        return (
            "bad",
            _("%(label)s failed: %(why)s") % {"label": label, "why": why},
            _("You can retry the failed"),
        )
    if status == Status.UNKNOWN:
        return (
            "warn",
            _("%(label)s in doubt: %(why)s") % {"label": label, "why": why},
            _("Nobody knows whether they went out; sent again only if you say so"),
        )
    if status == Status.SUPPRESSED:
        words = LEFT_OUT_LATE.get(reason, why)
        return (
            "info",
            f"{label}: {words}",
            _("Left out at the last moment"),
        )
    if status == Status.HELD:
        return (
            "info",
            _("%(label)s held for quiet hours") % {"label": label},
            _("Go out by themselves when a phone may ring there"),
        )
    return (
        "warn",
        f"{label}: {why}",
        _("Tried again by themselves"),
    )


_MESSAGES = f"""
SELECT m.id, r."row", r.name, {ACCOUNT_SHOWN}, m.channel, m.address, m.status, m.reason,
    coalesce(m.settled_at, m.handed_at)
FROM delivery_message m {ROW_OF_MESSAGE}
WHERE m.batch_id = %(batch)s AND m.id > %(after)s
    AND (%(channel)s = '' OR m.channel = %(channel)s)
    AND (%(status)s = '' OR m.status = %(status)s)
    AND (%(search)s = '' OR position(%(search)s in lower(r.name)) > 0
        OR position(%(search)s in lower(m.address)) > 0
        OR (%(digits)s <> '' AND (position(%(digits)s in r.account_text) = 1
            OR position(%(digits)s in m.address) > 0)))
ORDER BY m.id LIMIT %(limit)s
"""  # noqa: S608


def recipients_page(
    notification: MassNotification,
    *,
    search: str = "",
    channel: str = "",
    status: str = "",
    after: int = 0,
    size: int = 50,
) -> RecipientPage:
    """Messages in the order in which they were made; `search` in name, account and address."""
    if notification.batch_id is None:
        return RecipientPage([], None)
    wanted = search.strip().lower()
    with connection.cursor() as cursor:
        cursor.execute(
            _MESSAGES,
            {
                "notification": notification.pk,
                "batch": notification.batch_id,
                "after": after,
                "channel": channel,
                "status": status,
                "search": wanted,
                "digits": _digits(wanted),
                "limit": size + 1,
            },
        )
        rows = cursor.fetchall()
    items = [
        Recipient(
            message_id=row[0],
            row=row[1],
            name=row[2],
            account=row[3],
            channel=row[4],
            channel_label=str(Channel(row[4]).label),
            address=shown_address(row[5]),
            status=row[6],
            status_label=str(Status(row[6]).label),
            reason=row[7],
            at=row[8],
        )
        for row in rows[:size]
    ]
    return RecipientPage(items, items[-1].message_id if len(rows) > size else None)


def _digits(wanted: str) -> str:
    """The digits of what looks like an account or a phone number, else ""."""
    digits = "".join(filter(str.isdigit, wanted))
    others = [c for c in wanted if c.isalpha() or c == "@"]
    return digits if len(digits) >= 3 and not others else ""


def message_of(notification: MassNotification, message_id: int) -> SentMessage | None:
    """One of its messages, word for word as it went out."""
    if notification.batch is None:
        return None
    messages = notification.batch.messages.select_related("content", "sender", "account")
    message = messages.filter(pk=message_id).first()
    if message is None:
        return None
    rows = RecipientRow.objects.filter(notification=notification, row=message.cause_id or 0)
    row = rows.first()
    times: list[tuple[str, datetime | None]] = [
        (_("Queued"), message.queued_at),
        *_calls(message.pk),
        (_("Handed over"), None if message.channel == Channel.VOICE else message.handed_at),
        (str(message.get_status_display()), message.settled_at),
    ]
    return SentMessage(
        message_id=message.pk,
        name=row.name if row else "",
        account=str(message.account or (row.account_text if row else "")),
        row=message.cause_id or 0,
        channel=message.channel,
        to=shown_address(message.address),
        sender=message.sender.name,
        sender_address=message.sender.address,
        words=words_of(
            outgoing_of(message).wording,
            Channel(message.channel),
            message.context,
            sender=message.sender,
        ),
        status=message.status,
        status_label=str(message.get_status_display()),
        reason=message.reason,
        code=message.code,
        provider=message.provider,
        history=[(what, at) for what, at in times if at is not None],
        goes_at=message.due_at if message.status == Status.HELD else None,
        time_zone=message.time_zone,
    )


def _calls(message_id: int) -> list[tuple[str, datetime | None]]:
    """Each call with how it ended, and when the next one is due."""
    lines: list[tuple[str, datetime | None]] = []
    for call in calls_of([message_id]).get(message_id, []):
        said = {"number": call.number, "ending": call.words}
        lines.append((_("Call %(number)s: %(ending)s") % said, call.at))
        if call.again_at:
            lines.append((_("We call again from"), call.again_at))
    return lines
