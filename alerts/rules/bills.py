"""Bills: ready, due soon, past due."""

from alerts.rules.base import FactKind
from alerts.rules.values import (
    Value,
    date_value,
    days,
    money_value,
    number_value,
    text_value,
    when,
)
from billing.choices import Kind

# What was paid since the billing system last told the bill counts against it: a payment told at
# noon must not be followed by a reminder at nine the next day, before the nightly file.
_PAID_SINCE = """
LEFT JOIN LATERAL (
    SELECT coalesce(sum(p.amount_cents), 0)::bigint AS cents FROM billing_payment p
    WHERE p.account_id = f.account_id AND p.told_at > f.changed_at AND p.at >= f.date
) paid ON true
"""
BALANCE = "(f.balance_cents - paid.cents)"

BILLS = FactKind(
    kind=Kind.BILL,
    table="billing_bill",
    calendar_day="f.due_date",
    event_day="f.date",
    joins=_PAID_SINCE,
    outstanding=f"f.balance_cents > 0 AND {BALANCE} > 0",
    values={
        "amount": money_value("f.amount_cents", words="Amount of the bill"),
        "balance": Value(
            money_value(BALANCE, words="").shown,
            "f.balance_cents::text",
            "Still to be paid",
            "$142.18",
        ),
        "due_date": date_value("f.due_date", words="Due date"),
        "when": Value(when("f.due_date"), words="today, tomorrow, in 3 days", example="in 3 days"),
        "days": Value(days("f.due_date"), words="Days to or since the due date", example="3"),
        "bill_number": text_value("f.number", words="Bill number", example="B-4471920"),
        "bill_date": date_value("f.date", words="Bill date", example="November 14, 2026"),
        "kwh": number_value("f.kwh", words="kWh of the bill", example="1,024"),
    },
    retell_on=("amount", "due_date"),
)
