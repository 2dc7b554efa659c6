"""Choosing and reading which copies of its bills an account gets.

A chosen email copy stays chosen while its address is missing or can't be used; as long as none of
the chosen ones reaches anybody, the bill is printed all the same (`FALLS_BACK`), because a bill
that nobody gets is worse than a stamp.
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.ebills.models import BillCopies
from customers.choices import ConsentSource
from customers.models import Account, Customer


class Copies(NamedTuple):
    paper: bool = True
    email_1: bool = False
    email_2: bool = False


DEFAULT = Copies()


class CopiesChange(NamedTuple):
    old: Copies
    new: Copies

    @property
    def is_change(self) -> bool:
        return self.old != self.new


class CopiesRefusedError(ValueError):
    """The choice can't be kept; `problem` says why in words, `field` which of the three it is."""

    def __init__(self, problem: str, field: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.field = field


def choose_copies(
    *,
    account: Account,
    paper: bool,
    email_1: bool,
    email_2: bool,
    source: ConsentSource,
    taken_by: AbstractBaseUser | None = None,
) -> CopiesChange:
    """Set all three at once. Raises CopiesRefusedError where none is left, or where an emailed
    copy is newly asked for and there is no such address. The same choice again changes nothing."""
    new = Copies(paper, email_1, email_2)
    if not any(new):
        raise CopiesRefusedError(
            _("Keep at least one copy of the bill: paper, Email 1 or Email 2.")
        )
    with transaction.atomic():
        # The lock that changing an address takes as well: the two can't miss each other.
        customer = Customer.objects.select_for_update().get(pk=account.customer_id)
        old = copies_of(account)
        change = CopiesChange(old, new)
        if not change.is_change:
            return change
        _refuse_without_address(customer, change)
        BillCopies.objects.update_or_create(
            account=account,
            defaults={
                **new._asdict(),
                "changed_at": timezone.now(),
                "source": source,
                "taken_by_id": taken_by.pk if taken_by else None,
            },
        )
    return change


def copies_of(account: Account) -> Copies:
    return copies_for([account.pk])[account.pk]


def copies_for(account_ids: Iterable[int]) -> dict[int, Copies]:
    """For each of these accounts, in one query."""
    wanted = list(account_ids)
    chosen = {
        pk: Copies(paper, email_1, email_2)
        for pk, paper, email_1, email_2 in BillCopies.objects.filter(
            account__in=wanted
        ).values_list("account_id", "paper", "email_1", "email_2")
    }
    return {pk: chosen.get(pk, DEFAULT) for pk in wanted}


def _refuse_without_address(customer: Customer, change: CopiesChange) -> None:
    if change.new.email_1 and not change.old.email_1 and not customer.email_1:
        raise CopiesRefusedError(
            _("There is no Email 1 yet. Add the address first, then choose it for the bill."),
            "email_1",
        )
    if change.new.email_2 and not change.old.email_2 and not customer.email_2:
        raise CopiesRefusedError(
            _("There is no Email 2 yet. Add the address first, then choose it for the bill."),
            "email_2",
        )


# In SQL, for what is done with many bills at once. `k`: billing_billcopies, left-joined to the
# account; `c`: customers_customer. True where the chosen paper copy is wanted.
WANTS_PAPER = "COALESCE(k.paper, true)"
# Slot → true where it gets a copy by email.
WANTS_EMAIL = {slot: f"COALESCE(k.{slot}, false)" for slot in ("email_1", "email_2")}


def _reaches(slot: str) -> str:
    return f"""({WANTS_EMAIL[slot]} AND c.{slot} <> '' AND NOT EXISTS (
        SELECT FROM customers_suppression s
        WHERE s.address = lower(c.{slot}) AND s.channel = 'email'
          AND s.purpose IN ('', 'account')))"""


# True where no paper is wanted and none of the chosen email copies reaches anybody.
FALLS_BACK = f"NOT ({WANTS_PAPER} OR {_reaches('email_1')} OR {_reaches('email_2')})"
