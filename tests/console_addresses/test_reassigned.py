"""Reassigned numbers: out to the FCC's database, and back (RULES 11)."""

import csv
import io
import re
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from common.choices import Channel
from console.roles import Role
from customers.address_health import confirm
from customers.choices import AccountStatus, ConsentAction, ConsentSource
from customers.consent import grant, mark_bad_address, record_given, record_verified, undo
from customers.ledger.following import unexplained_suppressions
from customers.models import Account, ConsentEvent, Customer, Suppression
from customers.reassigned import import_reassigned
from delivery.models import Message
from tests.customers_ledger.tampering import tamper
from tests.factories import make_customer, make_staff

pytestmark = pytest.mark.django_db

URL = "/console/addresses/reassigned/"


def ten(customer: Customer) -> str:
    return str(customer.mobile_number.as_e164)[2:]


def exported(path: Path) -> list[list[str]]:
    call_command("export_reassigned", str(path), stdout=io.StringIO())
    with path.open(newline="") as file:
        return list(csv.reader(file))


def answers(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(("Phone Number,Date,Response", *rows)) + "\n")
    return path


def take(path: Path) -> str:
    told = io.StringIO()
    call_command("import_reassigned", str(path), stdout=told)
    return told.getvalue()


def test_each_number_in_use_is_exported_once_with_the_date_of_the_last_consent(
    tmp_path: Path,
) -> None:
    first = make_customer()
    make_customer(mobile_number="", home_number=first.mobile_number)
    record_given(
        address=first.mobile_number,
        channels=[Channel.TEXT],
        source=ConsentSource.PORTAL,
        customer=first,
    )
    # What was heard today is asked about tomorrow at the earliest.
    assert exported(tmp_path / "today.csv") == [["Phone Number", "Date"]]
    long_ago()
    closed = make_customer()
    Account.objects.filter(customer=closed).update(status=AccountStatus.CLOSED)
    off = make_customer()
    long_ago()
    for channel in (Channel.TEXT, Channel.VOICE):
        mark_bad_address(address=off.mobile_number, channel=channel)
    rows = exported(tmp_path / "numbers.csv")
    assert [row[0] for row in rows] == ["Phone Number", ten(first)]
    assert rows[1][1] == (timezone.localdate() - timedelta(days=400)).isoformat()


def long_ago(days: int = 400) -> None:
    """All that we know, we have known for long."""
    moment = timezone.now() - timedelta(days=days)
    Customer.objects.update(created_at=moment)
    tamper("UPDATE customers_consentevent SET at = %s", values=[moment])


def given(customer: Customer, **more: Any) -> ConsentEvent:
    record_given(
        address=customer.mobile_number,
        channels=[Channel.TEXT],
        source=ConsentSource.PORTAL,
        customer=customer,
        words="Given in a test",
        **more,
    )
    return ConsentEvent.objects.latest("id")


def test_the_date_is_that_of_the_last_word_that_counts(tmp_path: Path) -> None:
    """A verified number is its holder's; a letter counts from its day; a slip of ours does not."""
    verified, letter, slip = make_customer(), make_customer(), make_customer()
    given(verified), given(letter), given(slip)
    long_ago()
    record_verified(
        address=verified.mobile_number,
        channel=Channel.TEXT,
        source=ConsentSource.PORTAL,
        words="Your code",
        customer=verified,
    )
    tamper(
        "UPDATE customers_consentevent SET at = now() - interval '3 days' WHERE action = 'verified'"
    )
    grant(
        address=letter.mobile_number,
        channels=[Channel.TEXT],
        source=ConsentSource.LETTER,
        words="You may text me",
        said_at=timezone.now() - timedelta(days=30),
    )
    undo(event=given(slip), source=ConsentSource.CSR, words="another member")
    today = timezone.localdate()
    days = {
        row[0]: (today - date.fromisoformat(row[1])).days for row in exported(tmp_path / "n")[1:]
    }
    assert days == {ten(verified): 3, ten(letter): 30, ten(slip): 400}


def test_more_than_a_file_takes_make_several(tmp_path: Path, client: Client) -> None:
    for _ in range(5):
        make_customer()
    long_ago()
    told = io.StringIO()
    call_command("export_reassigned", str(tmp_path / "n.csv"), "--most", "2", stdout=told)
    files = [tmp_path / name for name in ("n.csv", "n-2.csv", "n-3.csv")]
    numbers = [line.split(",")[0] for file in files for line in file.read_text().split()[2:]]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f.name for f in files)
    assert len(set(numbers)) == len(numbers) == 5
    assert told.getvalue().count("numbers are in") == 3
    client.force_login(make_staff(Role.CSR))
    assert client.get(f"{URL}numbers-2.csv").status_code == 404
    assert "5 numbers. Upload the file" in client.get(URL).content.decode()


def test_yes_turns_the_number_off_and_asks_the_member_for_another(tmp_path: Path) -> None:
    gone = make_customer(language="es", first_name="Noé")
    kept, unknown = make_customer(), make_customer()
    file = answers(
        tmp_path / "a.csv",
        f"{ten(gone)},2025-01-01,yes",
        f"{ten(kept)},2025-01-01,no",
        f"{ten(unknown)},2025-01-01,no_data",
    )
    assert take(file).startswith(
        "1 yes (1 turned off now, 1 members asked for another number), 1 no, 1 no data, 0 rows"
    )
    off = Suppression.objects.values_list("address", "channel")
    number = gone.mobile_number.as_e164
    assert set(off) == {(number, "text"), (number, "voice")}
    events = ConsentEvent.objects.filter(action=ConsentAction.BAD_ADDRESS, address=number)
    assert {(event.source, "reassigned" in event.words) for event in events} == {
        (ConsentSource.IMPORT, True)
    }
    message = Message.objects.get()
    assert (message.address, message.context["ending"]) == (gone.email_1, number[-4:])
    assert re.fullmatch(r"[0-9]{3}-[0-9]{3}-[0-9]{4}", message.context["phone"])
    assert message.content.subject.startswith("Dénos")


def test_the_same_answers_again_change_nothing(tmp_path: Path) -> None:
    file = answers(tmp_path / "a.csv", f"{ten(make_customer())},2025-01-01,Yes")
    take(file)
    assert take(file).startswith("1 yes (0 turned off now, 0 members asked")
    assert Message.objects.count() == 1


def test_who_gave_the_number_since_the_date_that_was_asked_about_keeps_it(tmp_path: Path) -> None:
    """The database answered about whoever had it before."""
    neighbor = make_customer()
    given(neighbor)
    file = answers(tmp_path / "a.csv", f"{ten(neighbor)},2025-01-01,yes")
    told = take(file)
    assert told.startswith("1 yes (0 turned off now, 0 members asked")
    assert "1 numbers were given or verified again" in told
    assert not Suppression.objects.exists()
    today = timezone.localdate().isoformat()
    assert take(answers(tmp_path / "b.csv", f"{ten(neighbor)},{today},yes")).startswith("1 yes (1")


def test_without_a_date_the_answer_is_about_the_last_consent_and_counts_once(
    tmp_path: Path,
) -> None:
    gone = make_customer()
    given(gone)
    long_ago()
    file = tmp_path / "a.csv"
    file.write_text(f"TN,Disconnected\n{ten(gone)},yes\n")
    assert take(file).startswith("1 yes (1 turned off")
    assert take(file).startswith("1 yes (0 turned off")
    # Given anew a year later, and then given to somebody else again.
    confirm(address=gone.mobile_number, channel=Channel.TEXT, source=ConsentSource.PORTAL)
    given(gone)
    assert take(file).startswith("1 yes (1 turned off")


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffTN,DATE,RESULT\n{n},01/02/2025,YES\n",
        "Disconnected,Date,TN\nYes,1/2/25,{n}\n",
        "Telephone Number\tQuery Date\tResponse\n{n}\t2025-01-02T00:00:00\tyes \n",
        "Number,Date,Status,Permanently Disconnected\n{n},20250102,OK,yes\n",
        "Date,Reassigned number?,Phone\n1/2/2025,yes,+1{n}\n",
        "TN,Date,Disconnected\n{n},2024-12-31,yes\n{n},2025-01-02,YES\n",
    ],
)
def test_answers_are_read_however_the_table_is_made(tmp_path: Path, text: str) -> None:
    gone = make_customer()
    file = tmp_path / "a.csv"
    file.write_text(text.format(n=ten(gone)))
    assert "(1 turned off now, 1 members" in take(file)
    # The same question in the usual form is the same.
    again = answers(tmp_path / "b.csv", f"{ten(gone)},2025-01-02,yes")
    assert take(again).startswith("1 yes (0 turned off")


def test_the_email_that_works_is_asked(tmp_path: Path) -> None:
    gone = make_customer(email_1="gone@example.com", email_2="Works@example.com")
    nobody = make_customer(email_1="gone@example.com")
    mark_bad_address(address="gone@example.com", channel=Channel.EMAIL)
    rows = [f"{ten(one)},2025-01-01,yes" for one in (gone, nobody)]
    assert "(2 turned off now, 1 members" in take(answers(tmp_path / "a.csv", *rows))
    assert Message.objects.get().address == "Works@example.com"


def test_what_is_turned_off_is_asked_for_or_neither(tmp_path: Path) -> None:
    gone = make_customer()
    file = answers(tmp_path / "a.csv", f"{ten(gone)},2025-01-01,yes")

    def fails(numbers: Sequence[str]) -> int:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        import_reassigned(file, ask=fails)
    assert not Suppression.objects.exists()
    assert "(1 turned off now, 1 members" in take(file)


def test_many_answers_are_few_statements(tmp_path: Path) -> None:
    file = answers(tmp_path / "a.csv", *[f"478555{n:04},2025-01-01,yes" for n in range(100, 200)])
    with CaptureQueriesContext(connection) as asked:
        assert len(import_reassigned(file, ask=len).turned_off) == 100
    assert len(asked.captured_queries) < 15
    assert list(unexplained_suppressions()) == []


def test_rows_with_a_problem_are_told_and_the_others_taken(tmp_path: Path) -> None:
    gone = make_customer()
    file = answers(
        tmp_path / "a.csv",
        "12,2025-01-01,yes",
        f"{ten(gone)},x,maybe",
        f"{ten(gone)},,yes",
        f"{ten(gone)},some day,yes",
    )
    told = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("import_reassigned", str(file), stdout=told)
    assert ended.value.code == 1
    assert "Row 2: This is not a telephone number." in told.getvalue()
    assert "Row 3: The answer is neither" in told.getvalue()
    assert "Row 5: The date is not one" in told.getvalue()
    assert Suppression.objects.count() == 2


@pytest.mark.parametrize("content", ["", "Name,Town\nRuth,Macon\n"])
def test_a_file_that_is_no_such_table_is_refused_in_words(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(content)
    with pytest.raises(CommandError) as error:
        take(path)
    assert error.value.returncode == 2


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "numbers.csv"
    path.write_text("mine")
    with pytest.raises(CommandError, match="File exists"):
        call_command("export_reassigned", str(path))
    assert path.read_text() == "mine"


def test_the_page_gives_the_file_and_takes_the_answers(client: Client) -> None:
    client.force_login(make_staff(Role.CSR))
    gone = make_customer()
    long_ago()
    assert client.get(URL).status_code == 200
    file_given = b"".join(client.get(f"{URL}numbers.csv"))
    assert ten(gone).encode() in file_given
    for part in (0, 10**30):
        assert client.get(f"{URL}numbers-{part}.csv").status_code == 404
    file = SimpleUploadedFile("a.csv", f"TN,Response\n{ten(gone)},yes\n".encode())
    page = client.post(URL, {"file": file}, follow=True).content.decode()
    assert "Turned off now: 1;" in page
    assert client.post(URL, {}).status_code == 400
    bad = SimpleUploadedFile("a.csv", b"Name\nRuth\n")
    refused = client.post(URL, {"file": bad})
    assert refused.status_code == 400
    assert "column of phone numbers" in refused.content.decode()


def test_nothing_is_looked_up_where_that_is_not_set_up(client: Client) -> None:
    client.force_login(make_staff(Role.CSR))
    page = client.post("/console/addresses/look-up/", follow=True).content.decode()
    assert "There is nothing to look up." in page
