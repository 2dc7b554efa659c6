"""From the button in the console to the button on the page: real workers, a real SMTP
conversation, a real HTTP one for the text, and a real browser."""

import json
import re
from collections.abc import Callable
from typing import Literal

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from alerts.verification.models import Verification
from alerts.verification.standing import is_verified
from console.roles import Role
from tests.browser.pages import Complaints, assert_good_page, sign_in
from tests.factories import make_customer, make_staff
from tests.processes import Workers
from tests.wire import Answer, HttpEndpoint, Request, SmtpSink, wait_for

NewContext = Callable[..., BrowserContext]
_LINK = re.compile(r"https?://[^\s/]+(/verify/[^\s\"<>]+/)")


def _twilio_takes_it(request: Request) -> Answer:
    said = {"sid": "SM" + "0" * 32, "status": "queued"}
    return Answer(status=201, body=json.dumps(said).encode())


@pytest.mark.timeout(300)
@pytest.mark.django_db(transaction=True)
def test_a_member_is_verified_by_the_mail_and_the_text_that_they_get(
    live_server: LiveServer,
    new_context: NewContext,
    workers: Workers,
    smtp_sink: SmtpSink,
    http_endpoint: HttpEndpoint,
) -> None:
    http_endpoint.answer = _twilio_takes_it
    workers.start(
        "urgent",
        env={
            "EMAIL_URL": smtp_sink.url,
            "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
            "TWILIO_AUTH_TOKEN": "12345",
            "TWILIO_FROM_NUMBER": "+18005550100",
            "TWILIO_API_URL": http_endpoint.url,
        },
    )
    customer = make_customer(name="MUÑOZ MAE")
    number = str(customer.mobile_number.as_e164)
    csr = make_staff(Role.CSR)
    context = new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(20_000)
    complaints = Complaints()
    complaints.listen(page)
    sign_in(page, live_server.url, csr.email)

    # Found while it is typed, by keyboard alone.
    page.goto(live_server.url + reverse("console:customers"))
    page.get_by_label("Who is it?").press_sequentially("muñoz")
    expect(page.get_by_role("link", name="MUÑOZ MAE")).to_be_visible()
    assert_good_page(page)
    page.get_by_role("link", name="MUÑOZ MAE").click()

    page.get_by_role("button", name="Send verification Email 1").click()
    expect(page.get_by_text("A link is on its way")).to_be_visible()
    expect(page.get_by_text("The next verification can go at")).to_be_visible()
    assert_good_page(page)
    smtp_sink.wait_for(1)
    (mail,) = smtp_sink.delivered
    body = mail.message.get_body(("plain",))
    assert body is not None
    found = _LINK.search(body.get_content())
    assert found is not None
    assert mail.recipients == [customer.email_1]

    # A stranger to the console, as the member is.
    visitor = new_context(viewport={"width": 360, "height": 740}).new_page()
    complaints.listen(visitor)
    visitor.goto(live_server.url + found.group(1))
    assert_good_page(visitor)
    assert not is_verified(customer.email_1)
    visitor.get_by_role("button", name="Yes, this is my address").click()
    expect(visitor.get_by_text("Thank you. Your address is confirmed.")).to_be_visible()
    assert_good_page(visitor)
    assert is_verified(customer.email_1)

    page.get_by_role("button", name="Send verification Mobile number").click()
    expect(page.get_by_label("Code that they read to you")).to_be_visible()
    wait_for(lambda: http_endpoint.requests, seconds=30, what="the text at Twilio")
    words = http_endpoint.requests[0].form["Body"]
    assert http_endpoint.requests[0].form["To"] == number
    code = re.search(r"Your code is ([0-9]{6})\.", words)
    assert code is not None
    page.get_by_label("Code that they read to you").fill(code.group(1))
    page.get_by_label("Code that they read to you").press("Enter")
    expect(page.get_by_text("is verified.")).to_be_visible()
    expect(page.get_by_text("Confirmed", exact=True)).to_have_count(1)
    expect(page.get_by_text("Opted in", exact=True)).to_have_count(1)
    assert_good_page(page)
    assert complaints == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (360, "dark")], ids=["1280 light", "360 dark"]
)
def test_the_pages_are_good_ones(
    live_server: LiveServer,
    new_context: NewContext,
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    customer = make_customer(
        name="MUÑOZ MAE",
        email_2="mae.munoz-work.and.more@mail.example.com",
        home_number="+14785550142",
        language="es",
    )
    context = new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.set_default_timeout(20_000)
    complaints = Complaints()
    complaints.listen(page)
    sign_in(page, live_server.url, make_staff(Role.CSR).email)
    one = live_server.url + reverse("console:customer", args=[customer.number])
    page.goto(one)
    assert_good_page(page)
    page.get_by_role("link", name="Change Email 1").click()
    dialog = page.locator("#dialog")
    expect(dialog).to_be_visible()
    assert_good_page(page)
    dialog.get_by_label("Email 1").fill("mae.munoz@example.org")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Email 1 is mae.munoz@example.org now.")).to_be_visible()
    page.goto(one + "contacts/mobile_number/")
    assert_good_page(page)
    page.goto(
        live_server.url + reverse("console:account_alerts", args=[customer.accounts.get().number])
    )
    assert_good_page(page)
    page.goto(live_server.url + reverse("verify", args=["forged:link"]))
    assert_good_page(page)
    page.get_by_role("button", name="Send a new link").click()
    expect(page.get_by_text("Look into your inbox")).to_be_visible()
    assert_good_page(page)
    assert Verification.objects.count() == 0
    assert [line for line in complaints if "410" not in line] == []
