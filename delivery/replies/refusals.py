"""Refusals that a text makes, and their taking back: for everybody who holds the number."""

from collections.abc import Iterable, Sequence

from django.contrib.auth.models import AbstractBaseUser

from common.choices import Channel
from customers.choices import ConsentSource
from customers.consent import NUMBER_CHANNELS, grant, opt_out
from customers.models import Customer
from delivery.replies.scope import kinds_refused, refused


def refuse(
    *,
    number: str,
    words: str,
    members: Sequence[Customer],
    purpose: str = "",
    source: ConsentSource = ConsentSource.TEXT_REPLY,
    taken_by: AbstractBaseUser | None = None,
) -> list[Channel]:
    """No more texts and automated calls (RULES 5). Returns the channels that were on before."""
    were_on = [channel for channel in NUMBER_CHANNELS if not refused(number, channel, purpose)]
    for member in members or (None,):
        opt_out(
            address=number,
            channels=NUMBER_CHANNELS,
            source=source,
            words=words,
            purpose=purpose,
            customer=member,
            taken_by=taken_by,
        )
    return were_on


def allow(
    *,
    number: str,
    words: str,
    members: Sequence[Customer],
    channels: Iterable[Channel],
    source: ConsentSource = ConsentSource.TEXT_REPLY,
    taken_by: AbstractBaseUser | None = None,
) -> None:
    """Lift every refusal of these channels. Do Not Call and a bad number stay."""
    chosen = list(channels)
    if not chosen:
        return
    for member in members or (None,):
        grant(
            address=number,
            channels=chosen,
            source=source,
            words=words,
            customer=member,
            taken_by=taken_by,
        )


def take_back(
    *,
    number: str,
    words: str,
    members: Sequence[Customer],
    channels: Iterable[Channel],
    but_refuse: str = "",
    source: ConsentSource = ConsentSource.TEXT_REPLY,
    taken_by: AbstractBaseUser | None = None,
) -> None:
    """As if everything had not been refused: kinds that were refused before stay so, and the kind
    `but_refuse` becomes so."""
    for channel in channels:
        kinds = {*kinds_refused(number, channel), *([but_refuse] if but_refuse else [])}
        allow(
            number=number,
            words=words,
            members=members,
            channels=[channel],
            source=source,
            taken_by=taken_by,
        )
        for kind in sorted(kinds):
            opt_out(
                address=number,
                channels=[channel],
                source=source,
                words=words,
                purpose=kind,
                customer=members[0] if members else None,
                taken_by=taken_by,
            )
