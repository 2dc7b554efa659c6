"""Pending automatic disconnects."""

from alerts.rules.base import FactKind
from alerts.rules.values import Value, date_value, days, money_value, when
from billing.choices import Kind

DISCONNECTS = FactKind(
    kind=Kind.PENDING_DISCONNECT,
    table="billing_pendingdisconnect",
    calendar_day="f.after_date",
    event_day="f.after_date",
    # Resolved, or the day is over: nothing to warn of.
    holds="f.resolved_at IS NULL AND f.after_date >= %(today)s::date",
    values={
        "amount": money_value("f.amount_cents", words="Amount that prevents it"),
        "after_date": date_value("f.after_date", words="The day after which it happens"),
        "when": Value(
            when("f.after_date"), words="today, tomorrow, in 3 days", example="in 3 days"
        ),
        "days": Value(days("f.after_date"), words="Days until then", example="3"),
    },
    retell_on=("amount", "after_date"),
)
