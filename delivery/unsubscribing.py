"""What the reader of a mail may do with the link at its foot: end lists, and begin them again.

Whoever has the link is taken for the holder of the address that got the mail, for that address
alone. Ending is immediate: the hand-over looks at the suppressions, so that what is queued is left
out too. What changes nothing is not recorded again.
"""

from collections.abc import Collection, Mapping

from django.db import transaction

from common.choices import Channel, Purpose
from customers.addresses import hold_addresses, normal_address
from customers.choices import ConsentSource, SuppressionReason
from customers.consent import grant, opt_out
from customers.models import Customer, Suppression
from delivery.link_tokens import Use, read_token
from delivery.lists import list_of
from delivery.models import Message

# What a preview's link names: nobody.
SAMPLE = 0


def mail_of_link(token: str) -> Message | None:
    """The mail whose link this is; None for what we did not make or no longer have on record."""
    number = read_token(Use.PREFERENCES, token)
    if not number:
        return None
    return (
        Message.objects.select_related("content").filter(pk=number, channel=Channel.EMAIL).first()
    )


def is_sample_link(token: str) -> bool:
    return read_token(Use.PREFERENCES, token) == SAMPLE


def list_of_mail(message: Message) -> str:
    return list_of(purpose=message.purpose, topic=message.content.topic)


def refused_lists(message: Message) -> frozenset[str]:
    """What its address has refused; "" is everything."""
    return frozenset(
        Suppression.objects.filter(
            address=normal_address(message.address),
            channel=Channel.EMAIL,
            reason=SuppressionReason.OPTED_OUT,
        ).values_list("purpose", flat=True)
    )


@transaction.atomic
def end_lists(message: Message, *, words: Mapping[str, str]) -> list[str]:
    """The address refuses these lists; `words` are what the person saw and pressed, by list.

    Returns those that were not refused before.
    """
    hold_addresses([normal_address(message.address)])
    refused = refused_lists(message)
    new = [one for one in words if one and not is_refused(one, refused)]
    for one in new:
        opt_out(
            address=message.address,
            channels=[Channel.EMAIL],
            source=ConsentSource.EMAIL_LINK,
            words=words[one],
            purpose=one,
            customer=_holder(message),
        )
    return new


@transaction.atomic
def begin_lists(message: Message, *, words: Mapping[str, str], known: Collection[str]) -> list[str]:
    """The address takes these lists again; returns those that were refused before.

    Where it had refused more than lists (all email, or all about the account), of `known` only
    those that are begun come again.
    """
    hold_addresses([normal_address(message.address)])
    refused = refused_lists(message)
    new = [one for one in words if one and is_refused(one, refused)]
    for one in new:
        if one not in Purpose.values and refused & {"", Purpose.ACCOUNT}:
            # A topic comes again only where its purpose does. The other topics stay refused.
            _grant(message, Purpose.ACCOUNT, words[one])
            others = [topic for topic in known if topic not in Purpose.values]
            end_lists(message, words={topic: words[one] for topic in others if topic not in new})
            refused = refused_lists(message)
        _grant(message, one, words[one])
    return new


def is_refused(list_name: str, refused: Collection[str]) -> bool:
    if "" in refused or list_name in refused:
        return True
    return list_name not in Purpose.values and Purpose.ACCOUNT in refused


def _grant(message: Message, purpose: str, words: str) -> None:
    grant(
        address=message.address,
        channels=[Channel.EMAIL],
        source=ConsentSource.EMAIL_LINK,
        words=words,
        purpose=purpose,
        customer=_holder(message),
    )


def _holder(message: Message) -> Customer | None:
    """The member whom the mail was for, where the record still has them."""
    return Customer.objects.filter(pk=message.customer_id).first() if message.customer_id else None
