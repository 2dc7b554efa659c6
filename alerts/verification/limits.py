"""How often something may be sent to an address to verify it: counted by address, member, caller.

Whoever asks holds the address's lock (`customers.addresses`), so two requests at once are counted
one after the other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.crypto import salted_hmac

from alerts.verification.models import ToldChange, Verification

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many within so long."""

    most: int
    within: timedelta


OF_ADDRESS = (Limit(1, _MINUTE), Limit(5, _HOUR), Limit(10, _DAY))
OF_CUSTOMER = (Limit(10, _HOUR), Limit(20, _DAY))
OF_CALLER = (Limit(10, _HOUR), Limit(30, _DAY))


class TooOftenError(Exception):
    """Nothing was sent; from `again_at` on it may be."""

    def __init__(self, again_at: datetime) -> None:
        super().__init__("Too many were sent.")
        self.again_at = again_at


def caller_key(ip: str) -> str:
    """What an IP address is counted by; the address itself is not kept."""
    return salted_hmac("alerts.verification.caller", ip, algorithm="sha256").hexdigest()


def again_at(
    *, address: str, customer_id: int | None, caller: str, now: datetime
) -> datetime | None:
    """When the next may be sent; None where it may be now."""
    return _latest(
        [
            *_waits(OF_ADDRESS, now, address=address),
            *(_waits(OF_CUSTOMER, now, customer_id=customer_id) if customer_id else ()),
            *(_waits(OF_CALLER, now, caller=caller) if caller else ()),
        ]
    )


def forget(*, now: datetime | None = None) -> int:
    """Drop what nothing is counted by any more; what was verified stands in the ledger."""
    before = (now or timezone.now()) - _KEPT
    ToldChange.objects.filter(at__lt=before).delete()
    deleted, _ = Verification.objects.filter(sent_at__lt=before).delete()
    return deleted


def check(*, address: str, customer_id: int | None, caller: str, now: datetime) -> None:
    """Raises TooOftenError."""
    until = again_at(address=address, customer_id=customer_id, caller=caller, now=now)
    if until is not None:
        raise TooOftenError(until)


def _waits(limits: tuple[Limit, ...], now: datetime, **who: object) -> Iterable[datetime]:
    most = max(limit.most for limit in limits)
    longest = max(limit.within for limit in limits)
    sent = list(
        Verification.objects.filter(sent_at__gt=now - longest, **who)
        .order_by("-sent_at")
        .values_list("sent_at", flat=True)[:most]
    )
    for limit in limits:
        if len(sent) >= limit.most:
            free = sent[limit.most - 1] + limit.within
            if free > now:
                yield free


def _latest(moments: Iterable[datetime]) -> datetime | None:
    return max(moments, default=None)
