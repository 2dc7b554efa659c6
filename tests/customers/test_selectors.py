"""Finding members as a clerk types."""

import pytest
from django.db import connection

from customers.models import Account
from customers.selectors import (
    customer_by_account,
    customers_by_email,
    customers_by_number,
    search_customers,
)
from tests.factories import make_customer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("text", ["162444-001", "162444001", "162444001.0", "162444"])
def test_a_member_is_found_by_the_account_however_it_is_written(text: str) -> None:
    mae = make_customer(number="162444", name="MUÑOZ MAE")
    assert customer_by_account(text) == mae


@pytest.mark.parametrize("text", ["", "abc", "1.6E+08", "999999999"])
def test_nobody_is_found_by_what_is_no_account(text: str) -> None:
    make_customer(number="162444")
    assert customer_by_account(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "muñoz",
        "Mae mu",
        "162444",
        "162444-0",
        "478-555-0112",
        "(478) 555-0112",
        "mae.munoz@",
        "MAE.MUNOZ@example.com",
        "lake commons",
        "122 lake",
    ],
)
def test_search_finds_by_name_account_phone_email_and_address(text: str) -> None:
    mae = make_customer(
        number="162444",
        name="MUÑOZ MAE",
        email_1="mae.munoz@example.com",
        mobile_number="+14785550112",
    )
    Account.objects.filter(customer=mae).update(service_address="122 Lake Commons Dr")
    make_customer(name="PRUITT PETE", email_1="pete@example.com", mobile_number="+14785550115")
    assert search_customers(text) == [mae]


@pytest.mark.parametrize("text", ["", " ", "m", "%", "zz\x00top", "%%%", "'; drop table x; --"])
def test_search_finds_nobody_by_what_says_nothing(text: str) -> None:
    make_customer(name="MUÑOZ MAE")
    assert search_customers(text) == []


def test_holders_of_a_number_and_of_an_address() -> None:
    one = make_customer(mobile_number="+14785550112", email_1="shared@example.com")
    two = make_customer(home_number="+14785550112", email_2="Shared@example.com")
    assert set(customers_by_number("478-555-0112")) == {one, two}
    assert set(customers_by_email("SHARED@example.com")) == {one, two}
    assert not customers_by_number("nobody")


def test_name_search_uses_its_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM customers_customer WHERE upper(name) LIKE upper('%MUÑOZ%')"
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "customer_name_parts" in plan
