"""Payments, and checks that came back."""

from alerts.rules.base import FactKind
from alerts.rules.values import Value, date_value, in_language, money_value, text_value
from billing.choices import Kind

_LOCAL_DAY = "(f.at AT TIME ZONE %(zone)s::text)::date"
_METHODS = {
    "bank_draft": ("bank draft", "débito bancario"),
    "card": ("card", "tarjeta"),
    "kiosk": ("kiosk", "quiosco"),
    "phone_app": ("the phone app", "la aplicación"),
    "text": ("text", "mensaje de texto"),
    "counter": ("our counter", "nuestra oficina"),
    "mail": ("mail", "correo"),
}


def _methods(language: int) -> str:
    cases = " ".join(f"WHEN '{key}' THEN '{words[language]}'" for key, words in _METHODS.items())
    return f"CASE f.method {cases} ELSE f.method END"


PAYMENTS = FactKind(
    kind=Kind.PAYMENT,
    table="billing_payment",
    calendar_day=_LOCAL_DAY,
    event_day=_LOCAL_DAY,
    values={
        "amount": money_value("f.amount_cents", words="Amount paid"),
        "paid_on": date_value(_LOCAL_DAY, words="Day of the payment"),
        "method": Value(
            in_language(_methods(0), _methods(1)), "f.method", "How it was paid", "bank draft"
        ),
    },
    retell_on=("amount", "paid_on"),
)

RETURNED_CHECKS = FactKind(
    kind=Kind.RETURNED_CHECK,
    table="billing_returnedcheck",
    calendar_day="f.date",
    event_day="f.date",
    values={
        "amount": money_value("f.amount_cents", words="Amount of the check"),
        "fee": money_value("f.fee_cents", words="Fee", example="$30.00"),
        "returned_on": date_value("f.date", words="Day it was returned"),
        "reason": text_value("f.reason", words="The bank's reason", example="Insufficient funds"),
    },
    retell_on=("amount", "fee"),
)
