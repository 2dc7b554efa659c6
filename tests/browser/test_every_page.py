"""The staff's pages without an argument, and the ones before the sign-in: axe, and no sideways
scrolling, narrow and wide, light and dark, in both languages."""

from collections.abc import Callable
from typing import Literal

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext
from pytest_django.live_server_helper import LiveServer

from console.roles import Role
from customers.choices import ConsentSource
from customers.consent import set_do_not_call
from customers.ledger.reading import first_line
from tests.browser.pages import Complaints, assert_good_page, sign_in
from tests.factories import make_customer, make_staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]
NAMES = (
    "customers",
    "find_account",
    "bills",
    "replies",
    "replies_all",
    "bad_addresses",
    "reassigned",
    "alert_tasks",
    "held",
    "consent_find",
    "mass_list",
    "mass_new",
    "mass_types",
    "mass_approvals",
    "alert_types",
    "alert_enrollments",
    "fact_files",
    "bill_messages",
    "bill_exports",
    "senders",
    "people",
    "styleguide",
)
OUTSIDE = ("/accounts/login/", "/accounts/password/reset/")
INSIDE = ("/sandbox/", "/accounts/2fa/", "/accounts/password/change/", "/accounts/logout/")


@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [(1280, "light", "en"), (360, "dark", "es")],
    ids=["1280 light English", "360 dark Spanish"],
)
def test_every_page_is_a_good_one(
    live_server: LiveServer,
    new_context: Callable[..., BrowserContext],
    width: int,
    scheme: Literal["light", "dark"],
    language: str,
) -> None:
    mae = make_customer(name="MUÑOZ MAE", home_number="+14785550140")
    number = str(mae.mobile_number.as_e164)
    set_do_not_call(number, True, source=ConsentSource.LETTER, words="No more.", customer=mae)
    account = mae.accounts.get().number
    context = new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    page = context.new_page()
    page.set_default_timeout(60_000)
    complaints = Complaints()
    complaints.listen(page)
    for path in OUTSIDE:
        page.goto(live_server.url + path)
        assert_good_page(page)
    context.clear_cookies(name="django_language")
    sign_in(page, live_server.url, make_staff(Role.ADMINISTRATOR).email)
    context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    paths = [
        *(reverse(f"console:{name}") for name in NAMES),
        *(reverse(f"console:{name}", args=[account]) for name in ("own_hours", "account_alerts")),
        reverse("console:account_history", args=[account]),
        reverse("console:customer", args=[mae.number]),
        reverse("console:consent_address", args=[first_line(number)]),
        *INSIDE,
    ]
    for path in paths:
        answer = page.goto(live_server.url + path)
        assert answer is not None
        assert answer.status == 200, path
        assert page.locator("h1").count() == 1, path
        assert_good_page(page)
    assert complaints == []
    for path in ("/console/nothing/", "/verify/abc/", "/u/abc", "/l/abc"):
        page.goto(live_server.url + path)
        assert_good_page(page)
