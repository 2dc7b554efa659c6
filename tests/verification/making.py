"""What the tests of verification share."""

import re
from typing import Any

from alerts.subscriptions import subscription_set
from alerts.verification.double_opt_in import BATCH as YES_BATCH
from alerts.verification.sending import BATCH
from common.choices import Channel
from customers.choices import ConsentSource
from customers.models import Account, ConsentEvent
from delivery.as_sent import outgoing_of
from delivery.models import Message
from delivery.words import render_text, render_voice
from tests.alerts.making import type_of


def verifications() -> list[Message]:
    """What was queued to verify an address, oldest first."""
    return list(Message.objects.filter(batch__name=BATCH).order_by("id"))


def questions() -> list[Message]:
    """What was queued to ask for a YES, reminders too."""
    return list(Message.objects.filter(batch__name=YES_BATCH).order_by("id"))


def said(message: Message, *, opened: bool = True) -> str:
    """The words of a text or a call, as the provider gets them (or as staff see them)."""
    outgoing = outgoing_of(message, for_provider=opened)
    if message.channel == Channel.VOICE:
        return render_voice(outgoing).message
    return render_text(outgoing)


def code_in(message: Message) -> str:
    digits = re.sub(r"(?<=[0-9]), (?=[0-9])", "", said(message))
    found = re.search(r"(?<![0-9])[0-9]{6}(?![0-9])", digits)
    assert found is not None
    return found.group()


def another(code: str) -> str:
    """A code that is not this one."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


def link_in(message: Message) -> str:
    return outgoing_of(message, for_provider=True).context["link"]


def choose_texts(account: Account, key: str = "payment_received", **options: Any) -> None:
    subscription_set(
        account=account,
        type=type_of(key),
        channels=[Channel.TEXT],
        source=ConsentSource.CSR,
        **options,
    )


def ledger(address: str) -> list[str]:
    """The actions in the ledger for an address, oldest first."""
    return list(
        ConsentEvent.objects.filter(address=address).order_by("id").values_list("action", flat=True)
    )
