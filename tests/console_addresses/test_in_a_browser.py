"""The queue of bad addresses in a real browser: axe, nothing that scrolls sideways, one click."""

from collections.abc import Callable
from typing import Literal

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from common.choices import Channel
from common.clock import now
from console.roles import Role
from customers.choices import LineType
from customers.consent import mark_bad_address
from customers.models import NumberLine
from tests.browser.pages import Complaints, assert_good_page, sign_in
from tests.factories import make_customer, make_staff

NewContext = Callable[..., BrowserContext]


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (360, "dark")], ids=["1280 light", "360 dark"]
)
def test_a_csr_mends_an_address_with_one_click_and_takes_it_back(
    live_server: LiveServer,
    new_context: NewContext,
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    ruth = make_customer(name="NUÑEZ RUTH", email_1="ruth.nunez@gmial.com")
    mark_bad_address(address=ruth.email_1, channel=Channel.EMAIL, words="5.1.1 User unknown")
    long = make_customer(name="SAPP WILLIAM THADDEUS", mobile_number="+14785550177")
    mark_bad_address(
        address=long.mobile_number,
        channel=Channel.TEXT,
        words="30006 A landline, or a number that texts can't reach. Offer voice.",
    )
    NumberLine.objects.create(
        number="+14785550177",
        line_type=LineType.LANDLINE,
        carrier="Windstream Communications",
        looked_up_at=now(),
    )
    csr = make_staff(Role.CSR)
    context = new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.set_default_timeout(30_000)
    complaints = Complaints()
    complaints.listen(page)
    sign_in(page, live_server.url, csr.email)
    page.goto(live_server.url + reverse("console:bad_addresses"))
    assert_good_page(page)
    page.get_by_role("button", name="Use ruth.nunez@gmail.com for NUÑEZ RUTH").click()
    expect(page.get_by_text("ruth.nunez@gmail.com is used from now on")).to_be_visible()
    assert_good_page(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("NUÑEZ RUTH: undone.")).to_be_visible()
    expect(page.get_by_role("button", name="Use ruth.nunez@gmail.com")).to_be_visible()
    assert not complaints
