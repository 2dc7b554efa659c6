"""Facts and subscriptions for the tests of alerts."""

import itertools
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from alerts.models import AlertType, Subscription
from billing.models import Bill, Payment
from common.choices import Channel
from customers.addresses import normal_address
from customers.models import Account
from delivery.models import Message
from tests.factories import make_customer

EASTERN = ZoneInfo("America/New_York")
_facts = itertools.count(1)


def fact_id() -> str:
    return f"F-{next(_facts)}"


def type_of(key: str) -> AlertType:
    return AlertType.objects.get(key=key)


def make_account(**fields: Any) -> Account:
    """A member's account with a service address."""
    account = make_customer(**fields).accounts.get()
    account.service_address = "241 Rentz Rd"
    account.save()
    return account


def subscribe(account: Account, key: str, *channels: Channel, **options: Any) -> Subscription:
    """As if chosen; what that writes into the ledger is tested with alerts.subscriptions."""
    row, _ = Subscription.objects.update_or_create(
        account=account,
        type=type_of(key),
        defaults={
            **{channel.value: channel in channels for channel in Channel},
            "changed_at": timezone.now(),
            **options,
        },
    )
    return row


def local(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=EASTERN)


def today() -> date:
    return timezone.localtime().date()


def make_bill(account: Account, *, due: date, cents: int = 14_218, **fields: Any) -> Bill:
    return Bill.objects.create(
        **{
            "fact_id": fact_id(),
            "account": account,
            "number": "B-1",
            "date": due - timedelta(days=20),
            "due_date": due,
            "amount_cents": cents,
            "balance_cents": cents,
            **fields,
        }
    )


def make_payment(account: Account, *, cents: int = 5_000, **fields: Any) -> Payment:
    return Payment.objects.create(
        **{
            "fact_id": fact_id(),
            "account": account,
            "at": timezone.now(),
            "amount_cents": cents,
            "method": "card",
            **fields,
        }
    )


def correct(fact: Any, **changes: Any) -> None:
    """As billing does with a fact that was told anew, differently."""
    for name, value in changes.items():
        setattr(fact, name, value)
    fact.revision += 1
    fact.changed_at = timezone.now()
    fact.save()


def sent(account: Account, key: str = "") -> list[Message]:
    messages = Message.objects.filter(account_id=account.pk).order_by("id")
    if key:
        messages = messages.filter(batch_id=type_of(key).batch_id or 0)
    return list(messages)


def ways(account: Account, key: str = "") -> list[tuple[str, str]]:
    """(channel, address) of what was queued, sorted."""
    return sorted((message.channel, message.address) for message in sent(account, key))


def mobile(account: Account) -> str:
    """E.164."""
    return normal_address(account.customer.mobile_number)
