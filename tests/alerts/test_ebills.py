"""Bill Ready is the ebill: its emails follow the copies of the bill, its texts what was chosen."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from alerts.news import tell
from alerts.subscriptions import subscription_set, table_of
from alerts.types import type_save
from billing.ebills.copies import choose_copies
from common.choices import Channel
from customers.choices import ConsentSource
from customers.consent import opt_out
from customers.models import Account
from tests.alerts.making import make_account, make_bill, mobile, subscribe, today, type_of, ways

pytestmark = pytest.mark.django_db


def _copies(account: Account, *, email_1: bool, email_2: bool, paper: bool = True) -> None:
    choose_copies(
        account=account,
        paper=paper,
        email_1=email_1,
        email_2=email_2,
        source=ConsentSource.PORTAL,
    )


def _tell_a_bill(account: Account) -> None:
    bill = make_bill(account, due=today() + timedelta(days=20), date=today())
    tell("bill", [bill.pk])


def _both() -> Account:
    return make_account(email_1="one@example.com", email_2="two@example.org")


def test_who_chose_nothing_has_paper_alone_and_gets_no_email() -> None:
    account = _both()
    _tell_a_bill(account)
    assert ways(account, "bill_ready") == []


@pytest.mark.parametrize(
    ("email_1", "email_2", "addresses"),
    [
        (True, False, ["one@example.com"]),
        (False, True, ["two@example.org"]),
        (True, True, ["one@example.com", "two@example.org"]),
        (False, False, []),
    ],
)
@pytest.mark.parametrize("paper", [True, False])
def test_each_emailed_copy_gets_its_mail(
    email_1: bool, email_2: bool, paper: bool, addresses: list[str]
) -> None:
    if not (paper or addresses):
        return
    account = _both()
    _copies(account, email_1=email_1, email_2=email_2, paper=paper)
    _tell_a_bill(account)
    assert ways(account, "bill_ready") == [("email", address) for address in addresses]


def test_a_subscription_by_email_alone_sends_no_ebill_and_one_by_text_a_text() -> None:
    account = _both()
    subscribe(account, "bill_ready", Channel.EMAIL, Channel.TEXT)
    _tell_a_bill(account)
    assert ways(account, "bill_ready") == [("text", mobile(account))]


def test_a_copy_whose_address_refused_email_is_left_out() -> None:
    account = _both()
    _copies(account, email_1=True, email_2=True)
    opt_out(address="one@example.com", channels=[Channel.EMAIL], source=ConsentSource.CSR)
    _tell_a_bill(account)
    assert ways(account, "bill_ready") == [("email", "two@example.org")]


def test_the_table_shows_the_copies_and_does_not_change_them() -> None:
    account = _both()
    type = type_of("bill_ready")

    def line() -> tuple[frozenset[Channel], frozenset[Channel], bool]:
        found = next(one for one in table_of(account) if one.type == type)
        return found.on, found.fixed, found.by_copies

    assert line() == (frozenset(), frozenset(), True)
    _copies(account, email_1=False, email_2=True)
    assert line() == (frozenset({Channel.EMAIL}), frozenset({Channel.EMAIL}), True)
    subscription_set(account=account, type=type, channels=[], source=ConsentSource.PORTAL)
    assert line()[0] == {Channel.EMAIL}
    _copies(account, email_1=False, email_2=False)
    subscription_set(
        account=account, type=type, channels=[Channel.EMAIL], source=ConsentSource.PORTAL
    )
    assert line()[0] == frozenset()


@pytest.mark.parametrize(
    ("key", "changes", "field"),
    [
        ("payment_received", {}, "is_ebill"),
        ("due_date_reminder", {}, "is_ebill"),
        ("bill_ready", {"channels": ["text"]}, "is_ebill"),
        ("bill_ready", {"starts_with": ["email"]}, "starts_with"),
    ],
)
def test_what_cannot_be_the_ebill_is_refused(
    key: str, changes: dict[str, list[str]], field: str
) -> None:
    type = type_of(key)
    type.is_ebill = True
    for name, value in changes.items():
        setattr(type, name, value)
    with pytest.raises(ValidationError) as refused:
        type_save(type=type)
    assert field in refused.value.message_dict
