"""What a billing system's file may have in it that is not right: each is refused or handled in
words, in English and in Spanish, and nobody is told what is not so."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone, translation

from alerts.calendar import run_due
from alerts.news import tell
from billing.choices import Kind
from billing.facts import Report
from billing.facts.from_file import import_facts
from billing.models import Bill
from common.choices import Channel
from common.sentences import translated
from common.spreadsheets import SpreadsheetError
from customers.choices import AccountStatus
from customers.models import Account
from delivery.models import Message
from tests.alerts.making import local, make_account, subscribe, today

pytestmark = pytest.mark.django_db
BILL = "Bill ID,Account,Bill Date,Due Date,Amount"
PAYMENT = "Payment ID,Account,Paid At,Amount,Method"
INSTALLMENT = "ID,Arrangement,Installment,Due Date,Amount"


@pytest.fixture
def account() -> Account:
    return make_account(number="162033")


def _imported(folder: Path, kind: Kind, *lines: str) -> Report:
    path = folder / f"{kind}.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    dry = import_facts(kind, path, is_dry_run=True)
    report = import_facts(kind, path)
    assert dry.problems == report.problems
    assert dry.remarks == report.remarks
    return report


def _in_days(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def _spanish(words: str) -> str:
    with translation.override("es"):
        said = translated(words)
    assert said != words
    return said


@pytest.mark.parametrize(
    ("line", "english", "spanish"),
    [
        (
            "B-1,999999-001,2026-11-01,2026-12-01,10.00",
            "There is no account with this number.",
            "No hay ninguna cuenta con este número.",
        ),
        (
            "B-1,162033-001,2026-11-01,2026-12-01,-10.00",
            "The amount is below zero.",
            "La cantidad es menor que cero.",
        ),
        (
            "B-1,162033-001,2027-02-01,2027-02-29,10.00",
            "There is no 29 February in 2027.",
            "No existe el 29 de febrero de 2027.",
        ),
        (
            "B-1,162033-001,2026-11-20,2026-11-01,10.00",
            "The bill is due before its own date.",
            "La factura vence antes de su propia fecha.",
        ),
    ],
)
def test_a_row_that_cannot_be_right_is_refused_and_the_next_one_taken(
    tmp_path: Path, account: Account, line: str, english: str, spanish: str
) -> None:
    good = f"B-2,162033-001,2028-02-09,2028-02-29,{20.00}"
    report = _imported(tmp_path, Kind.BILL, BILL, line, good)
    assert (report.new, report.refused) == (1, 1)
    (problem,) = report.problems
    assert problem.row == 2
    assert english in problem.problem
    assert spanish in _spanish(problem.problem)
    assert Bill.objects.get().due_date == date(2028, 2, 29)


def test_a_due_date_in_the_past_is_recorded_and_reminds_nobody(
    tmp_path: Path, account: Account
) -> None:
    subscribe(account, "due_date_reminder", Channel.EMAIL)
    late = f"B-1,162033-001,{_in_days(-30)},{_in_days(-2)},10.00"
    report = _imported(tmp_path, Kind.BILL, BILL, late)
    assert (report.new, report.refused) == (1, 0)
    (remark,) = report.remarks
    assert "The due date has passed: recorded, without a reminder" in remark.problem
    assert "ya pasó" in _spanish(remark.problem)
    run_due(now=local(today(), 23))
    assert not Message.objects.exists()


def test_a_duplicated_installment_is_refused(tmp_path: Path, account: Account) -> None:
    made = f"A-1,162033-001,{_in_days(0)},90.00"
    _imported(tmp_path, Kind.ARRANGEMENT, "ID,Account,Made On,Amount", made)
    report = _imported(
        tmp_path,
        Kind.INSTALLMENT,
        INSTALLMENT,
        f"I-1,A-1,1,{_in_days(10)},45.00",
        f"I-2,A-1,1,{_in_days(10)},45.00",
    )
    assert (report.new, report.refused) == (1, 1)
    (problem,) = report.problems
    assert "was told already, as I-1" in problem.problem
    assert "ya se dijo, como I-1" in _spanish(problem.problem)


def test_another_cooperatives_headings_are_refused_by_name(
    tmp_path: Path, account: Account
) -> None:
    path = tmp_path / "bills.csv"
    path.write_text("Abonado,Importe\n1,2\n", encoding="utf-8")
    with pytest.raises(SpreadsheetError) as refused:
        import_facts(Kind.BILL, path)
    assert "The file has: Abonado, Importe." in refused.value.message
    assert "El archivo tiene: Abonado, Importe." in _spanish(refused.value.message)
    assert not Bill.objects.exists()


@pytest.mark.parametrize(
    ("written", "utc_hour", "english", "spanish"),
    [
        ("2026-03-08 02:30", 7, "The clock jumped over 02:30", "el reloj saltó las 02:30"),
        ("2026-11-01 01:30", 5, "showed 01:30 twice", "marcó dos veces las 01:30"),
    ],
)
def test_both_nights_of_the_clock_change_are_taken_with_a_word(
    tmp_path: Path, account: Account, written: str, utc_hour: int, english: str, spanish: str
) -> None:
    line = f"P-1,162033-001,{written},10.00,card"
    report = _imported(tmp_path, Kind.PAYMENT, PAYMENT, line)
    assert (report.new, report.refused) == (1, 0)
    (remark,) = report.remarks
    assert english in remark.problem
    assert spanish in _spanish(remark.problem)
    paid: datetime = account.payments.get().at
    assert (paid.utctimetuple().tm_hour, paid.minute) == (utc_hour, 30)


@pytest.mark.parametrize("is_closed_before_the_file", [True, False])
def test_an_account_that_is_closed_by_the_time_of_the_alert_hears_nothing(
    tmp_path: Path, account: Account, is_closed_before_the_file: bool
) -> None:
    subscribe(account, "due_date_reminder", Channel.EMAIL)
    subscribe(account, "payment_received", Channel.EMAIL)

    def close() -> None:
        account.status = AccountStatus.CLOSED
        account.save()

    if is_closed_before_the_file:
        close()
    bill = f"B-1,162033-001,{_in_days(-17)},{_in_days(3)},10.00"
    report = _imported(tmp_path, Kind.BILL, BILL, bill)
    assert report.new == 1
    remarks = [_spanish(remark.problem) for remark in report.remarks]
    assert remarks == (
        ["La cuenta está cerrada: se registró, sin avisos."] if is_closed_before_the_file else []
    )
    if not is_closed_before_the_file:
        close()
    run_due(now=local(today(), 23))
    payment = f"P-1,162033-001,{_in_days(0)},10.00,card"
    _imported(tmp_path, Kind.PAYMENT, PAYMENT, payment)
    tell("payment", [account.payments.get().pk])
    assert not Message.objects.exists()
