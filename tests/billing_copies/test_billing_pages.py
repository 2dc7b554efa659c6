"""Bill copies on a member's behalf, and billing messages, on the staff pages."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext
from pytest_django.live_server_helper import LiveServer

from billing.ebills.copies import DEFAULT, Copies, copies_of
from billing.models import BillCopies, BillingMessage
from console.roles import Role
from tests.billing_copies.making import make_account, make_bill, make_message
from tests.browser.pages import Complaints, assert_good_page, sign_in
from tests.factories import make_staff

pytestmark = pytest.mark.django_db
MESSAGES = "/console/bills/messages/"


def client_of(role: Role) -> Client:
    client = Client()
    client.force_login(make_staff(role))
    return client


def test_a_csr_chooses_the_copies_of_an_account() -> None:
    bill = make_bill()
    client = client_of(Role.CSR)
    response = client.post(f"/console/bills/{bill.pk}/copies/", {"email_1": "on"}, follow=True)
    assert response.redirect_chain == [(f"/console/bills/{bill.pk}/", 302)]
    assert copies_of(bill.account) == Copies(paper=False, email_1=True, email_2=False)
    row = BillCopies.objects.get()
    assert row.taken_by is not None
    assert row.source == "csr"
    page = response.content.decode()
    assert "Not on paper" in page
    assert f"Email 1: {bill.account.customer.email_1}" in page


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({}, "Keep at least one copy of the bill"),
        ({"paper": "on", "email_2": "on"}, "There is no Email 2 yet."),
    ],
)
def test_what_can_not_be_is_refused_in_words(wanted: dict[str, str], words: str) -> None:
    bill = make_bill()
    page = client_of(Role.CSR).post(f"/console/bills/{bill.pk}/copies/", wanted)
    assert words in page.content.decode()
    assert copies_of(bill.account) == DEFAULT


def a_message(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Holiday",
        "text_en": "Our office is closed on Friday.",
        "kind": "general",
        "starts_on": "2026-11-20",
        "priority": "10",
        "active": "on",
        **changes,
    }


def test_a_communicator_writes_a_message_for_some_cycles_and_classes() -> None:
    make_account(cycle="03")
    client = client_of(Role.COMMUNICATOR)
    wanted = a_message(cycles=["03"], classes=["key_account", "card"], ends_on="2026-11-30")
    assert client.post(f"{MESSAGES}new/", wanted).status_code == 302
    message = BillingMessage.objects.get()
    assert message.cycles == ["03"]
    assert message.classes == ["key_account", "card"]
    assert message.ends_on == date(2026, 11, 30)
    page = client.get(MESSAGES).content.decode()
    assert "Nov. 20, 2026 to Nov. 30, 2026" in page
    assert "Key accounts, Paid by recurring card" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ends_on": "2026-11-01"}, "The last day is before the first one."),
        ({"text_en": "x" * 231}, "230"),
        ({"text_en": "…" * 100}, "more than 230 characters"),
        ({"cycles": ["99"]}, "99"),
    ],
)
def test_a_message_that_can_not_be_is_refused(changes: dict[str, Any], words: str) -> None:
    response = client_of(Role.COMMUNICATOR).post(f"{MESSAGES}new/", a_message(**changes))
    assert words in response.content.decode()
    assert not BillingMessage.objects.exists()


def test_a_cycle_without_accounts_stays_with_its_message() -> None:
    message = make_message("old cycle", cycles=["77"])
    client = client_of(Role.COMMUNICATOR)
    changed = a_message(name="new name", cycles=["77"])
    assert client.post(f"{MESSAGES}{message.pk}/", changed).status_code == 302
    message.refresh_from_db()
    assert (message.name, message.cycles) == ("new name", ["77"])


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(300)
def test_the_pages_are_good_on_a_phone_and_on_a_desk(
    live_server: LiveServer, new_context: Callable[..., BrowserContext]
) -> None:
    message = make_message("Tree trimming", cycles=["03"], classes=["member"], text_es="Árboles")
    make_message("Over", ends_on=date(2026, 11, 2), priority=2)
    bill = make_bill()
    person = make_staff(Role.ADMINISTRATOR)
    for width in (1280, 360):
        page = new_context(viewport={"width": width, "height": 900}).new_page()
        complaints = Complaints()
        complaints.listen(page)
        sign_in(page, live_server.url, person.email)
        for path in ("messages/", f"messages/{message.pk}/", f"{bill.pk}/copies/"):
            page.goto(f"{live_server.url}/console/bills/{path}")
            assert_good_page(page)
        assert complaints == []
