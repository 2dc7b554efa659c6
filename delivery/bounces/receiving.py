"""A returned mail, read and applied: to the message that it returns, and to the address."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from common.choices import Channel
from common.clock import now
from customers.address_health import hear_of_trouble
from customers.choices import AddressEventKind
from customers.selectors import customers_by_email
from delivery.bounces.choices import Verdict
from delivery.bounces.reading import Reading, ReadMail, read_mail
from delivery.bounces.taking import KINDS, end_message, take_complaint
from delivery.choices import Status
from delivery.models import Message

# A date further ahead than clocks go wrong is not believed.
_CLOCKS_DIFFER = timedelta(hours=1)
# Mail servers try for five days, as a rule, before they return a mail.
_COMES_BACK_WITHIN = timedelta(days=7)


def receive(raw: bytes, *, vouched: bool = False) -> list[Reading]:
    """What the mail says of whom, applied. The same mail given twice changes nothing more.

    Anybody can write to the address for bounces. So only a mail that names a message of ours which
    went to that recipient turns an address off by itself. One that names none counts as one soft
    bounce of the last message that the recipient was sent, within a week; failing that it changes
    nothing, and is shown to people. `vouched`: a person gave the mail, and knows where it is from.
    """
    mail = read_mail(raw)
    at = _when(mail)
    with transaction.atomic():
        return [_apply(reading, mail, at, vouched) for reading in mail.readings]


def _apply(reading: Reading, mail: ReadMail, at: datetime, vouched: bool) -> Reading:
    message = _message_of(reading, mail)
    if message is not None and message.address.lower() not in _addresses(reading):
        # It was forwarded; whom we wrote to is all that we know.
        reading = replace(reading, recipient=message.address)
    recipient = reading.recipient.lower()
    if not recipient:
        return reading
    if reading.is_complaint:
        take_complaint(
            address=recipient,
            provider="mail",
            provider_id=mail.id,
            at=at,
            topic=message.content.topic if message else None,
        )
        return reading
    if reading.verdict is Verdict.NOT_A_BOUNCE:
        return reading
    if message is not None and not reading.is_warning:
        end_message(message.pk, code=reading.code, words=reading.words)
    kind, said = KINDS[reading.verdict, not reading.is_warning], reading.words
    if message is None and not vouched and kind != AddressEventKind.POLICY:
        message = _sent_lately(recipient)
        if message is None and reading.is_warning:
            return _noted(reading, "It names no message of ours.")
        if message is None:
            kind = AddressEventKind.UNMATCHED
            reading = _noted(reading, "It names no message of ours: a person should look.")
        elif kind == AddressEventKind.BAD:
            kind = AddressEventKind.SOFT
            reading = _noted(reading, "It names no message of ours: counted as a soft bounce.")
    cause = f"mail:{mail.id}:{recipient}"
    if kind == AddressEventKind.UNMATCHED:
        cause = f"unmatched:{cause}"  # A person may give the same mail later, and vouch for it.
    elif message is not None and kind == AddressEventKind.SOFT:
        # However many mails tell the end of one message of ours, it counts once.
        cause = f"ended:{message.key}"
    heard = hear_of_trouble(
        address=recipient,
        channel=Channel.EMAIL,
        kind=kind,
        cause=cause,
        about=f"message:{message.key}" if message else mail.about,
        at=at,
        code=reading.code,
        words=said,
    )
    if heard.is_new and heard.is_bad and kind == AddressEventKind.SOFT:
        return _noted(reading, "The address is bad now.")
    return reading


def _noted(reading: Reading, words: str) -> Reading:
    return replace(reading, words=f"{reading.words} {words}".strip())


def _message_of(reading: Reading, mail: ReadMail) -> Message | None:
    """The message of ours that came back: one whose key the mail names, or the id that its
    provider gave it. Where it speaks of several recipients, the address must fit too."""
    if reading.verdict is Verdict.NOT_A_BOUNCE and not reading.is_complaint:
        return None
    sent = Message.objects.filter(channel=Channel.EMAIL).select_related("content")
    found = list(sent.filter(key__in=mail.keys))
    if not found and mail.about:
        # Services that write a Message-ID of their own make it of the id that they gave us.
        names = {mail.about[:120], mail.about.partition("@")[0][:120]} - {""}
        found = list(sent.filter(provider_id__in=names)[:50])
    for message in found:
        if message.address.lower() in _addresses(reading):
            return message
    return found[0] if len(found) == 1 and len(mail.readings) == 1 else None


def _sent_lately(recipient: str) -> Message | None:
    """The last message that a member with this address was sent there, within a week."""
    holders: Iterable[int] = customers_by_email(recipient).values_list("pk", flat=True)
    lately = Message.objects.filter(
        customer__in=list(holders),
        channel=Channel.EMAIL,
        status=Status.SENT,
        handed_at__gt=now() - _COMES_BACK_WITHIN,
    ).order_by("-id")
    return next((one for one in lately[:50] if one.address.lower() == recipient), None)


def _addresses(reading: Reading) -> set[str]:
    return {address.lower() for address in (reading.recipient, *reading.others) if address}


def _when(mail: ReadMail) -> datetime:
    moment = now()
    return mail.at if mail.at and mail.at <= moment + _CLOCKS_DIFFER else moment
