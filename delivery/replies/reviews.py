"""Unclear replies: the number is suppressed, and a person says what was meant (RULES 5)."""

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from common.choices import Channel
from customers.addresses import hold_addresses
from customers.choices import ConsentAction, ConsentSource
from customers.models import ConsentEvent
from delivery.replies.choices import Review
from delivery.replies.models import InboundText
from delivery.replies.refusals import refuse, take_back


class AlreadyDecidedError(Exception):
    """Somebody else, or the member, was quicker. The text says so, in words."""


def waiting() -> QuerySet[InboundText]:
    """What nobody has decided, the oldest first: who waits longest is heard first."""
    return InboundText.objects.filter(review=Review.WAITING).order_by("id")


def settle_by_member(number: str) -> list[Channel]:
    """The member made it clear themselves. Returns the channels that unclear texts turned off."""
    texts = list(waiting().filter(number=number).select_for_update())
    InboundText.objects.filter(pk__in=[text.pk for text in texts]).update(
        review=Review.ANSWERED, reviewed_at=timezone.now()
    )
    return _turned_off(texts)


@transaction.atomic
def decide_stop(*, text: InboundText, by: User, words: str = "") -> None:
    """It was a stop: the number stays suppressed. Raises AlreadyDecidedError."""
    _decide(text, Review.STOP, by, words)
    refuse(
        number=text.number,
        words=_ledger_words(text, words),
        members=list(text.customers.order_by("pk")),
        source=ConsentSource.CSR,
        taken_by=by,
    )


@transaction.atomic
def decide_not_a_stop(*, text: InboundText, by: User, words: str) -> list[Channel]:
    """Lift what the text turned off. What was refused before it, or in another way since, stays.

    Returns the channels that are on again. Raises AlreadyDecidedError.
    """
    decided = _decide(text, Review.LIFTED, by, words)
    channels = [
        channel
        for channel in _turned_off(decided)
        if not _refused_since(text.number, channel, decided[0])
    ]
    take_back(
        number=text.number,
        words=_ledger_words(text, words),
        members=list(text.customers.order_by("pk")),
        channels=channels,
        source=ConsentSource.CSR,
        taken_by=by,
    )
    return channels


def _decide(text: InboundText, review: Review, by: User, words: str) -> list[InboundText]:
    """Settle this one and the number's other unclear ones with it; returns them, oldest first."""
    hold_addresses([text.number])
    texts = list(waiting().filter(number=text.number).select_for_update())
    if text.pk not in {one.pk for one in texts}:
        raise AlreadyDecidedError(_("This reply is decided already. Nothing was changed."))
    InboundText.objects.filter(pk__in=[one.pk for one in texts]).update(
        review=review, reviewed_at=timezone.now(), reviewed_by=by, review_words=words[:200]
    )
    return texts


def _turned_off(texts: list[InboundText]) -> list[Channel]:
    return [Channel(one) for one in sorted({off for text in texts for off in text.turned_off})]


def _refused_since(number: str, channel: Channel, text: InboundText) -> bool:
    """Whether the number was refused in another way since, at the counter say."""
    return (
        ConsentEvent.objects.filter(
            address=number,
            channel=channel,
            action=ConsentAction.REVOKED,
            purpose="",
            at__gt=text.at,
        )
        .exclude(source=ConsentSource.TEXT_REPLY)
        .exists()
    )


def _ledger_words(text: InboundText, words: str) -> str:
    return f"{words} (reply: {text.body})" if words else text.body
