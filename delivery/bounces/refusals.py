"""Addresses refused in the hand-over itself: the same table, the same memory (RULES 21)."""

from collections.abc import Sequence

from common.choices import Channel
from common.clock import now
from customers.address_health import hear_of_trouble
from customers.choices import AddressEventKind
from delivery.choices import Status
from delivery.claims import Claimed
from delivery.providers.base import Outcome
from delivery.results import settle_retry


def speaks_of_address(outcome: Outcome) -> bool:
    return outcome.bad_address or outcome.soft_bounce


def remember_refusals(
    *, channel: Channel, messages: Sequence[Claimed], outcomes: Sequence[Outcome]
) -> None:
    """What the outcomes say of their addresses.

    A soft one counts once its message has had its tries: a server that asks every stranger to come
    again (greylisting) has nothing against the address.
    """
    for message, outcome in zip(messages, outcomes, strict=True):
        if not speaks_of_address(outcome):
            continue
        if outcome.bad_address:
            kind = AddressEventKind.BAD
        elif settle_retry(outcome, message.attempt).status == Status.FAILED:
            kind = AddressEventKind.SOFT
        else:
            continue
        hear_of_trouble(
            address=message.address,
            channel=channel,
            kind=kind,
            cause=f"refused:{message.key}:{message.claim}",
            about=f"message:{message.key}",
            at=now(),
            code=outcome.code,
            words=outcome.reason,
        )
