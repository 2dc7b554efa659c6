"""The list of bills: found by account, number, due date and cycle, sorted, page by page."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from billing.models import Bill
from console.roles import Role
from tests.alerts.making import make_account, make_bill
from tests.factories import make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def csr(client: Client) -> Client:
    client.force_login(make_staff(Role.CSR))
    return client


def _numbers(client: Client, **query: str) -> list[str]:
    answer = client.get(reverse("console:bills"), query)
    assert answer.status_code == 200
    return [bill.number for bill, *_chip in answer.context["lines"]]


@pytest.fixture
def bills() -> dict[str, Bill]:
    first, second = make_account(number="162033"), make_account(number="162044")
    second.cycle = "07"
    second.save()
    return {
        "A": make_bill(first, due=date(2026, 12, 1), number="A", cents=900),
        "B": make_bill(first, due=date(2026, 12, 5), number="B", cents=100, balance_cents=0),
        "C": make_bill(second, due=date(2026, 12, 9), number="C", cents=500),
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["C", "B", "A"]),
        ({"q": "162033-001"}, ["B", "A"]),
        ({"q": "162033001"}, ["B", "A"]),
        ({"q": "162044"}, ["C"]),
        ({"q": "B"}, ["B"]),
        ({"q": "nothing"}, []),
        ({"due_from": "2026-12-05"}, ["C", "B"]),
        ({"due_to": "2026-12-05"}, ["B", "A"]),
        ({"due_from": "2026-12-02", "due_to": "2026-12-08"}, ["B"]),
        ({"cycle": "07"}, ["C"]),
        ({"unpaid": "on"}, ["C", "A"]),
        ({"sort": "amount"}, ["B", "C", "A"]),
        ({"sort": "-amount"}, ["A", "C", "B"]),
        ({"sort": "due"}, ["A", "B", "C"]),
        ({"sort": "balance"}, ["B", "C", "A"]),
        ({"sort": "'; DROP TABLE"}, ["A", "B", "C"]),
    ],
)
def test_bills_are_found_and_sorted(
    csr: Client, bills: dict[str, Bill], query: dict[str, str], found: list[str]
) -> None:
    assert _numbers(csr, **query) == found


def test_a_bill_leads_to_its_page_and_its_pdf(csr: Client, bills: dict[str, Bill]) -> None:
    html = csr.get(reverse("console:bills")).content.decode()
    for name in ("bill", "bill_pdf"):
        assert reverse(f"console:{name}", args=[bills["A"].pk]) in html
    assert "Past due" in html or "To be paid" in html


def test_a_date_that_is_none_is_no_error(csr: Client, bills: dict[str, Bill]) -> None:
    answer = csr.get(reverse("console:bills"), {"due_from": "2026-02-30"})
    assert "Enter a valid date." in answer.content.decode()


def test_many_bills_come_page_by_page_in_few_queries(
    csr: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    account = make_account()
    for day in range(1, 29):
        make_bill(account, due=date(2026, 12, day), number=f"N-{day}")
    assert len(_numbers(csr)) == 25
    assert _numbers(csr, page="2") == ["N-3", "N-2", "N-1"]


def test_no_bills_and_no_right(csr: Client, client: Client) -> None:
    assert "No bills yet" in csr.get(reverse("console:bills")).content.decode()
    client.force_login(make_staff(Role.COMMUNICATOR))
    assert client.get(reverse("console:bills")).status_code == 403
