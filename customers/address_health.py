"""How it stands with an address: never verified, confirmed, soft-bouncing, bad, opted out.

The state is stored nowhere. It follows from the suppressions (bad, opted out) and from what was
heard of the address; what set it is the newest of these. Whoever hears of an address tells it here:
`confirm`, or `hear_of_trouble`.
"""

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction
from django.db.models import Max

from common.choices import Channel
from common.clock import now
from customers.addresses import hold_addresses, normal_address
from customers.choices import (
    AddressEventKind,
    AddressState,
    ConsentAction,
    ConsentSource,
    SuppressionReason,
)
from customers.consent import address_repaired, mark_bad_address
from customers.consent_in_bulk import mark_bad_many
from customers.models import AddressEvent, ConsentEvent, Customer, Suppression

# RULES 15 and 21.
SOFT_MOST = 3
SOFT_WITHIN = timedelta(days=30)
_TROUBLE = (AddressEventKind.SOFT, AddressEventKind.DELAYED)
# Why an address is off, the line of the ledger that says so, and its state; the first that fits.
_OFF = (
    (SuppressionReason.BAD_ADDRESS, ConsentAction.BAD_ADDRESS, AddressState.BAD),
    (SuppressionReason.DO_NOT_CALL, ConsentAction.DO_NOT_CALL_ON, AddressState.OPTED_OUT),
    (SuppressionReason.OPTED_OUT, ConsentAction.REVOKED, AddressState.OPTED_OUT),
)


@dataclass(frozen=True, slots=True)
class Health:
    """The state of an address on a channel, and what set it."""

    state: AddressState
    event: str = ""
    words: str = ""
    at: datetime | None = None
    # Soft ones in the last 30 days.
    troubles: int = 0
    # What returned mail says that may be forged: it sets no state, and people should look.
    doubt: str = ""


class Heard(NamedTuple):
    is_new: bool
    """Nobody had told us before."""
    is_bad: bool
    """The address is known to be bad now."""


@transaction.atomic
def confirm(
    *,
    address: str,
    channel: Channel,
    source: ConsentSource,
    customer: Customer | None = None,
    words: str = "",
    taken_by: AbstractBaseUser | None = None,
) -> None:
    """The address reaches its holder: a code was typed in, a link followed, YES replied, or they
    said so. Lifts a bad address, and what was heard before counts no more. An opt-out stays."""
    key = normal_address(address)
    hold_addresses([key])
    AddressEvent.objects.create(
        address=key,
        channel=channel,
        kind=AddressEventKind.CONFIRMED,
        words=_plain(words),
        source=source,
        cause=uuid.uuid4(),
        at=now(),
        taken_by_id=taken_by.pk if taken_by else None,
    )
    address_repaired(address=key, channel=channel, source=source, words=words, taken_by=taken_by)


@transaction.atomic
def hear_of_trouble(
    *,
    address: str,
    channel: Channel,
    kind: AddressEventKind,
    cause: str,
    at: datetime,
    code: str = "",
    words: str = "",
    about: str = "",
    source: ConsentSource = ConsentSource.PROVIDER,
) -> Heard:
    """A message did not reach the address. The same `cause` told twice counts once; `about` is the
    message's own name, where it is known.

    An email address is bad after three soft troubles in 30 days (RULES 21); a number that was not
    reached three times is only flagged (RULES 15), and so is one that returned mail speaks of which
    may be forged (UNMATCHED). What happened before the address was confirmed is recorded, and
    changes nothing.
    """
    key = normal_address(address)
    hold_addresses([key])
    _event, is_new = AddressEvent.objects.get_or_create(
        cause=_name(cause),
        defaults={
            "address": key,
            "channel": channel,
            "kind": kind,
            "code": code[:40],
            "words": _plain(words),
            "source": source,
            "about": _name(about) if about else None,
            "at": at,
        },
    )
    if is_new and kind == AddressEventKind.BAD and not _is_confirmed_since(key, channel, at):
        mark_bad_address(address=key, channel=channel, words=_said(code, words), source=source)
    elif is_new and kind in _TROUBLE and channel == Channel.EMAIL and _is_too_much(key, channel):
        mark_bad_address(
            address=key,
            channel=channel,
            words=f"The third soft bounce in 30 days. The last: {_said(code, words)}",
            source=source,
        )
    is_bad = Suppression.objects.filter(
        address=key, channel=channel, reason=SuppressionReason.BAD_ADDRESS
    ).exists()
    return Heard(is_new, is_bad)


_HEAR = """
INSERT INTO customers_addressevent (address, channel, kind, code, words, source, cause, at)
SELECT address, channel, %(kind)s, %(code)s, %(words)s, %(source)s, cause, %(at)s
FROM unnest(%(addresses)s::text[], %(channels)s::text[], %(causes)s::uuid[])
    AS one(address, channel, cause)
ON CONFLICT (cause) DO NOTHING
RETURNING address, channel
"""


def hear_of_bad_ones(
    causes: Mapping[tuple[str, Channel], str],
    *,
    at: datetime,
    code: str,
    words: str,
    source: ConsentSource,
) -> set[tuple[str, Channel]]:
    """As `hear_of_trouble` of many bad addresses that somebody looked up just now: (address as the
    ledger writes it, channel) → cause. Returns those that are new. The caller holds all addresses,
    in a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            _HEAR,
            {
                "kind": AddressEventKind.BAD.value,
                "code": code[:40],
                "words": _plain(words),
                "source": source.value,
                "at": at,
                "addresses": [address for address, _channel in causes],
                "channels": [channel.value for _address, channel in causes],
                "causes": [_name(cause) for cause in causes.values()],
            },
        )
        new = {(address, Channel(channel)) for address, channel in cursor.fetchall()}
    for channel in Channel:
        if addresses := sorted(address for address, of in new if of is channel):
            mark_bad_many(
                addresses=addresses, channel=channel, source=source, words=_said(code, words)
            )
    return new


def health_of(addresses: Iterable[tuple[str, Channel]]) -> dict[tuple[str, Channel], Health]:
    """The state of each (address, channel), in three queries however many there are."""
    wanted = {(normal_address(address), channel) for address, channel in addresses if address}
    keys = [address for address, _channel in wanted]
    suppressed: dict[tuple[str, Channel], set[str]] = {}
    for row in Suppression.objects.filter(address__in=keys, purpose=""):
        suppressed.setdefault((row.address, Channel(row.channel)), set()).add(row.reason)
    events: dict[tuple[str, Channel], list[AddressEvent]] = {}
    for event in AddressEvent.objects.filter(address__in=keys).order_by("-at", "-pk"):
        events.setdefault((event.address, Channel(event.channel)), []).append(event)
    ledger: dict[tuple[str, Channel], dict[str, ConsentEvent]] = {}
    for line in _lines_about(address for address, _channel in suppressed):
        ledger.setdefault((line.address, Channel(line.channel)), {})[line.action] = line
    return {
        key: _health(suppressed.get(key, set()), events.get(key, []), ledger.get(key, {}))
        for key in wanted
    }


def _lines_about(addresses: Iterable[str]) -> Iterable[ConsentEvent]:
    """The ledger's newest line of each kind that turns an address off."""
    return (
        ConsentEvent.objects.filter(
            address__in=set(addresses), action__in=[action for _, action, _ in _OFF], purpose=""
        )
        .order_by("address", "channel", "action", "-id")
        .distinct("address", "channel", "action")
    )


def _health(
    reasons: set[str], events: list[AddressEvent], ledger: Mapping[str, ConsentEvent]
) -> Health:
    confirmed = next((e for e in events if e.kind == AddressEventKind.CONFIRMED), None)
    since = max([now() - SOFT_WITHIN, *([confirmed.at] if confirmed else [])])
    troubles = _troubles(events, since=since)
    for reason, action, state in _OFF:
        if reason in reasons:
            line = ledger.get(action)
            if line is None:
                return Health(state, troubles=len(troubles))
            return Health(state, str(line.get_action_display()), line.words, line.at, len(troubles))
    if troubles:
        last = troubles[0]
        return Health(
            AddressState.SOFT_BOUNCING,
            str(last.get_kind_display()),
            _said(last.code, last.words),
            last.at,
            len(troubles),
        )
    doubts = [e for e in events if e.kind == AddressEventKind.UNMATCHED and e.at >= since]
    doubt = _said(doubts[0].code, doubts[0].words) if doubts else ""
    if confirmed:
        return Health(
            AddressState.CONFIRMED,
            str(confirmed.get_source_display()),
            confirmed.words,
            confirmed.at,
            doubt=doubt,
        )
    return Health(AddressState.NEVER_VERIFIED, doubt=doubt)


def _troubles(events: Iterable[AddressEvent], *, since: datetime) -> list[AddressEvent]:
    """The soft ones, newest first. The warnings about a message count once, and not at all where
    its end is known."""
    heard = [event for event in events if event.kind in _TROUBLE and event.at >= since]
    ended = {event.about for event in heard if event.kind == AddressEventKind.SOFT}
    counted: dict[uuid.UUID, AddressEvent] = {}
    for event in sorted(heard, key=lambda e: (e.at, e.pk), reverse=True):
        if event.kind == AddressEventKind.SOFT:
            counted[event.cause] = event
        elif event.about is None or event.about not in ended:
            counted.setdefault(event.about or event.cause, event)
    return list(counted.values())


def _is_too_much(address: str, channel: Channel) -> bool:
    """Three within any 30 days since the address was last confirmed."""
    events = list(
        AddressEvent.objects.filter(address=address, channel=channel).order_by("-at")[:200]
    )
    confirmed = [e.at for e in events if e.kind == AddressEventKind.CONFIRMED]
    since = max(confirmed) if confirmed else datetime.min.replace(tzinfo=now().tzinfo)
    moments = sorted(event.at for event in _troubles(events, since=since))
    return any(
        last - first <= SOFT_WITHIN
        for first, last in zip(moments, moments[SOFT_MOST - 1 :], strict=False)
    )


def _is_confirmed_since(address: str, channel: Channel, at: datetime) -> bool:
    last = AddressEvent.objects.filter(
        address=address, channel=channel, kind=AddressEventKind.CONFIRMED
    ).aggregate(last=Max("at"))["last"]
    return bool(last and last > at)


def _name(cause: str) -> uuid.UUID:
    """md5 of what it was, as the outbox names its messages."""
    digest = hashlib.md5(cause.encode("utf-8", "surrogatepass"), usedforsecurity=False)
    return uuid.UUID(bytes=digest.digest())


def _said(code: str, words: str) -> str:
    return words if code and words.startswith(code) else f"{code} {words}".strip()


def _plain(words: str) -> str:
    """On one line, as the database takes it."""
    text = words.replace("\x00", "").encode("utf-8", "replace").decode()
    return " ".join(text.split())[:300]
