"""Asking for the print vendor's file on the page, and downloading it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from billing.choices import ExportState
from billing.models import Bill, BillExport, ExportRequest
from billing.print_vendor.asked import FOLDER, ask_for_export, write_asked
from billing.print_vendor.run import Run
from billing.print_vendor.verify import problems_of
from console.roles import Role
from tests.billing_copies.making import DAY, make_account, make_bill
from tests.browser.pages import Complaints, assert_good_page, sign_in
from tests.factories import make_staff
from tests.processes import Workers

pytestmark = pytest.mark.django_db
URL = "/console/bills/export/"


@pytest.fixture
def administrator() -> Client:
    client = Client()
    client.force_login(make_staff(Role.ADMINISTRATOR))
    return client


def stored() -> list[Path]:
    return sorted(Path(default_storage.path(FOLDER)).glob("*/*"))


@pytest.fixture(autouse=True)
def no_files_left() -> Iterator[None]:
    yield
    for path in stored():
        path.unlink()


def written(run: Run | None = None) -> ExportRequest:
    asked = ask_for_export(run=run or Run(DAY))
    write_asked(asked.pk)
    asked.refresh_from_db()
    return asked


def test_what_was_asked_for_is_written_verified_and_downloaded(administrator: Client) -> None:
    make_bill()
    assert administrator.post(URL, {"date": "2026-11-20", "cycle": "03"}).status_code == 302
    asked = ExportRequest.objects.get()
    assert (asked.date, asked.cycle, asked.state) == (DAY, "03", ExportState.WAITING)
    assert asked.asked_by is not None
    write_asked(asked.pk)
    page = administrator.get(URL).content.decode()
    assert "Nov. 20, 2026" in page
    assert "$142.17" in page
    export = BillExport.objects.get()
    response = administrator.get(f"{URL}{export.pk}/file/")
    content = response.getvalue()
    assert 'filename="bills-2026-11-20-03.txt"' in response["Content-Disposition"]
    assert content.startswith(b"HDR01Pine River Electric Cooperative")
    told = administrator.get(f"{URL}{export.pk}/manifest/")
    assert export.sha256.encode() in told.getvalue()
    assert problems_of(Path(default_storage.path(export.path)), export.manifest) == []


def test_a_run_without_bills_says_why_there_is_no_file(administrator: Client) -> None:
    asked = written()
    assert asked.state == ExportState.FAILED
    assert (
        "No bill is dated 2026-11-20. Nothing written." in administrator.get(URL).content.decode()
    )
    assert stored() == []


def test_a_task_that_comes_twice_writes_once() -> None:
    make_bill()
    asked = written()
    before = stored()
    write_asked(asked.pk)
    assert stored() == before


def test_the_same_run_again_keeps_one_copy_and_a_corrected_one_both() -> None:
    bill = make_bill()
    written()
    written()
    assert len(stored()) == 2  # the file and its manifest
    assert BillExport.objects.count() == 1
    Bill.objects.filter(pk=bill.pk).update(amount_cents=1)
    written()
    assert len(stored()) == 4
    assert BillExport.objects.count() == 2


def test_a_run_that_waits_is_not_asked_for_twice() -> None:
    first = ask_for_export(run=Run(DAY))
    assert ask_for_export(run=Run(DAY)).pk == first.pk
    assert ask_for_export(run=Run(DAY, "03")).pk != first.pk


def test_a_file_written_by_command_elsewhere_can_not_be_downloaded(administrator: Client) -> None:
    export = BillExport.objects.create(
        date=DAY, sha256="0" * 64, bills=1, amount_cents=1, manifest={"bills": {"emailed_only": 0}}
    )
    assert administrator.get(f"{URL}{export.pk}/file/").status_code == 404
    assert "written by command" in administrator.get(URL).content.decode()


def test_the_page_takes_as_many_queries_for_many_files(administrator: Client) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            administrator.get(URL)
        return len(queries)

    written(Run(make_bill().date))
    few = count()
    for cycle in ("04", "05", "06"):
        make_bill(make_account(cycle=cycle))
        written(Run(DAY, cycle))
    assert count() == few


def test_only_those_who_may_export_see_the_page() -> None:
    client = Client()
    client.force_login(make_staff(Role.CSR))
    assert client.get(URL).status_code == 403
    assert "Print vendor" not in client.get("/console/").content.decode()


@pytest.mark.timeout(300)
def test_a_worker_writes_the_file_while_the_page_is_looked_at(
    workers: Workers, live_server: LiveServer, new_context: Callable[..., BrowserContext]
) -> None:
    for _ in range(3):
        make_bill()
    person = make_staff(Role.ADMINISTRATOR)
    workers.start()
    for width in (1280, 360):
        page = new_context(viewport={"width": width, "height": 900}).new_page()
        complaints = Complaints()
        complaints.listen(page)
        sign_in(page, live_server.url, person.email)
        page.goto(live_server.url + URL)
        page.get_by_label("Date on the bills").fill("2026-11-20")
        page.get_by_role("button", name="Write the file").click()
        expect(page.get_by_role("link", name="Manifest")).to_be_visible(timeout=30_000)
        expect(page.get_by_text("$426.51")).to_be_visible()
        assert_good_page(page)
        assert complaints == []
