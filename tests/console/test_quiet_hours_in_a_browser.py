"""Held messages and a member's hours in a real browser: axe, nothing that scrolls sideways."""

from collections.abc import Callable
from datetime import timedelta
from typing import Literal

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from common.choices import Channel
from console.roles import Role
from customers.models import Account
from delivery.choices import Status
from delivery.models import Batch, Message
from tests.browser.pages import Complaints, assert_good_page, sign_in
from tests.delivery.making import queue_messages
from tests.factories import make_customer, make_staff

NewContext = Callable[..., BrowserContext]


@pytest.mark.timeout(300)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (360, "dark")], ids=["1280 light", "360 dark"]
)
def test_held_messages_and_hours(
    live_server: LiveServer,
    new_context: NewContext,
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    customer = make_customer(name="NUÑEZ NOÉ", time_zone="America/New_York")
    account = customer.accounts.get()
    Account.objects.update(state="GA", zip_code="31201", service_address="12 Elm Rd")
    for name, channel, count in (
        ("Pole work on Elm Road", Channel.TEXT, 60),
        ("Payment received", Channel.VOICE, 3),
    ):
        batch = queue_messages(count, channel=channel, cause=name)
        Batch.objects.filter(pk=batch.pk).update(name=name)
        Message.objects.filter(batch=batch).update(
            status=Status.HELD,
            customer=customer,
            due_at=timezone.now() + timedelta(hours=9),
            time_zone="America/Chicago",
        )
    context = new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.set_default_timeout(30_000)
    complaints = Complaints()
    complaints.listen(page)
    sign_in(page, live_server.url, make_staff(Role.ADMINISTRATOR).email)

    page.goto(live_server.url + reverse("console:held"))
    expect(page.get_by_role("heading", name="63 messages wait")).to_be_visible()
    assert_good_page(page)
    page.locator('a[href*="channel=voice"]').click()
    expect(page.get_by_role("heading", name="Voice · Payment received")).to_be_visible()

    page.goto(live_server.url + reverse("console:account_alerts", args=[account.number]))
    page.locator(f'a[href="{reverse("console:own_hours", args=[account.number])}"]').click()
    assert_good_page(page)
    page.get_by_label("Not before").select_option("19:30:00")
    page.get_by_label("Not after").select_option("10:00:00")
    page.get_by_role("button", name="Save these hours").click()
    expect(page.get_by_text("They can't reach over midnight")).to_be_visible()
    assert_good_page(page)
    page.get_by_label("Not before").select_option("10:00:00")
    page.get_by_label("Not after").select_option("18:00:00")
    page.get_by_role("button", name="Save these hours").click()
    expect(
        page.get_by_text("We text and call this member from 10:00 AM to 6:00 PM.")
    ).to_be_visible()
    expect(page.get_by_text("chosen by the member")).to_be_visible()
    assert complaints == []
