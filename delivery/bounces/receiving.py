"""A returned mail, read and applied: to the message that it returns, and to the address."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from common.choices import Channel
from common.clock import now
from customers.address_health import hear_of_trouble
from delivery.bounces.choices import Verdict
from delivery.bounces.reading import Reading, ReadMail, read_mail
from delivery.bounces.taking import KINDS, end_message, take_complaint
from delivery.models import Message

# A date further ahead than clocks go wrong is not believed.
_CLOCKS_DIFFER = timedelta(hours=1)


def receive(raw: bytes) -> list[Reading]:
    """What the mail says of whom, applied. The same mail given twice changes nothing more."""
    mail = read_mail(raw)
    at = _when(mail)
    with transaction.atomic():
        return [_apply(reading, mail, at) for reading in mail.readings]


def _apply(reading: Reading, mail: ReadMail, at: datetime) -> Reading:
    message = _message_of(reading, mail)
    if message is not None and message.address.lower() not in _addresses(reading):
        # It was forwarded; whom we wrote to is all that we know.
        reading = replace(reading, recipient=message.address)
    recipient = reading.recipient.lower()
    if not recipient:
        return reading
    if reading.is_complaint:
        take_complaint(address=recipient, provider="mail", provider_id=mail.id, at=at)
        return reading
    if reading.verdict is Verdict.NOT_A_BOUNCE:
        return reading
    if message is not None and not reading.is_warning:
        end_message(message.pk, code=reading.code, words=reading.words)
    heard = hear_of_trouble(
        address=recipient,
        channel=Channel.EMAIL,
        kind=KINDS[reading.verdict, not reading.is_warning],
        cause=f"mail:{mail.id}:{recipient}",
        about=f"message:{message.key}" if message else mail.about,
        at=at,
        code=reading.code,
        words=reading.words,
    )
    if heard.is_new and heard.is_bad and reading.verdict is Verdict.SOFT:
        return replace(reading, words=f"{reading.words} The address is bad now.".strip())
    return reading


def _message_of(reading: Reading, mail: ReadMail) -> Message | None:
    """The message of ours that came back: one whose key the mail names, or the id that its
    provider gave it. Where it speaks of several recipients, the address must fit too."""
    if reading.verdict is Verdict.NOT_A_BOUNCE:
        return None
    found = list(Message.objects.filter(key__in=mail.keys, channel=Channel.EMAIL))
    if not found and mail.about:
        found = list(
            Message.objects.filter(provider_id=mail.about[:120], channel=Channel.EMAIL)[:50]
        )
    for message in found:
        if message.address.lower() in _addresses(reading):
            return message
    return found[0] if len(found) == 1 and len(mail.readings) == 1 else None


def _addresses(reading: Reading) -> set[str]:
    return {address.lower() for address in (reading.recipient, *reading.others) if address}


def _when(mail: ReadMail) -> datetime:
    moment = now()
    return mail.at if mail.at and mail.at <= moment + _CLOCKS_DIFFER else moment
