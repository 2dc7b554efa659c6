"""Reassigned numbers: out to the FCC's database, and back (RULES 11)."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from common.choices import Channel
from console.roles import Role
from customers.choices import AccountStatus, ConsentAction, ConsentSource
from customers.consent import mark_bad_address, record_given
from customers.models import Account, ConsentEvent, Customer, Suppression
from delivery.models import Message
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
    closed = make_customer()
    Account.objects.filter(customer=closed).update(status=AccountStatus.CLOSED)
    off = make_customer()
    for channel in (Channel.TEXT, Channel.VOICE):
        mark_bad_address(address=off.mobile_number, channel=channel)
    rows = exported(tmp_path / "numbers.csv")
    assert [row[0] for row in rows] == ["Phone Number", ten(first)]
    assert date.fromisoformat(rows[1][1])


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
    assert message.content.subject.startswith("Dénos")


def test_the_same_answers_again_change_nothing(tmp_path: Path) -> None:
    file = answers(tmp_path / "a.csv", f"{ten(make_customer())},2025-01-01,Yes")
    take(file)
    assert take(file).startswith("1 yes (0 turned off now, 0 members asked")
    assert Message.objects.count() == 1


def test_rows_with_a_problem_are_told_and_the_others_taken(tmp_path: Path) -> None:
    gone = make_customer()
    file = answers(
        tmp_path / "a.csv", "12,2025-01-01,yes", f"{ten(gone)},x,maybe", f"{ten(gone)},,yes"
    )
    told = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("import_reassigned", str(file), stdout=told)
    assert ended.value.code == 1
    assert "Row 2: This is not a telephone number." in told.getvalue()
    assert "Row 3: The answer is neither" in told.getvalue()
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
    assert client.get(URL).status_code == 200
    given = b"".join(client.get(f"{URL}numbers.csv"))
    assert ten(gone).encode() in given
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
