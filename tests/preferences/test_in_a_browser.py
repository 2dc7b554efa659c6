"""The page as a reader of the mail sees it: stop, undo, Spanish, large, and without a cookie."""

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from common.choices import Purpose
from tests.browser.pages import Complaints, assert_good_page
from tests.preferences.making import link_of, make_mail, refused

NewContext = Callable[..., BrowserContext]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("width", "scheme"),
    [(1280, "light"), (360, "dark"), (360, "light"), (1280, "dark")],
    ids=["1280 light", "360 dark", "360 light", "1280 dark"],
)
def test_stop_undo_and_stop_all(
    live_server: LiveServer,
    new_context: NewContext,
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    message = make_mail(purpose=Purpose.NEWSLETTER)
    context = new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.set_default_timeout(20_000)
    complaints = Complaints()
    complaints.listen(page)

    page.goto(live_server.url + link_of(message))
    assert_good_page(page)
    button = page.get_by_role("button", name="Stop these emails")
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)")
    assert size >= 18
    button.click()
    expect(page.get_by_role("status").first).to_contain_text("Newsletter")
    assert refused() == {"newsletter"}
    assert_good_page(page)

    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status").first).to_contain_text("again: Newsletter")
    assert refused() == set()

    page.get_by_role("button", name="Stop everything but what you must send").click()
    expect(page.get_by_text("Everything else is stopped.")).to_be_visible()
    assert_good_page(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status").first).to_contain_text("again:")
    assert refused() == set()

    page.get_by_role("button", name="Español").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Qué enviamos a esta dirección")
    assert_good_page(page)
    page.goto(live_server.url + "/u/forged")
    expect(page.get_by_role("heading", level=1)).to_have_text("Este enlace no funciona")
    assert_good_page(page)
    # The browser itself reports the 404.
    assert [words for words in complaints if "404" not in words] == []


@pytest.mark.django_db(transaction=True)
def test_it_works_without_scripts_and_cookies(
    live_server: LiveServer, new_context: NewContext
) -> None:
    message = make_mail(purpose=Purpose.OUTAGE)
    context = new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url + link_of(message))
    context.clear_cookies()
    page.get_by_role("button", name="Stop these emails").click()
    expect(page.get_by_text("We will send this no more to this address:")).to_be_visible()
    assert refused() == {"outage"}
