"""From the sign-in to what each person got, in a real browser with real workers."""

import re
import time
from collections.abc import Callable
from typing import Literal

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from common.choices import Channel
from console.roles import Role
from delivery.models import Sender
from delivery.selectors import default_sender
from mass_notifications.models import MassNotification
from tests.browser.pages import SAMPLE, Complaints, assert_good_page, sign_in
from tests.factories import make_customer, make_staff
from tests.processes import Workers
from tests.wire import wait_for
from upn.celery import app

NewContext = Callable[..., BrowserContext]
# The tests run at night too (RULES 9).
AT_ANY_HOUR = "emergency,verification,outage"


@pytest.fixture
def communicator(workers: Workers, settings: Settings) -> User:
    """Somebody who may send, and workers that do it in seconds."""
    settings.QUIET_HOURS_EXEMPT_PURPOSES = AT_ANY_HOUR.split(",")
    for channel in Channel:
        Sender.objects.filter(pk=default_sender(channel).pk).update(rate=20)
    # The row that has nothing but the account.
    make_customer(
        number="162481",
        separator="002",
        name="NUÑEZ NOÉ",
        email_1="noe.nunez@example.com",
        mobile_number="+14785550181",
    )
    user = make_staff(Role.COMMUNICATOR, email="dana.whitfield@example.com")
    workers.start(env={"QUIET_HOURS_EXEMPT_PURPOSES": AT_ANY_HOUR})
    return user


def begin(page: Page, name: str) -> None:
    page.get_by_role("link", name="New mass notification").first.click()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Purpose").select_option(label="Outage and restoration")
    for channel in ("Email", "Text", "Voice", "Push"):
        page.get_by_label(channel, exact=True).check()
    page.get_by_role("button", name="Go on to the recipients").click()


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (360, "dark")], ids=["1280 light", "360 dark"]
)
def test_a_communicator_sends_the_sample_file_and_reads_what_each_person_got(
    live_server: LiveServer,
    new_context: NewContext,
    communicator: User,
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    context = new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.set_default_timeout(20_000)
    complaints = Complaints()
    complaints.listen(page)

    page.goto(f"{live_server.url}/accounts/login/")
    assert_good_page(page)
    sign_in(page, live_server.url, communicator.email)
    expect(page.get_by_role("heading", name="Nothing has been sent yet")).to_be_visible()
    assert_good_page(page)
    begin(page, "Storm restoration, Lake Commons")
    expect(page.get_by_role("heading", name="What comes next")).to_be_visible()
    assert_good_page(page)

    # The file, as a spreadsheet left it.
    page.get_by_label("Drop the list of members here, or choose it").set_input_files(SAMPLE)
    page.get_by_role("button", name="Upload and check").click()
    expect(page.locator("#problem-rows")).to_have_text("7")
    expect(page.locator("#reached")).to_have_text("17")
    page.get_by_text("What is in the file").click()
    expect(page.get_by_text("semicolon between columns")).to_be_visible()
    expect(page.get_by_text("The spreadsheet cut the number").first).to_be_visible()
    assert_good_page(page)

    # What can be mended with a click, and by hand.
    page.get_by_role("button", name="Use it: opal.pruitt@example.com").click()
    expect(page.locator("#problem-rows")).to_have_text("6")
    page.get_by_role("button", name="Use both").click()
    expect(page.locator("#problem-rows")).to_have_text("5")
    page.get_by_text("Type the right one").first.click()
    page.get_by_label("Cell Phone # of row 2", exact=True).fill("478-555-0131")
    page.get_by_role("button", name="Use it", exact=True).first.click()
    expect(page.locator("#problem-rows")).to_have_text("4")
    expect(page.locator("#reached")).to_have_text("20")

    # The words; a placeholder that does not exist is named, with the one that is meant.
    page.get_by_role("link", name="Write the message").click()
    page.get_by_label("Subject", exact=True).fill("Power is coming back near pole {{ Poles }}")
    page.get_by_label("Message", exact=True).fill("Hello ")
    page.get_by_role("button", name="first_name").click()
    page.get_by_label("Message", exact=True).press_sequentially(
        ", call 478-555-0100 if you don’t have power."
    )
    expect(page.locator("#preview mark").first).to_be_visible()
    assert_good_page(page)
    page.get_by_role("button", name="Save the message").click()
    expect(page.get_by_text("Did you mean {{ Pole }}?").first).to_be_visible()
    expect(page.get_by_role("link", name="Process")).to_have_count(0)
    page.get_by_role("link", name="Edit the message").click()
    page.get_by_label("Subject", exact=True).fill("Power is coming back near pole {{ Pole }}")
    page.get_by_role("button", name="Save the message").click()
    page.get_by_role("button", name="Use a plain one").click()
    expect(page.get_by_text("The plain characters are in the text message now.")).to_be_visible()

    # The good rows; then person by person, on each channel.
    page.get_by_role("button", name="Send the good rows").click()
    expect(page.get_by_role("heading", name="Ready to process")).to_be_visible()
    preview = page.locator("#preview")
    page.locator("#preview-tab-text").click()
    expect(preview.locator(".bubble")).to_contain_text("if you don't have power")
    expect(preview).to_contain_text("1 of 20")
    page.locator("#preview-next").click()
    expect(preview).to_contain_text("2 of 20")
    page.locator("#preview-next").press("ArrowLeft")
    expect(preview).to_contain_text("1 of 20")
    page.locator("#preview-person").fill("162444")
    page.locator("#preview-person").press("Enter")
    expect(preview).to_contain_text("MUÑOZ MAE")
    page.locator("#preview-tab-voice").click()
    expect(preview).to_contain_text("press 9")
    assert_good_page(page)

    # Process says what will happen, then it happens.
    page.locator("#process").click()
    dialog = page.locator("#dialog")
    expect(
        dialog.get_by_role("heading", name=re.compile(r"Process \d+ messages\?"))
    ).to_be_visible()
    assert_good_page(page)
    dialog.get_by_role("button", name=re.compile("Process")).click()
    expect(page.locator("#progress")).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    expect(page.locator(".page-head").get_by_text("Paused")).to_be_visible()
    assert_good_page(page)
    page.get_by_role("button", name="Resume").click()
    beat_until(lambda: page.locator(".page-head").get_by_text("Finished").is_visible())
    expect(page.locator("#progress h2").first).to_have_text(re.compile(r"(\d+) of \1 handed over"))
    assert_good_page(page)

    # What each person got, word for word, here and at the sandbox.
    page.locator("#find-person").fill("mae.munoz")
    rows = page.locator("#recipients-table tbody tr")
    expect(rows).to_have_count(1)
    rows.get_by_role("link").click()
    expect(dialog).to_contain_text("Power is coming back near pole 12")
    assert_good_page(page)
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download results").click()
    assert "mae.munoz@example.com" in download.value.path().read_text("utf-8-sig").lower()
    page.goto(f"{live_server.url}/sandbox/")
    expect(page.get_by_text("Power is coming back near pole 12").first).to_be_visible()
    assert complaints == []


def test_the_whole_way_works_without_javascript(
    live_server: LiveServer, new_context: NewContext, communicator: User
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.set_default_timeout(20_000)
    sign_in(page, live_server.url, communicator.email)
    begin(page, "Tree trimming")
    page.get_by_label("Drop the list of members here, or choose it").set_input_files(SAMPLE)
    page.get_by_role("button", name="Upload and check").click()
    reload_until(page, "#reached")
    page.get_by_role("link", name="Write the message").click()
    page.get_by_label("Subject", exact=True).fill("Crews on your street")
    page.get_by_label("Message", exact=True).fill("Hello {{ member name }}, we trim trees.")
    page.get_by_role("button", name="Save the message").click()
    page.get_by_role("button", name="Send the good rows").click()
    page.locator("#preview-tab-voice").click()
    expect(page.locator("#preview")).to_contain_text("press 9")
    page.locator("#process").click()
    expect(page.get_by_role("heading", name=re.compile("Process"))).to_be_visible()
    page.get_by_role("button", name=re.compile("Process")).click()
    beat_until(lambda: page_says(page, "Finished"))
    page.get_by_role("link", name="MUÑOZ MAE").first.click()
    expect(page.get_by_text("we trim trees").first).to_be_visible()


def test_a_file_that_is_too_large_is_refused_in_words(
    live_server: LiveServer, new_context: NewContext, settings: Settings, db: None
) -> None:
    settings.UPN_MAX_FILE_BYTES = 1024 * 1024
    user = make_staff(Role.COMMUNICATOR)
    big = {"name": "big.csv", "mimeType": "text/csv", "buffer": b"email\n" + b"a" * 3_000_000}
    for scripted in (True, False):
        page = new_context(java_script_enabled=scripted).new_page()
        sign_in(page, live_server.url, user.email)
        begin(page, "Too large")
        page.locator("input[type=file]").set_input_files(big)  # type: ignore[arg-type]
        page.get_by_role("button", name="Upload and check").click()
        expect(page.get_by_text("larger than 1 MB")).to_be_visible()
        assert MassNotification.objects.filter(file__isnull=False).count() == 0


def test_every_page_fits_a_narrow_window(
    live_server: LiveServer, new_context: NewContext, db: None
) -> None:
    user = make_staff(Role.ADMINISTRATOR)
    page = new_context(viewport={"width": 320, "height": 700}).new_page()
    sign_in(page, live_server.url, user.email)
    base = f"{live_server.url}/console"
    for path in (
        "/styleguide/",
        "/mass-notifications/",
        "/mass-notifications/new/",
        "/mass-notifications/types/",
        "/mass-notifications/types/new/",
        "/mass-notifications/approvals/",
        "/senders/",
        f"/senders/{default_sender(Channel.TEXT).pk}/",
        "/there-is-no-such-page/",
    ):
        page.goto(base + path)
        assert_good_page(page)


def test_slash_goes_to_the_search_box_and_the_language_can_be_changed(
    live_server: LiveServer, page: Page, db: None
) -> None:
    user = make_staff(Role.COMMUNICATOR)
    sign_in(page, live_server.url, user.email)
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.locator("details.menu.user summary").click()
    page.get_by_role("button", name="Español").click()
    expect(page.get_by_role("heading", name="Notificaciones masivas", level=1)).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "es"


def reload_until(page: Page, selector: str) -> None:
    """Without JavaScript a person reloads the page."""

    def there() -> bool:
        page.reload()
        return page.locator(selector).count() > 0

    wait_for(there, seconds=60, what=f"{selector} at {page.url}")


def page_says(page: Page, state: str) -> bool:
    page.reload()
    return page.locator(".page-head").get_by_text(state).is_visible()


def beat_until(done: Callable[[], bool]) -> None:
    """Tell the real workers what beat tells them, each second, until it is so."""
    asked = [0.0]

    def there() -> bool:
        if time.monotonic() - asked[0] > 1:
            asked[0] = time.monotonic()
            for entry in app.conf.beat_schedule.values():
                app.send_task(entry["task"])
        return done()

    wait_for(there, seconds=90, what="the end of the sending")
