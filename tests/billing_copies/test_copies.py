"""Which copies of its bills an account gets."""

import itertools

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from billing.ebills.copies import (
    DEFAULT,
    Copies,
    CopiesRefusedError,
    choose_copies,
    copies_for,
    copies_of,
)
from billing.ebills.models import BillCopies
from console.roles import Role
from customers.choices import ConsentSource, EmailSlot
from customers.contacts import change_email
from customers.models import Account
from tests.billing_copies.making import make_account
from tests.factories import make_staff

pytestmark = pytest.mark.django_db


def choose(account: Account, paper: bool, email_1: bool, email_2: bool) -> Copies:
    return choose_copies(
        account=account,
        paper=paper,
        email_1=email_1,
        email_2=email_2,
        source=ConsentSource.CSR,
    ).new


def test_an_account_that_chose_nothing_gets_paper() -> None:
    account = make_account()
    assert copies_of(account) == DEFAULT == Copies(paper=True, email_1=False, email_2=False)


@pytest.mark.parametrize(
    "wanted",
    [Copies(*chosen) for chosen in itertools.product((True, False), repeat=3) if any(chosen)],
)
def test_any_combination_of_paper_and_two_emails_can_be_chosen(wanted: Copies) -> None:
    account = make_account(email_2="office@example.org")
    assert choose(account, *wanted) == wanted
    assert copies_of(account) == wanted


def test_at_least_one_copy_must_remain() -> None:
    account = make_account()
    with pytest.raises(CopiesRefusedError, match="at least one copy"):
        choose(account, False, False, False)
    assert copies_of(account) == DEFAULT


def test_the_database_refuses_a_row_without_any_copy() -> None:
    account = make_account()
    with pytest.raises(IntegrityError), transaction.atomic():
        BillCopies.objects.create(account=account, paper=False, source=ConsentSource.CSR)


@pytest.mark.parametrize(("slot", "words"), [("email_1", "no Email 1"), ("email_2", "no Email 2")])
def test_a_copy_by_email_needs_the_address(slot: str, words: str) -> None:
    account = make_account(**{slot: ""})
    with pytest.raises(CopiesRefusedError, match=words) as refused:
        choose(account, True, slot == "email_1", slot == "email_2")
    assert refused.value.field == slot


def test_a_chosen_copy_outlives_its_address_and_the_others_can_still_be_changed() -> None:
    account = make_account(email_2="office@example.org")
    choose(account, False, True, True)
    change_email(
        customer=account.customer,
        slot=EmailSlot.EMAIL_2,
        address="",
        source=ConsentSource.CSR,
    )
    assert choose(account, True, True, True) == Copies(True, True, True)
    assert choose(account, True, True, False) == Copies(True, True, False)


def test_a_choice_says_what_was_before_who_made_it_and_how() -> None:
    account, csr = make_account(), make_staff(Role.CSR)
    change = choose_copies(
        account=account,
        paper=False,
        email_1=True,
        email_2=False,
        source=ConsentSource.CSR,
        taken_by=csr,
    )
    assert change.is_change
    assert change.old == DEFAULT
    row = BillCopies.objects.get(account=account)
    assert (row.taken_by, row.source, str(row)) == (csr, "csr", "Email 1")


def test_the_same_choice_again_changes_nothing() -> None:
    account = make_account()
    choose(account, True, True, False)
    before = BillCopies.objects.get(account=account).changed_at
    again = choose_copies(
        account=account, paper=True, email_1=True, email_2=False, source=ConsentSource.PORTAL
    )
    assert not again.is_change
    row = BillCopies.objects.get(account=account)
    assert (row.changed_at, row.source) == (before, "csr")


def test_each_account_of_a_member_has_its_own_copies_read_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    first, second = make_account(), make_account()
    choose(first, False, True, False)
    with django_assert_num_queries(1):
        found = copies_for([first.pk, second.pk])
    assert found == {first.pk: Copies(False, True, False), second.pk: DEFAULT}
