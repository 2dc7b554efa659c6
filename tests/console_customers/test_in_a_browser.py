"""The member's page by keyboard: what a form answered is said, and the focus stays where it was."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from alerts.contact_changes import send_code
from common.choices import Channel
from console.roles import Role
from customers.choices import ConsentSource
from tests.browser.pages import Complaints, assert_good_page, sign_in
from tests.factories import make_customer, make_staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


def test_a_wrong_code_is_said_and_may_be_typed_again_at_once(
    live_server: LiveServer, new_context: Callable[..., BrowserContext]
) -> None:
    mae = make_customer(name="MUÑOZ MAE", email_1="mae@exmaple.com")
    csr = make_staff(Role.CSR)
    send_code(
        customer=mae,
        number=str(mae.mobile_number.as_e164),
        channel=Channel.TEXT,
        source=ConsentSource.CSR,
        taken_by=csr,
    )
    page = new_context(viewport={"width": 360, "height": 800}).new_page()
    page.set_default_timeout(60_000)
    complaints = Complaints()
    complaints.listen(page)
    sign_in(page, live_server.url, csr.email)
    page.goto(live_server.url + reverse("console:customer", args=[mae.number]))
    assert_good_page(page)
    # The place that screen readers listen to is the one that the answer is put into.
    region = page.locator("#toasts").element_handle()
    code = page.get_by_label("Code that they read to you")
    code.fill("000000")
    code.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("That is not the code.")
    assert region is not None
    assert region.evaluate("it => it.isConnected && it.getAttribute('role')") == "status"
    expect(page.get_by_label("Code that they read to you")).to_be_focused()

    # From any page, with one key.
    page.goto(live_server.url + reverse("console:held"))
    page.keyboard.press("/")
    page.keyboard.type("muñoz")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="MUÑOZ MAE")).to_be_visible()
    assert "mu" not in page.url.partition("?")[2]
    assert_good_page(page)
    assert complaints == []
