"""Bills and messages for these tests, with believable defaults."""

import itertools
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from billing.messages import BillingMessage
from billing.models import Bill
from customers.models import Account
from tests.factories import make_customer

DAY = date(2026, 11, 20)
_numbers = itertools.count(7_001)


def make_account(*, cycle: str = "03", **customer: Any) -> Account:
    account = make_customer(**customer).accounts.get()
    account.cycle = cycle
    account.service_address = "122 Lake Commons Dr"
    account.city, account.state, account.zip_code = "Pine River", "GA", "30000"
    account.meter = "M-5512"
    account.save()
    return account


def make_bill(account: Account | None = None, *, day: date = DAY, **fields: Any) -> Bill:
    number = next(_numbers)
    amount = fields.pop("amount_cents", 14_217)
    return Bill.objects.create(
        **{
            "account": account or make_account(),
            "fact_id": f"B-{number}",
            "number": f"2026-{number}",
            "date": day,
            "due_date": day + timedelta(days=20),
            "amount_cents": amount,
            "balance_cents": amount,
            "period_start": day - timedelta(days=33),
            "period_end": day - timedelta(days=3),
            "kwh": Decimal("1045.000"),
            **fields,
        }
    )


def make_message(text: str, **fields: Any) -> BillingMessage:
    return BillingMessage.objects.create(
        **{"name": text[:80], "text_en": text, "starts_on": date(2026, 11, 1), **fields}
    )
