"""`manage.py import_facts`: a billing system's file, its headings and its report."""

import csv
import io
import json
import tracemalloc
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from billing.choices import Kind
from billing.facts.columns import match_columns
from billing.facts.from_file import import_facts
from billing.facts.kinds import KINDS
from billing.models import Bill, Fact, News, Payment, UsageRead
from billing.news import tell_forgotten_news
from billing.signals import facts_told
from common.spreadsheets import SpreadsheetError
from tests.factories import make_customer

pytestmark = pytest.mark.django_db

BILLS = """\
Bill ID,Member,Separator,Invoice No,Statement Date,Due Date,Current Charges,From Date,To Date,\
KWH Used,Route
B-1,162033,001,88001,11/01/2026,2/28/2027,"$1,234.56",10/01/2026,10/31/2026,912,R7
B-2,162044,001,88002,11/01/2026,2/29/2027,80.00,,,,R7
B-3,162055,001,88003,11/01/2026,2/28/2027,12.00,,,,R7
B-4,162044,001,88004,11/01/2026,2/28/2027,(4.00),,,,R7
B-5,162044,001,88005,11/01/2026,2/28/2027,44.10,,,,R7
"""


@pytest.fixture(autouse=True)
def members() -> None:
    make_customer(number="162033")
    make_customer(number="162044")


def written(folder: Path, text: str, name: str = "facts.csv") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def told(kind: str, path: str, *options: str) -> tuple[int, str]:
    """(exit code, what it said)"""
    said = io.StringIO()
    try:
        call_command("import_facts", kind, path, *options, stdout=said)
    except SystemExit as end:
        return int(str(end.code)), said.getvalue()
    return 0, said.getvalue()


def everything() -> list[Any]:
    return [list(model._default_manager.order_by("pk").values()) for model in Fact.__subclasses__()]


def test_the_report_counts_and_says_for_each_refused_row_why(tmp_path: Path) -> None:
    code, said = told("bills", written(tmp_path, BILLS))
    assert code == 1
    assert said.splitlines() == [
        "5 rows: 2 new, 0 changed, 0 unchanged, 3 refused.",
        'Note: Not used: "Route".',
        "Row 3, Due Date: There is no 29 February in 2027. (2/29/2027)",
        "Row 4, Member: There is no account with this number. Correct it, or import the "
        "customers first. (162055001)",
        "Row 5, Current Charges: The amount is below zero. A fact tells what is owed or was "
        "paid. ((4.00))",
    ]
    bill = Bill.objects.get(fact_id="B-1")
    assert (bill.amount_cents, bill.account.number, bill.number) == (123_456, "162033-001", "88001")


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    path = written(tmp_path, BILLS)
    told("bills", path)
    before = everything()
    code, said = told("bills", path)
    assert (code, said.splitlines()[0]) == (1, "5 rows: 0 new, 0 changed, 2 unchanged, 3 refused.")
    assert everything() == before


def test_the_report_as_json(tmp_path: Path) -> None:
    code, said = told("bills", written(tmp_path, BILLS), "--json")
    report = json.loads(said)
    assert code == 1
    assert {name: report[name] for name in ("kind", "rows", "new", "refused")} == {
        "kind": "bill",
        "rows": 5,
        "new": 2,
        "refused": 3,
    }
    assert report["problems"][0] == {
        "row": 3,
        "column": "Due Date",
        "value": "2/29/2027",
        "problem": "There is no 29 February in 2027.",
    }
    assert (report["problems_left_out"], report["remarks"]) == (0, [])


def test_a_good_file_ends_with_zero_and_remarks_do_not_change_that(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "Confirmation,Account,Payment Date,Amount Paid,Tender,Autopay\n"
        "C-1,162033-001,3/8/2026 2:30 AM,80.12,ACH,Y\n",
    )
    code, said = told("payments", path)
    assert (code, said.splitlines()) == (
        0,
        [
            "1 rows: 1 new, 0 changed, 0 unchanged, 0 refused.",
            "Taken, and good to know:",
            "Row 2: The clock jumped over 02:30 that night; taken as 03:30 EDT.",
        ],
    )
    payment = Payment.objects.get()
    assert (payment.method, payment.recurring) == ("bank_draft", True)


def test_another_co_operatives_headings_are_refused_in_words(tmp_path: Path) -> None:
    path = written(tmp_path, "SVC_LOC,CONSUMER_NO_X,AMT_A,DT_X\n1,2,3,4\n")
    with pytest.raises(CommandError) as refused:
        call_command("import_facts", "bills", path)
    assert refused.value.returncode == 2
    assert str(refused.value) == (
        "This is not a file of the kind bill: no column is called Account, Bill date, Due date, "
        "Amount or Bill ID. Expected are: Bill ID, Account, Bill number, Bill date, Due date, "
        "Amount, Balance, Service from, Service to, kWh. "
        "The file has: SVC_LOC, CONSUMER_NO_X, AMT_A, DT_X."
    )
    assert not Bill.objects.exists()


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpreadsheetError, match="not a file of the kind payment"):
        import_facts(Kind.PAYMENT, written(tmp_path, BILLS))


def test_a_kind_that_is_none_and_a_file_that_is_not_there_end_with_two(tmp_path: Path) -> None:
    for kind, name in (("poems", "facts.csv"), ("bills", "nothing.csv")):
        written(tmp_path, BILLS)
        with pytest.raises(CommandError) as refused:
            call_command("import_facts", kind, str(tmp_path / name))
        assert refused.value.returncode == 2


@pytest.mark.parametrize("kind", ["usage_read", "usage-reads", "Usage reads"])
def test_a_workbook_is_read_with_its_dates(tmp_path: Path, kind: str) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Account", "Read Date", "kWh"])
    sheet.append([162033001, date(2026, 11, 20), 31.25])
    path = tmp_path / "reads.xlsx"
    book.save(path)
    code, said = told(kind, str(path))
    assert (code, said.splitlines()[0][:13]) == (0, "1 rows: 1 new")
    read = UsageRead.objects.get()
    assert (read.day, float(read.kwh)) == (date(2026, 11, 20), 31.25)


@pytest.mark.parametrize("kind", list(Kind))
def test_the_names_of_the_api_are_headings_too(tmp_path: Path, kind: Kind) -> None:
    """So that what one way takes, the other takes as well."""
    for way in (0, -1):
        names = ["fact_id", "account", *(f.ways[way].name for f in KINDS[kind].fields)]
        assert match_columns(kind, names).names == {n: c for c, n in enumerate(names)}


def many(path: Path, rows: int, header: Sequence[str] = ("Bill ID", "Account")) -> Path:
    with path.open("w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow([*header, "Date", "Due", "Amount"])
        for row in range(rows):
            lines.writerow([f"B-{row}", "162033-001", "2026-11-01", "2027-02-28", f"{row}.10"])
    return path


def test_rows_beyond_one_slice_are_told_and_memory_stays_flat(tmp_path: Path) -> None:
    peaks = []
    for rows in (10_000, 20_000):
        path = many(tmp_path / f"{rows}.csv", rows)
        tracemalloc.start()
        report = import_facts(Kind.BILL, path)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert report.rows == rows == Bill.objects.count()
        assert report.is_good
    assert report.unchanged == 10_000
    assert peaks[1] < peaks[0] + 5_000_000
    Bill.objects.filter(fact_id="B-19999").update(amount_cents=1)
    again = import_facts(Kind.BILL, path)
    assert (again.changed, again.unchanged) == (1, 19_999)


class _Interrupted(BaseException):
    """As Ctrl-C in the middle of an import."""


@pytest.mark.django_db(transaction=True)
def test_an_import_that_was_interrupted_is_finished_by_the_next(tmp_path: Path) -> None:
    """And what it had told, but nobody had heard, is told by the sweep: once."""
    path = many(tmp_path / "bills.csv", 12_000)
    heard: list[int] = []
    interruptions = iter([True])

    def hear(*, ids: list[int], **_more: Any) -> None:
        if len(heard) == 5_000 and next(interruptions, False):
            raise _Interrupted
        heard.extend(ids)

    receivers = facts_told.receivers
    facts_told.receivers = []
    facts_told.connect(hear, weak=False)
    try:
        with pytest.raises(_Interrupted):
            import_facts(Kind.BILL, path)
        assert Bill.objects.count() == 10_000
        assert News.objects.count() == 1
        finished = import_facts(Kind.BILL, path)
        assert (finished.new, finished.changed, finished.unchanged) == (2_000, 0, 10_000)
        News.objects.update(at=timezone.now() - timedelta(minutes=1))
        assert tell_forgotten_news() == 1
    finally:
        facts_told.receivers = receivers
        facts_told.sender_receivers_cache.clear()
    assert sorted(heard) == list(Bill.objects.order_by("pk").values_list("pk", flat=True))
