"""What a fact says, in a line for people."""

from collections.abc import Callable
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from billing.choices import Kind
from common.templatetags.components import dollars


def fact_words(kind: Kind, fact: Any) -> str:
    """ "$142.18 prevents it, after November 24, 2026"; "" where the fact is gone."""
    return _WORDS[kind](fact) if fact is not None else ""


def is_over(kind: Kind, fact: Any) -> bool:
    """Whether there is nothing left to tell: paid, resolved, or its day has passed."""
    today = timezone.localdate()
    if fact is None:
        return True
    if kind is Kind.PENDING_DISCONNECT:
        return fact.resolved_at is not None or fact.after_date < today
    if kind is Kind.INSTALLMENT:
        return fact.paid_at is not None
    return kind is Kind.BILL and fact.balance_cents <= 0


def _day(day: Any) -> str:
    return formats.date_format(day, "DATE_FORMAT")


def _moment(at: Any) -> str:
    return formats.date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")


def _disconnect(fact: Any) -> str:
    return _("Service ends after %(day)s unless %(amount)s is paid.") % {
        "day": _day(fact.after_date),
        "amount": dollars(fact.amount_cents),
    }


def _bill(fact: Any) -> str:
    return _("Bill %(number)s: %(balance)s still to be paid, due %(day)s.") % {
        "number": fact.number,
        "balance": dollars(fact.balance_cents),
        "day": _day(fact.due_date),
    }


def _payment(fact: Any) -> str:
    return _("A payment of %(amount)s, %(method)s, %(at)s.") % {
        "amount": dollars(fact.amount_cents),
        "method": fact.get_method_display().lower(),
        "at": _moment(fact.at),
    }


def _returned_check(fact: Any) -> str:
    return _("A check of %(amount)s came back on %(day)s; the fee is %(fee)s.") % {
        "amount": dollars(fact.amount_cents),
        "day": _day(fact.date),
        "fee": dollars(fact.fee_cents),
    }


def _arrangement(fact: Any) -> str:
    return _("An arrangement over %(amount)s, made on %(day)s.") % {
        "amount": dollars(fact.amount_cents),
        "day": _day(fact.made_on),
    }


def _installment(fact: Any) -> str:
    return _("Installment %(number)s of an arrangement: %(amount)s, due %(day)s.") % {
        "number": fact.number,
        "amount": dollars(fact.amount_cents),
        "day": _day(fact.due_date),
    }


def _usage(fact: Any) -> str:
    return _("%(kwh)s kWh on %(day)s.") % {
        "kwh": formats.number_format(fact.kwh.normalize()),
        "day": _day(fact.day),
    }


def _change(fact: Any) -> str:
    return _("%(detail)s changed on %(at)s.") % {
        "detail": fact.get_what_display(),
        "at": _moment(fact.at),
    }


_WORDS: dict[Kind, Callable[[Any], str]] = {
    Kind.BILL: _bill,
    Kind.PAYMENT: _payment,
    Kind.RETURNED_CHECK: _returned_check,
    Kind.ARRANGEMENT: _arrangement,
    Kind.INSTALLMENT: _installment,
    Kind.USAGE_READ: _usage,
    Kind.PENDING_DISCONNECT: _disconnect,
    Kind.ACCOUNT_CHANGE: _change,
}
