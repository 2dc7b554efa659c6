"""Which billing messages a bill gets."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from billing.choices import AccountClass, MessageKind
from billing.messages import TEXT_LENGTH, BillingMessage, messages_for
from billing.models import Bill
from tests.billing_copies.making import DAY, make_account, make_bill, make_message

pytestmark = pytest.mark.django_db


def texts(bill: Bill) -> list[str]:
    return [message.text("en") for message in messages_for([bill])[bill.pk]]


def test_a_bill_gets_the_four_most_important_messages_in_order() -> None:
    for priority in (30, 10, 50, 20, 40):
        make_message(f"priority {priority}", priority=priority)
    expected = ["priority 10", "priority 20", "priority 30", "priority 40"]
    assert texts(make_bill()) == expected


def test_among_equals_the_older_message_comes_first() -> None:
    make_message("older")
    make_message("newer")
    assert texts(make_bill()) == ["older", "newer"]


@pytest.mark.parametrize(
    ("first", "last", "fits"),
    [
        (DAY, DAY, True),
        (DAY - timedelta(days=1), None, True),
        (DAY + timedelta(days=1), None, False),
        (date(2026, 1, 1), DAY - timedelta(days=1), False),
    ],
)
def test_both_its_days_count(first: date, last: date | None, fits: bool) -> None:
    make_message("now", starts_on=first, ends_on=last)
    assert bool(texts(make_bill())) is fits


def test_a_message_out_of_use_is_on_no_bill() -> None:
    make_message("old", active=False)
    assert texts(make_bill()) == []


def test_a_message_goes_to_its_cycles_alone() -> None:
    make_message("rights of way", cycles=["03", "04"])
    assert texts(make_bill(make_account(cycle="04"))) == ["rights of way"]
    assert texts(make_bill(make_account(cycle="05"))) == []


@pytest.mark.parametrize(
    ("customer", "recurring", "expected"),
    [
        ({"is_key_account": True}, "none", ["key", "none"]),
        ({}, "none", ["member", "none"]),
        ({}, "bank_draft", ["member", "draft or card"]),
        ({"is_key_account": True}, "card", ["key", "draft or card"]),
    ],
)
def test_a_message_goes_to_its_classes_alone(
    customer: dict[str, Any], recurring: str, expected: list[str]
) -> None:
    make_message("key", classes=[AccountClass.KEY_ACCOUNT])
    make_message("member", classes=[AccountClass.MEMBER])
    make_message("draft or card", classes=[AccountClass.BANK_DRAFT, AccountClass.CARD])
    make_message("none", classes=[AccountClass.NO_RECURRING])
    account = make_account(**customer)
    account.recurring_payment = recurring
    account.save()
    assert texts(make_bill(account)) == expected


def test_only_members_without_any_email_are_asked_for_one() -> None:
    make_message("We have no email address for you.", kind=MessageKind.NO_EMAIL)
    assert texts(make_bill(make_account(email_1=""))) == ["We have no email address for you."]
    assert texts(make_bill(make_account(email_1="", email_2="a@example.com"))) == []


def test_spanish_where_there_is_some() -> None:
    both = make_message("Good day", text_es="Buenos días, señora Muñoz")
    assert both.text("es") == "Buenos días, señora Muñoz"
    assert make_message("English only").text("es") == "English only"


def test_one_query_for_many_bills(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    make_message("hello")
    for _ in range(5):
        make_bill()
    bills = list(Bill.objects.select_related("account__customer"))
    with django_assert_num_queries(1):
        found = messages_for(bills)
    assert [len(found[bill.pk]) for bill in bills] == [1] * 5


def test_no_bills_no_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert messages_for([]) == {}


def test_a_last_day_before_the_first_one_is_refused() -> None:
    wrong = BillingMessage(name="x", text_en="x", starts_on=DAY, ends_on=DAY - timedelta(days=1))
    with pytest.raises(ValidationError, match="last day is before"):
        wrong.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        wrong.save()


def test_a_text_longer_than_a_record_of_the_print_file_is_refused() -> None:
    with pytest.raises(ValidationError, match=str(TEXT_LENGTH)):
        BillingMessage(name="x", text_en="x" * (TEXT_LENGTH + 1), starts_on=DAY).full_clean()
