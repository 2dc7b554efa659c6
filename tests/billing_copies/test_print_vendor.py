"""The print vendor's file and its manifest."""

import json
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from billing.choices import MessageKind
from billing.ebills.copies import choose_copies
from billing.models import Bill, BillExport
from billing.print_vendor import layout
from billing.print_vendor.export import ExportError, export_bills, manifest_path
from billing.print_vendor.run import Run
from billing.print_vendor.verify import problems_of
from common.choices import Channel
from customers import consent
from customers.choices import ConsentSource
from customers.models import Account
from tests.billing_copies.making import DAY, make_account, make_bill, make_message

pytestmark = pytest.mark.django_db
Records = list[tuple[str, dict[str, str]]]


def export(folder: Path, cycle: str = "", day: date = DAY) -> tuple[Path, dict[str, Any]]:
    path = folder / "bills.txt"
    export_bills(run=Run(day, cycle), path=path)
    return path, json.loads(manifest_path(path).read_text())


def records(path: Path) -> Records:
    lines = path.read_bytes().decode("latin-1").split("\r\n")
    assert lines.pop() == ""
    assert {len(line) for line in lines} == {250}
    return [(line[:3], layout.read(line)) for line in lines]


def of_type(path: Path, wanted: str) -> list[dict[str, str]]:
    return [fields for record, fields in records(path) if record == wanted]


def emailed_only(account: Account) -> Account:
    choose_copies(
        account=account, paper=False, email_1=True, email_2=False, source=ConsentSource.CSR
    )
    return account


def test_a_bill_is_written_as_fixed_width_records(tmp_path: Path) -> None:
    make_message("Call before you dig.")
    account = make_account(name="MUÑOZ, JOSÉ", number="162033")
    bill = make_bill(account, amount_cents=14_217, balance_cents=-305)
    path, _ = export(tmp_path)
    found = dict(records(path))
    assert [record for record, _ in records(path)] == [
        "HDR",
        "BIL",
        "NAM",
        "SVC",
        "USE",
        "MSG",
        "TRL",
    ]
    assert found["HDR"]["layout"] == "01"
    assert found["HDR"]["bill_date"] == "20261120"
    told = found["BIL"]
    assert told["sequence"] == "00000001"
    assert told["account"] == "162033-001".ljust(27)
    assert told["bill_number"] == bill.number.ljust(30)
    assert told["due_date"] == "20261210"
    assert told["kwh_thousandths"] == "+000001045000"
    assert told["amount_cents"] == "+000000014217"
    assert told["balance_cents"] == "-000000000305"
    assert (told["why_printed"], told["messages"]) == ("P", "1")
    assert found["NAM"]["name"] == "MUÑOZ, JOSÉ".ljust(130)
    assert found["SVC"]["zip_code"] == "30000     "
    assert found["MSG"]["text"] == "Call before you dig.".ljust(230)
    assert found["TRL"]["records"] == "000000007"
    assert found["TRL"]["balance_cents"] == "-00000000000000305"


def test_the_positions_are_the_documented_ones() -> None:
    """docs/print-vendor.md is what the vendor programs by."""
    document = Path("docs/print-vendor.md").read_text()
    for record, fields in layout.RECORDS.items():
        at = 4
        for field in fields:
            if not field.name.endswith(tuple(f"_{n}" for n in range(2, 14))):
                row = f"| {at} to {at + field.width - 1} | {field.width} | {field.kind} |"
                part = document.split(f"## {record}", 1)[1].split("\n## ", 1)[0]
                assert row in part, (record, field.name, row)
            at += field.width
        assert at - 1 <= layout.LENGTH, record


def test_the_chart_gets_the_last_thirteen_bills_of_the_account(tmp_path: Path) -> None:
    account = make_account()
    for month in range(15):
        make_bill(account, day=DAY - timedelta(days=30 * month), kwh=Decimal(1000 + month))
    make_bill(account, day=DAY + timedelta(days=30), kwh=Decimal(9999))
    (use,) = of_type(export(tmp_path)[0], "USE")
    assert use["count"] == "13"
    assert (use["month_1"], use["kwh_thousandths_1"]) == ("202611", "+00001000000")
    assert use["kwh_thousandths_13"] == "+00001012000"


def test_a_bill_without_reads_has_blanks_and_no_chart(tmp_path: Path) -> None:
    make_bill(kwh=None, period_start=None, period_end=None)
    path, _ = export(tmp_path)
    assert of_type(path, "USE") == []
    (told,) = of_type(path, "BIL")
    assert told["kwh_thousandths"] == " " * 13
    assert told["period_start"] == " " * 8


def test_up_to_four_messages_and_the_right_ones(tmp_path: Path) -> None:
    for priority in range(6):
        make_message(f"message {priority}", text_es=f"mensaje {priority}", priority=priority)
    make_message("no email", kind=MessageKind.NO_EMAIL, priority=0)
    make_bill(make_account(number="400001"))
    make_bill(make_account(number="400002", email_1="", language="es"))
    path, manifest = export(tmp_path)
    texts = [
        (fields["sequence"][-1], fields["language"], fields["text"].rstrip())
        for fields in of_type(path, "MSG")
    ]
    assert texts == [
        *(("1", "en", f"message {n}") for n in range(4)),
        ("2", "es", "mensaje 0"),
        ("2", "en", "no email"),
        ("2", "es", "mensaje 1"),
        ("2", "es", "mensaje 2"),
    ]
    counts = {message["name"]: message["bills"] for message in manifest["messages"]}
    assert counts == {"message 0": 2, "message 1": 2, "message 2": 2, "message 3": 1, "no email": 1}


def test_only_accounts_with_a_paper_copy_are_printed(tmp_path: Path) -> None:
    paper, ebill = make_account(), emailed_only(make_account())
    bill = make_bill(paper, amount_cents=100)
    make_bill(ebill, amount_cents=250)
    path, manifest = export(tmp_path)
    assert [fields["bill_number"].strip() for fields in of_type(path, "BIL")] == [bill.number]
    assert manifest["bills"] == {
        "in_run": 2,
        "printed": 1,
        "by_choice": 1,
        "because_no_email_reaches": 0,
        "emailed_only": 1,
    }
    assert manifest["amount_cents"] == {"in_run": 350, "printed": 100, "emailed_only": 250}


def test_a_bill_that_no_email_reaches_is_printed_all_the_same(tmp_path: Path) -> None:
    gone, bounced, out = (
        emailed_only(make_account(email_1=f"{name}@Example.com"))
        for name in ("Gone", "Bounced", "Out")
    )
    gone.customer.email_1 = ""
    gone.customer.save()
    consent.mark_bad_address(address=bounced.customer.email_1, channel=Channel.EMAIL)
    consent.opt_out(
        address=out.customer.email_1, channels=[Channel.EMAIL], source=ConsentSource.EMAIL_LINK
    )
    for account in (gone, bounced, out, emailed_only(make_account())):
        make_bill(account)
    path, manifest = export(tmp_path)
    assert {fields["why_printed"] for fields in of_type(path, "BIL")} == {"F"}
    assert manifest["bills"]["because_no_email_reaches"] == 3
    assert manifest["bills"]["emailed_only"] == 1


def test_only_the_bills_of_the_day_and_the_cycle_are_taken(tmp_path: Path) -> None:
    wanted = make_bill(make_account(cycle="03"))
    make_bill(make_account(cycle="04"))
    make_bill(make_account(cycle="03"), day=DAY + timedelta(days=1))
    path, _ = export(tmp_path, cycle="03")
    assert [fields["bill_number"].strip() for fields in of_type(path, "BIL")] == [wanted.number]


def test_the_same_run_again_gives_the_same_file(tmp_path: Path) -> None:
    make_message("hello")
    for _ in range(5):
        make_bill()
    path, first = export(tmp_path)
    written = path.read_bytes()
    again, second = export(tmp_path)
    assert again.read_bytes() == written
    assert first == second
    row = BillExport.objects.get()
    assert (row.bills, row.amount_cents) == (5, 5 * 14_217)
    assert row.last_at > row.first_at


def test_bills_are_in_the_order_of_the_mail(tmp_path: Path) -> None:
    for number, zip_code in (("900002", "30001"), ("900001", "30001"), ("900003", "30000")):
        account = make_account(number=number)
        account.zip_code = zip_code
        account.save()
        make_bill(account)
    names = [fields["account"][:6] for fields in of_type(export(tmp_path)[0], "BIL")]
    assert names == ["900003", "900001", "900002"]


def test_no_text_can_break_a_record_or_pass_for_one(tmp_path: Path) -> None:
    make_message("one\r\nTRL00000000 “two”… – ő \U0001f600")
    make_bill(make_account(name="EVIL\r\nBIL00000099\x85\x0b\u2028"))
    path, _ = export(tmp_path)
    found = dict(records(path))
    assert found["NAM"]["name"].rstrip() == "EVIL  BIL00000099"
    assert found["MSG"]["text"].rstrip() == 'one  TRL00000000 "two"... - o ?'


def test_what_does_not_fit_stops_the_run_and_leaves_the_last_file(tmp_path: Path) -> None:
    bill = make_bill()
    path, _ = export(tmp_path)
    before = path.read_bytes()
    Bill.objects.filter(pk=bill.pk).update(amount_cents=10**13)
    with pytest.raises(ExportError, match=f"Bill {bill.fact_id}: BIL: amount_cents takes 15"):
        export(tmp_path)
    assert path.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bills.txt", "bills.txt.manifest.json"]
    assert BillExport.objects.count() == 1


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"+000000014217", b"+000000014218", "the trailer does not add up"),
        (b"\r\nNAM", b"\r\nNAX", "no record type"),
        (b"\r\n", b"\n", "250 and CRLF"),
        (b"MSG00000001", b"MSG00000002", "belongs to bill 00000002, not to 1"),
        (b"Call", b"Ball", "SHA-256"),
    ],
)
def test_a_file_that_was_changed_does_not_pass(
    tmp_path: Path, old: bytes, new: bytes, words: str
) -> None:
    make_message("Call before you dig.")
    make_bill()
    path, manifest = export(tmp_path)
    assert problems_of(path, manifest) == []
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))
    assert words in "; ".join(problems_of(path, manifest))


def test_a_file_that_was_cut_does_not_pass(tmp_path: Path) -> None:
    make_bill()
    make_bill()
    path, manifest = export(tmp_path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))
    assert "no trailer" in "; ".join(problems_of(path, manifest))
    path.write_bytes(b"".join([*lines[:2], *lines[3:]]))
    assert "SVC does not follow BIL" in "; ".join(problems_of(path, manifest))


@pytest.mark.parametrize("part", ["bills", "amount_cents", "balance_cents"])
def test_a_manifest_whose_parts_do_not_make_the_whole_does_not_pass(
    tmp_path: Path, part: str
) -> None:
    make_bill()
    path, manifest = export(tmp_path)
    manifest[part]["emailed_only"] += 1
    assert any(problem.startswith(part) for problem in problems_of(path, manifest))


@pytest.mark.django_db(transaction=True)
def test_the_command_says_what_it_wrote_and_what_changed_since(tmp_path: Path) -> None:
    bill = make_bill(amount_cents=14_217)
    make_bill(emailed_only(make_account()))
    path, out = tmp_path / "out.txt", StringIO()
    call_command("export_bills", str(path), "--date=2026-11-20", "--cycle=03", stdout=out)
    assert "1 of 2 bills, $142.17" in out.getvalue()
    assert (
        "1 by choice, 0 because no email reaches the member; 1 are emailed only" in out.getvalue()
    )
    assert "Note" not in out.getvalue()
    assert path.stat().st_mode & 0o077 == 0
    Bill.objects.filter(pk=bill.pk).update(amount_cents=15_000)
    call_command("export_bills", str(path), "--date=2026-11-20", "--cycle=03", stdout=out)
    assert "differs from the file of" in out.getvalue()
    assert "which had 1 bills, $142.17" in out.getvalue()


def test_a_day_without_bills_is_refused_and_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No bill is dated 2026-11-20 in cycle 09"):
        call_command("export_bills", str(tmp_path / "out.txt"), "--date=2026-11-20", "--cycle=09")
    assert list(tmp_path.iterdir()) == []


def test_a_date_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="“20/11/2026” is not a date"):
        call_command("export_bills", str(tmp_path / "out.txt"), "--date=20/11/2026")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    make_bill()
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("export_bills", str(tmp_path / "none" / "out.txt"), "--date=2026-11-20")


def test_a_run_of_emailed_bills_alone_has_a_file_with_nothing_to_print(tmp_path: Path) -> None:
    make_bill(emailed_only(make_account()))
    path, manifest = export(tmp_path)
    assert [record for record, _ in records(path)] == ["HDR", "TRL"]
    assert manifest["bills"]["emailed_only"] == 1
