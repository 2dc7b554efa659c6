"""The consent pages in a real browser: the keyboard's way, axe, nothing that scrolls sideways."""

import re
from collections.abc import Callable
from typing import Literal

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from common.choices import Channel, Purpose
from console.roles import Role
from customers import consent
from customers.choices import ConsentSource
from customers.ledger.chain import seal_waiting
from tests.browser.pages import Complaints, assert_good_page, sign_in
from tests.factories import make_customer, make_staff

NewContext = Callable[..., BrowserContext]
NUMBER = "+14785550123"


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (360, "dark")], ids=["1280 light", "360 dark"]
)
def test_a_csr_answers_when_a_number_agreed_and_turns_do_not_call_on_and_off(
    live_server: LiveServer,
    new_context: NewContext,
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    mae = make_customer(name="MUÑOZ MAE", mobile_number=NUMBER, email_1="mae@example.com")
    for source, words in (
        (ConsentSource.BILLING, "From the billing system's file members.csv"),
        (ConsentSource.PORTAL, "Text me at 478-555-0123 when my payment arrives."),
    ):
        consent.grant(
            address=NUMBER,
            channels=[Channel.TEXT, Channel.VOICE],
            source=source,
            purpose=Purpose.ACCOUNT,
            words=words,
            customer=mae,
        )
    seal_waiting()
    csr = make_staff(Role.CSR)
    context = new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.set_default_timeout(20_000)
    complaints = Complaints()
    complaints.listen(page)
    sign_in(page, live_server.url, csr.email)

    page.goto(live_server.url + reverse("console:consent_find"))
    assert_good_page(page)
    page.get_by_label("Phone number, email or account").fill(f"{mae.number}-001")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="MUÑOZ MAE")).to_be_visible()
    assert_good_page(page)
    page.get_by_role("button", name=re.compile("Its ledger.*478-555-0123")).click()
    expect(page.get_by_text("when my payment arrives").first).to_be_visible()
    assert "555" not in page.url
    assert_good_page(page)

    page.get_by_role("button", name="Turn on Do Not Call").click()
    expect(page.get_by_text("no automated calls, on every account").first).to_be_visible()
    assert_good_page(page)
    silence = page.locator("#do-not-call")
    silence.get_by_label("How did it come?").select_option("counter")
    silence.get_by_label("What did they say?").fill("…")
    silence.get_by_role("button", name="Lift Do Not Call").click()
    expect(silence.get_by_text("Write down what they said.")).to_be_visible()
    assert_good_page(page)
    silence.get_by_label("What did they say?").fill("You may text me again.")
    silence.get_by_role("button", name="Lift Do Not Call").click()
    expect(page.get_by_text("Do Not Call is lifted")).to_be_visible()

    stop = page.locator("#revocation")
    stop.get_by_label("How did it come?").select_option("letter")
    stop.get_by_label("What did they say?").fill("Please stop texting me.")
    stop.get_by_role("button", name="Write it down").click()
    expect(page.get_by_text("It holds from now on")).to_be_visible()
    assert_good_page(page)
    page.get_by_role("button", name="My slip: take it back").first.click()
    expect(page.get_by_text("Both lines stay in the ledger.")).to_be_visible()

    page.goto(live_server.url + reverse("console:account_alerts", args=[f"{mae.number}-001"]))
    assert_good_page(page)
    page.get_by_text("Do Not Call", exact=True).first.click()
    assert_good_page(page)
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_text("Do Not Call is on: no texts").first).to_be_visible()
    assert_good_page(page)
    # The browser notes that the form without words was refused.
    assert [one for one in complaints if "422" not in one] == []
