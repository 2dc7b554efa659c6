"""Payment arrangements and their installments."""

from alerts.rules.base import FactKind
from alerts.rules.values import Value, date_value, days, money_value, when
from billing.choices import Kind

ARRANGEMENTS = FactKind(
    kind=Kind.ARRANGEMENT,
    table="billing_arrangement",
    calendar_day="f.made_on",
    event_day="f.made_on",
    values={
        "amount": money_value("f.amount_cents", words="Amount of the arrangement"),
        "made_on": date_value("f.made_on", words="Day it was made"),
    },
    retell_on=("amount",),
)

INSTALLMENTS = FactKind(
    kind=Kind.INSTALLMENT,
    table="billing_installment",
    calendar_day="f.due_date",
    # Told with its arrangement; it stays news until it is due.
    event_day="f.due_date",
    outstanding="f.paid_at IS NULL AND f.amount_cents > 0",
    values={
        "amount": money_value("f.amount_cents", words="Amount of the installment"),
        "due_date": date_value("f.due_date", words="Due date"),
        "when": Value(when("f.due_date"), words="today, tomorrow, in 3 days", example="in 3 days"),
        "days": Value(days("f.due_date"), words="Days to or since the due date", example="3"),
        "installment": Value("f.number::text", "f.number::text", "Its number", "2"),
    },
    retell_on=("amount", "due_date"),
)
