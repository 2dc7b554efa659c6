"""A bill as a person reads it: what the page, the PDF and the member's own pages show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from billing.messages import messages_for
from billing.models import Bill
from common.phones import display_phone
from customers.choices import RecurringPayment

PAST_BILLS = 13  # a year, and the same month of the year before


class State(models.TextChoices):
    DUE = "due", gettext_lazy("To be paid")
    PAST_DUE = "past_due", gettext_lazy("Past due")
    PAID = "paid", gettext_lazy("Nothing to pay")
    CREDIT = "credit", gettext_lazy("In your favor")


class Usage(NamedTuple):
    """One bill's kWh. `share` of the highest bar, 0 to 1; a month that fed in has none."""

    day: date
    kwh: Decimal
    share: float
    is_this: bool

    @property
    def month(self) -> str:
        """Short, in the language in use: Nov."""
        return date_format(self.day, "M")


@dataclass(frozen=True)
class ShownBill:
    bill: Bill
    state: State
    usage: list[Usage]
    """The oldest first; this bill's is the last, where its kWh are known."""
    messages: list[str]
    """In the member's own language."""

    @property
    def due_cents(self) -> int:
        """What is still to be paid, or what is in the member's favor; never below zero."""
        return abs(self.bill.balance_cents)

    @property
    def heading(self) -> str:
        return _("Credit") if self.state is State.CREDIT else _("Amount due")

    @property
    def is_to_pay(self) -> bool:
        return self.state in (State.DUE, State.PAST_DUE)

    @property
    def is_partly_paid(self) -> bool:
        return self.is_to_pay and self.bill.balance_cents != self.bill.amount_cents

    @property
    def place(self) -> str:
        """The second line of the service address."""
        account = self.bill.account
        return ", ".join(
            filter(None, (account.city, f"{account.state} {account.zip_code}".strip()))
        )

    @property
    def days(self) -> int | None:
        """Of service; the last day counts."""
        start, end = self.bill.period_start, self.bill.period_end
        return (end - start).days + 1 if start and end and end >= start else None

    @property
    def period(self) -> str:
        start, end = self.bill.period_start, self.bill.period_end
        if not start or not end:
            return ""
        return _("%(first)s to %(last)s") % {
            "first": _short(start),
            "last": _short(end),
        }

    @property
    def usage_words(self) -> str:
        """ "1,045 kWh in 31 days, 33.7 kWh a day." Nothing where the kWh are not known."""
        if self.bill.kwh is None:
            return ""
        kwh = kwh_words(self.bill.kwh)
        if not self.days:
            return _("%(kwh)s kWh.") % {"kwh": kwh}
        return ngettext(
            "%(kwh)s kWh in %(days)d day, %(daily)s kWh a day.",
            "%(kwh)s kWh in %(days)d days, %(daily)s kWh a day.",
            self.days,
        ) % {
            "kwh": kwh,
            "days": self.days,
            "daily": f"{_rounded(self.bill.kwh / self.days, '0.1'):,}",
        }

    @property
    def comparison(self) -> str:
        """With the bill before; nothing where there is none to compare with."""
        if len(self.usage) < 2 or self.bill.kwh is None or self.usage[-2].kwh <= 0:
            return ""
        before = self.usage[-2].kwh
        percent = int(_rounded((self.bill.kwh - before) * 100 / before, "1"))
        if percent == 0:
            return _("About as much as on the bill before.")
        words = (
            _("%(percent)d%% more than on the bill before.")
            if percent > 0
            else _("%(percent)d%% less than on the bill before.")
        )
        return words % {"percent": abs(percent)}

    @property
    def ways_to_pay(self) -> list[str]:
        due = date_format(self.bill.due_date)
        recurring = self.bill.account.recurring_payment
        if not self.is_to_pay:
            return [_("There is nothing to pay on this bill.")]
        if recurring == RecurringPayment.BANK_DRAFT:
            return [_("You need do nothing: we draft it from your bank on %(due)s.") % {"due": due}]
        if recurring == RecurringPayment.CARD:
            return [_("You need do nothing: we charge your card on %(due)s.") % {"due": due}]
        phone = display_phone(settings.UTILITY_PHONE)
        return [
            _("By phone: %(phone)s.") % {"phone": phone},
            _("By mail, with the account number on your check: %(address)s.")
            % {"address": f"{settings.UTILITY_NAME}, {settings.UTILITY_ADDRESS}"},
            _("In person at our office."),
            _("Can't pay in time? Please call us before the due date."),
        ]


def kwh_words(kwh: Decimal) -> str:
    """Grouped as in the US, in Spanish too, as amounts are: 1,045."""
    return f"{_rounded(kwh, '1'):,}"


def _short(day: date) -> str:
    # Translators: the format of a short date; the month by name, since 3/4 means two days.
    return date_format(day, _("M j, Y"))


def shown_bill(bill: Bill) -> ShownBill:
    """Read with select_related("account__customer"): two more queries, at any number of bills."""
    language = bill.account.customer.language
    return ShownBill(
        bill=bill,
        state=state_of(bill, timezone.localdate()),
        usage=_usage(bill),
        messages=[message.text(language) for message in messages_for([bill])[bill.pk]],
    )


def state_of(bill: Bill, today: date) -> State:
    if bill.balance_cents < 0:
        return State.CREDIT
    if bill.balance_cents == 0:
        return State.PAID
    return State.PAST_DUE if bill.due_date < today else State.DUE


def _usage(bill: Bill) -> list[Usage]:
    past: Sequence[Bill] = list(
        Bill.objects.filter(account=bill.account_id, date__lte=bill.date, kwh__isnull=False)
        .exclude(date=bill.date, pk__gt=bill.pk)
        .order_by("-date", "-pk")
        .only("pk", "date", "period_end", "kwh")[:PAST_BILLS]
    )
    most = max((row.kwh or Decimal(0) for row in past), default=Decimal(0))
    return [
        Usage(
            day=row.period_end or row.date,
            kwh=row.kwh or Decimal(0),
            share=max(float((row.kwh or 0) / most), 0.0) if most > 0 else 0.0,
            is_this=row.pk == bill.pk,
        )
        for row in reversed(past)
    ]


def _rounded(number: Decimal, to: str) -> Decimal:
    return number.quantize(Decimal(to), rounding=ROUND_HALF_UP)
