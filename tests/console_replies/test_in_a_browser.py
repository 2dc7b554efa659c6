"""The queue of unclear replies by keyboard, narrow and wide, light and dark."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from console.roles import Role
from tests.browser.pages import Complaints, assert_good_page, sign_in
from tests.delivery.replies.texting import NUMBER, text, was_sent
from tests.factories import make_customer, make_staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


def picture(page: Page, name: str) -> None:
    """For eyes, where somebody asks for pictures."""
    if folder := os.environ.get("UPN_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_an_unclear_reply_is_decided_by_keyboard(
    live_server: LiveServer,
    new_context: Callable[..., BrowserContext],
    width: int,
    scheme: str,
) -> None:
    for number in (NUMBER, "+14785550112"):
        make_customer(mobile_number=number)
        was_sent(number)
    text("I never signed up for this. Who gave you my number, and why do you text me at work?")
    text("ya no vivo ahí", number="+14785550112")
    text("When is my power back?", number="+14785550113")
    staff = make_staff(Role.CSR)
    page = new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
    complaints = Complaints()
    complaints.listen(page)
    sign_in(page, live_server.url, staff.email)
    page.goto(f"{live_server.url}/console/replies/")
    assert_good_page(page)
    picture(page, f"unclear-{width}-{scheme}")
    words = page.get_by_label("How do you know?").first
    words.focus()
    page.keyboard.type("She called: she wants outage texts.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("478-555-0111 gets our messages again").wait_for()
    assert_good_page(page)
    page.goto(f"{live_server.url}/console/replies/all/")
    assert_good_page(page)
    picture(page, f"all-{width}-{scheme}")
    assert complaints == []
