"""Members and accounts from a billing system's file."""

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from common.spreadsheets import SpreadsheetError
from customers import consent
from customers.billing_import import Report, import_customers
from customers.choices import ConsentSource
from customers.models import Account, ConsentEvent, Customer, RefusedEmail, Suppression
from customers.selectors import customer_by_account
from tests.factories import make_customer
from tests.session import ROOT

pytestmark = pytest.mark.django_db
SAMPLE = ROOT / "tests/data/upn-export.csv"
DAMAGED = ROOT / "tests/data/after-excel.csv"

FULL = """\
Account,Name,First Name,Last Name,Email,Email 2,Cell Phone,Home Phone,Service Address,City,State,\
Zip,Meter,Cycle,Autopay,Status,Do Not Call,Language,Key Account
162444-001,MUÑOZ MAE,Mae,Muñoz,mae.munoz@example.com,mae.work@example.org,478-555-0112,\
478-555-0140,122 Lake Commons Dr,Lake Commons,GA,31098,M100,05,Bank draft,Active,,Spanish,no
162444-002,MUÑOZ MAE,,,,,,,"Barn, 140 Lake Commons Dr",Lake Commons,GA,31098,M101,05,,Active,,,
171000-001,GULF SAWMILLS,,,office@example.com,,850-555-0101,,1 Mill Rd,Pensacola,FL,32501,M102,07,\
Card,Disconnected,yes,,yes
"""


def imported(tmp_path: Path, text: str, **options: Any) -> Report:
    path = tmp_path / "billing.csv"
    path.write_text(text, encoding="utf-8")
    return import_customers(path, **options)


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.new, report.changed, report.unchanged, report.refused


def everything() -> list[Any]:
    return [
        list(Customer.objects.order_by("number").values()),
        list(Account.objects.order_by("key").values()),
        list(Suppression.objects.order_by("id").values()),
        list(ConsentEvent.objects.order_by("id").values()),
    ]


def test_the_sample_is_taken_over_and_a_second_run_changes_nothing() -> None:
    first = import_customers(SAMPLE)
    assert (first.rows, *counts(first)) == (25, 25, 0, 0, 0)
    assert first.is_good
    before = everything()
    second = import_customers(SAMPLE)
    assert counts(second) == (0, 0, 25, 0)
    assert everything() == before
    mae = customer_by_account("162444-001")
    assert mae is not None
    assert (mae.name, mae.email_1) == ("MUÑOZ MAE", "mae.munoz@example.com")
    assert mae.mobile_number.as_e164 == "+14785550112"
    assert mae.time_zone == "America/New_York"


def test_a_billing_systems_columns_are_taken_over(tmp_path: Path) -> None:
    report = imported(tmp_path, FULL)
    assert report.problems == []
    assert (counts(report), report.new_members) == ((3, 0, 0, 0), 2)
    mae = Customer.objects.get(number="162444")
    assert (mae.first_name, mae.last_name, mae.language) == ("Mae", "Muñoz", "es")
    assert (mae.email_2, mae.home_number.as_e164) == ("mae.work@example.org", "+14785550140")
    barn = Account.objects.get(key="162444002")
    assert (barn.customer, barn.number, barn.meter) == (mae, "162444-002", "M101")
    assert barn.service_address == "Barn, 140 Lake Commons Dr"
    house = Account.objects.get(key="162444001")
    assert (house.recurring_payment, house.status, house.cycle) == ("bank_draft", "active", "05")

    mill = Customer.objects.get(number="171000")
    assert mill.time_zone == "America/Chicago"  # west of the Apalachicola
    assert (mill.is_key_account, mill.do_not_call) == (True, True)
    assert mill.accounts.get().status == "disconnected"
    assert set(
        Suppression.objects.filter(address="+18505550101").values_list("channel", "reason")
    ) == {("text", "do_not_call"), ("voice", "do_not_call")}
    assert counts(imported(tmp_path, FULL)) == (0, 0, 3, 0)


def test_what_was_given_is_in_the_ledger_once(tmp_path: Path) -> None:
    imported(tmp_path, FULL)
    imported(tmp_path, FULL)
    mae = Customer.objects.get(number="162444")
    given = ConsentEvent.objects.filter(customer=mae, action="given").values_list(
        "address", "channel", "source"
    )
    assert sorted(given) == [
        ("+14785550112", "text", "billing"),
        ("+14785550112", "voice", "billing"),
        ("+14785550140", "voice", "billing"),
        ("mae.munoz@example.com", "email", "billing"),
        ("mae.work@example.org", "email", "billing"),
    ]


def test_what_changed_is_changed_and_a_blank_cell_erases_nothing(tmp_path: Path) -> None:
    imported(tmp_path, FULL)
    report = imported(
        tmp_path,
        "Account,Name,Email,Cell Phone,Status\n162444-001,,mae.new@example.com,,Closed\n",
    )
    assert (counts(report), report.problems) == ((0, 1, 0, 0), [])
    mae = Customer.objects.get(number="162444")
    assert (mae.name, mae.email_1) == ("MUÑOZ MAE", "mae.new@example.com")
    assert mae.mobile_number.as_e164 == "+14785550112"
    assert Account.objects.get(key="162444001").status == "closed"
    assert Account.objects.get(key="162444002").status == "active"


def test_damaged_cells_are_refused_by_row_and_reason_and_the_rest_is_taken() -> None:
    report = import_customers(DAMAGED)
    assert report.rows == 25
    assert counts(report) == (25, 0, 0, 0)
    found = {(problem.row, problem.column): problem.problem for problem in report.problems}
    assert "Format the column as text" in found[2, "Cell Phone #"]
    assert "exmaple.com" in found[11, "E-mail Address"]
    assert "Two addresses in one cell" in found[13, "E-mail Address"]
    assert "40 is the most" in found[19, "E-mail Address"]
    assert sorted(row for row, _ in found) == [2, 9, 11, 13, 16, 19, 23]
    alma = customer_by_account("162000001")
    assert alma is not None
    assert (alma.email_1, alma.mobile_number) == ("alma.abbott@example.com", "")
    sam = customer_by_account("162629003")
    assert sam is not None
    assert sam.email_1 == ""


def test_addresses_that_are_too_long_are_counted_once_a_day_for_the_same_file() -> None:
    for _ in range(2):
        import_customers(DAMAGED)
    counted = RefusedEmail.objects.get()
    assert (counted.count, counted.source) == (1, "billing")


def test_a_dry_run_reports_the_same_and_changes_nothing(tmp_path: Path) -> None:
    before = everything()
    report = imported(tmp_path, FULL, is_dry_run=True)
    assert (counts(report), report.new_members, report.is_dry_run) == ((3, 0, 0, 0), 2, True)
    assert everything() == before
    assert counts(imported(tmp_path, FULL)) == (3, 0, 0, 0)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (",NOBODY NAMED", "There is no account number in this row."),
        ("abc,NOBODY NAMED", "This is not an account number"),
        ("12,NOBODY NAMED", "The account number is too short"),
        ("1.62E+08,NOBODY NAMED", "The spreadsheet cut the account number"),
        ("162999-001,", "This account is new, and there is no name with it."),
    ],
)
def test_a_row_without_a_usable_account_or_name_is_refused(
    tmp_path: Path, row: str, problem: str
) -> None:
    report = imported(tmp_path, f"Account,Name\n162444-001,MUÑOZ MAE\n{row}\n")
    assert counts(report) == (1, 0, 0, 1)
    assert [(p.row, p.problem[: len(problem)]) for p in report.problems] == [(3, problem)]
    assert Customer.objects.count() == 1


def test_an_account_that_stands_twice_is_taken_once(tmp_path: Path) -> None:
    report = imported(
        tmp_path, "Account,Name\n162444-001,MUÑOZ MAE\n162444001,MUNOZ M\n162444-002,MUÑOZ MAE\n"
    )
    assert counts(report) == (2, 0, 0, 1)
    assert report.problems[0].problem == "The account stands in row 2 already."
    assert Customer.objects.get().name == "MUÑOZ MAE"


def test_member_number_and_separator_may_stand_in_columns_of_their_own(tmp_path: Path) -> None:
    report = imported(tmp_path, "Member Number,Separator,Name\n162444,001,MUÑOZ MAE\n")
    assert counts(report) == (1, 0, 0, 0)
    account = Account.objects.get()
    assert (account.key, account.separator, account.customer.number) == (
        "162444001",
        "001",
        "162444",
    )
    assert report.notes == []


def test_an_account_that_we_know_stays_with_its_member_however_it_is_written(
    tmp_path: Path,
) -> None:
    make_customer(number="16244", separator="4001", name="MUÑOZ MAE")
    report = imported(tmp_path, "Account,Name\n162444001,MUÑOZ MAE R\n")
    assert counts(report) == (0, 1, 0, 0)
    assert Customer.objects.get().name == "MUÑOZ MAE R"


def test_the_flag_follows_a_number_that_changes_and_a_file_never_lifts_do_not_call(
    tmp_path: Path,
) -> None:
    mae = make_customer(number="162444", mobile_number="+14785550112")
    consent.set_do_not_call("+14785550199", True, source=ConsentSource.CSR)
    imported(tmp_path, "Account,Cell Phone,DNC\n162444001,478-555-0199,no\n")
    mae.refresh_from_db()
    assert mae.do_not_call is True
    imported(tmp_path, "Account,Cell Phone\n162444001,478-555-0112\n")
    mae.refresh_from_db()
    assert mae.do_not_call is False


def test_do_not_call_in_a_file_reaches_every_member_with_that_number(tmp_path: Path) -> None:
    make_customer(number="162444", mobile_number="+14785550112")
    son = make_customer(mobile_number="+14785550112")
    report = imported(tmp_path, "Account,DNC\n162444001,Y\n")
    assert counts(report) == (0, 1, 0, 0)
    son.refresh_from_db()
    assert son.do_not_call
    assert counts(imported(tmp_path, "Account,DNC\n162444001,Y\n")) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    ("cells", "zone"),
    [
        ("GA,31098,", "America/New_York"),
        ("TN,37203,", "America/Chicago"),
        ("TN,37902,", "America/New_York"),
        ("AZ,85001,", "America/Phoenix"),
        (",,205-555-0101", "America/Chicago"),
        (",,800-555-0101", "America/New_York"),
    ],
)
def test_the_time_zone_is_the_service_addresss_then_the_area_codes(
    tmp_path: Path, cells: str, zone: str
) -> None:
    imported(tmp_path, f"Account,Name,State,ZIP,Cell\n162444-001,MUÑOZ MAE,{cells}\n")
    assert Customer.objects.get().time_zone == zone


def test_words_that_we_do_not_know_are_refused(tmp_path: Path) -> None:
    report = imported(
        tmp_path,
        "Account,Name,State,Zip,Autopay,Status,DNC,Language\n"
        "162444-001,MUÑOZ MAE,Georgia,310,perhaps,gone,dunno,Klingon\n",
    )
    assert {problem.column for problem in report.problems} == {
        "State",
        "Zip",
        "Language",
        "DNC",
        "Status",
        "Autopay",
    }
    assert counts(report) == (1, 0, 0, 0)


def test_what_is_longer_than_we_hold_is_refused_and_never_cut(tmp_path: Path) -> None:
    report = imported(tmp_path, f"Account,Name,Meter\n162444-001,MUÑOZ MAE,{'9' * 21}\n")
    assert report.problems[0].problem == "This has 21 characters, and 20 is the most."
    assert Account.objects.get().meter == ""


def test_an_excel_file_is_read_too(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Account", "Name", "Cell Phone", "Zip"])
    sheet.append([162444001, "MUÑOZ MAE", 4785550112, 31098])
    path = tmp_path / "billing.xlsx"
    book.save(path)
    report = import_customers(path)
    assert (counts(report), report.problems) == ((1, 0, 0, 0), [])
    assert Customer.objects.get().mobile_number.as_e164 == "+14785550112"
    assert Account.objects.get().zip_code == "31098"


def test_hostile_cells_stay_text(tmp_path: Path) -> None:
    hostile = "'; DROP TABLE customers_customer; -- \\N %s \t <b>"
    report = imported(tmp_path, f'Account,Name,City\n162444-001,"{hostile}",\\.\n')
    assert counts(report) == (1, 0, 0, 0)
    assert Customer.objects.get().name == "'; DROP TABLE customers_customer; -- \\N %s <b>"
    assert Account.objects.get().city == "\\."


def test_a_file_without_an_account_column_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(SpreadsheetError, match="No column is the account"):
        imported(tmp_path, "Name,Email\nMUÑOZ MAE,mae@example.com\n")


@pytest.mark.parametrize(("path", "code"), [(SAMPLE, 0), (DAMAGED, 1)])
def test_the_command_tells_in_json_and_by_its_exit_code(
    path: Path, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    left_with: str | int | None = 0
    try:
        call_command("import_customers", str(path), json=True)
    except SystemExit as left:
        left_with = left.code
    assert left_with == code
    told = json.load(io.StringIO(capsys.readouterr().out))
    assert (told["rows"], told["new"]) == (25, 25)
    assert bool(told["problems"]) is bool(code)
    assert all(set(p) == {"row", "column", "value", "problem"} for p in told["problems"])


def test_the_command_says_in_words_that_a_file_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no file") as raised:
        call_command("import_customers", str(tmp_path / "none.csv"))
    assert raised.value.returncode == 2


def test_the_command_prints_problems_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        call_command("import_customers", str(DAMAGED), dry_run=True)
    out = capsys.readouterr().out
    assert "nothing was changed" in out
    assert "25 rows: 25 new, 0 changed, 0 unchanged, 0 refused." in out
    assert "Row 19, E-mail Address:" in out
