"""The alert pages in a real browser: live preview, axe, nothing that scrolls sideways."""

from collections.abc import Callable
from typing import Literal

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from console.roles import Role
from tests.alerts.making import make_account, make_payment, type_of
from tests.browser.pages import Complaints, assert_good_page, sign_in
from tests.factories import make_staff

NewContext = Callable[..., BrowserContext]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (360, "dark")], ids=["1280 light", "360 dark"]
)
def test_words_are_seen_for_a_real_account_while_they_are_written(
    live_server: LiveServer,
    new_context: NewContext,
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    account = make_account(name="NUÑEZ NOÉ", first_name="Noé")
    make_payment(account, cents=123_456)
    type = type_of("payment_received")
    admin = make_staff(Role.ADMINISTRATOR)
    context = new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.set_default_timeout(20_000)
    complaints = Complaints()
    complaints.listen(page)
    sign_in(page, live_server.url, admin.email)

    page.goto(live_server.url + reverse("console:alert_words", args=[type.pk, "en"]))
    assert_good_page(page)
    page.locator("#preview-tab-text").click()
    expect(page.locator("#preview .bubble")).to_contain_text("$1,234.56")
    words = page.get_by_label("Other words for text messages")
    words.fill("“Thank you”, ")
    page.get_by_role("button", name="first_name", exact=True).click()
    expect(page.locator("#preview .bubble")).to_contain_text("“Thank you”, Noé")
    expect(page.locator("#preview")).to_contain_text("UCS-2")
    with page.expect_navigation():
        page.get_by_label("Show it for account").press("Enter")
    assert type.wordings.filter(language="en").count() == 1
    page.get_by_role("button", name="Use plain ones").click()
    expect(words).to_have_value('"Thank you", {{ first_name }}')
    page.get_by_role("button", name="Save as a new version").click()
    expect(page.get_by_text("Version 2 is in use from now on.")).to_be_visible()
    assert_good_page(page)
    for name, arguments in (
        ("alert_types", []),
        ("alert_type", [type.pk]),
        ("alert_enrollment_new", []),
        ("account_alerts", [account.number]),
        ("account_history", [account.number]),
        ("tell_fact", ["payment"]),
    ):
        page.goto(live_server.url + reverse(f"console:{name}", args=arguments))
        assert_good_page(page)
    assert complaints == []
