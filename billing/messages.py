"""Billing messages: what is printed on the bills of a cycle or a class for a while (RULES 32)."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import ClassVar, NamedTuple, Protocol

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from billing.choices import AccountClass, MessageKind
from billing.print_vendor.layout import plain
from common.choices import Language
from customers.choices import RecurringPayment
from customers.models import Account

MOST_ON_A_BILL = 4
TEXT_LENGTH = 230  # what a record of the print vendor's file holds


class BillingMessage(models.Model):
    """Printed on every bill whose date, cycle and class it fits; the four of the lowest priority
    number where there are more."""

    name = models.CharField(_("name"), max_length=80, help_text=_("For staff; not printed."))
    kind = models.CharField(
        _("on"), max_length=8, choices=MessageKind.choices, default=MessageKind.GENERAL
    )
    text_en = models.CharField(_("text in English"), max_length=TEXT_LENGTH)
    text_es = models.CharField(
        _("text in Spanish"),
        max_length=TEXT_LENGTH,
        blank=True,
        help_text=_("Without it, members who read Spanish get the English text."),
    )
    # Compared with the bill's date; both days count.
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    # Empty: all of them.
    cycles = ArrayField(models.CharField(max_length=6), default=list, blank=True)
    classes = ArrayField(
        models.CharField(max_length=12, choices=AccountClass.choices), default=list, blank=True
    )
    priority = models.PositiveSmallIntegerField(
        _("priority"), default=50, help_text=_("1 comes first. A bill has room for four.")
    )
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("billing message")
        ordering: ClassVar = ["priority", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="billing_message_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _now("The last day is before the first one.")})
        for field in ("text_en", "text_es"):
            # An ellipsis, for one, is printed as three dots.
            if len(plain(getattr(self, field))) > TEXT_LENGTH:
                raise ValidationError(
                    {
                        field: _now("As it is printed, the text has more than %(most)d characters.")
                        % {"most": TEXT_LENGTH}
                    }
                )

    @property
    def class_words(self) -> str:
        return ", ".join(str(AccountClass(name).label) for name in self.classes)

    def text(self, language: str) -> str:
        """The words for a member who reads `language`."""
        return (self.text_es if language == Language.SPANISH else "") or self.text_en


class DatedBill(Protocol):
    """A Bill, as far as messages go; read with select_related("account__customer")."""

    pk: int
    date: date
    account: Account


class Fits(NamedTuple):
    """What decides which messages a bill gets."""

    day: date
    cycle: str
    classes: frozenset[str]
    has_email: bool


def account_classes(*, is_key_account: bool, recurring_payment: str) -> frozenset[str]:
    kind = AccountClass.KEY_ACCOUNT if is_key_account else AccountClass.MEMBER
    none = recurring_payment == RecurringPayment.NONE
    return frozenset({kind, AccountClass.NO_RECURRING if none else recurring_payment})


class MessageBoard:
    """The messages in use between two days, read once. Bills with the same facts share a list."""

    def __init__(self, first: date, last: date) -> None:
        self._messages = list(
            BillingMessage.objects.filter(active=True, starts_on__lte=last).exclude(
                ends_on__lt=first
            )
        )
        self._known: dict[Fits, list[BillingMessage]] = {}

    def of(self, bill: Fits) -> list[BillingMessage]:
        """At most four, the most important first."""
        found = self._known.get(bill)
        if found is None:
            found = [message for message in self._messages if _is_for(message, bill)]
            self._known[bill] = found = found[:MOST_ON_A_BILL]
        return found


def messages_for(bills: Iterable[DatedBill]) -> dict[int, list[BillingMessage]]:
    """By the bill's id, in one query for all of them."""
    wanted: Sequence[DatedBill] = list(bills)
    if not wanted:
        return {}
    days = [bill.date for bill in wanted]
    board = MessageBoard(min(days), max(days))
    return {bill.pk: board.of(_facts(bill)) for bill in wanted}


def _facts(bill: DatedBill) -> Fits:
    customer = bill.account.customer
    return Fits(
        day=bill.date,
        cycle=bill.account.cycle,
        classes=account_classes(
            is_key_account=customer.is_key_account,
            recurring_payment=bill.account.recurring_payment,
        ),
        has_email=bool(customer.email_1 or customer.email_2),
    )


def _is_for(message: BillingMessage, bill: Fits) -> bool:
    return (
        message.starts_on <= bill.day
        and (message.ends_on is None or bill.day <= message.ends_on)
        and (not message.cycles or bill.cycle in message.cycles)
        and (not message.classes or not bill.classes.isdisjoint(message.classes))
        and (message.kind != MessageKind.NO_EMAIL or not bill.has_email)
    )
