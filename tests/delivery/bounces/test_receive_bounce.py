"""`manage.py receive_bounce`: what it says, and what it does."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from common.choices import Channel, Purpose
from customers.models import AddressEvent, Suppression
from delivery.batches import batch_counts
from delivery.choices import Status
from tests.delivery.bounces import mails
from tests.delivery.bounces.mails import MEMBER, block, dsn
from tests.delivery.bounces.returned import returned_of, sent_message
from tests.processes import process_environment
from tests.session import ROOT

pytestmark = pytest.mark.django_db


def receive(*files: Path) -> list[dict[str, Any]]:
    told = io.StringIO()
    call_command("receive_bounce", *map(str, files), "--json", stdout=told)
    found: list[dict[str, Any]] = json.loads(told.getvalue())
    return found


def file(folder: Path, raw: bytes, name: str = "bounce.eml") -> Path:
    path = folder / name
    path.write_bytes(raw)
    return path


def suppressed() -> list[str]:
    return list(Suppression.objects.filter(channel=Channel.EMAIL).values_list("address", flat=True))


def test_it_says_recipient_code_and_verdict_and_turns_the_address_off(tmp_path: Path) -> None:
    path = file(tmp_path, dsn(block()))
    assert receive(path) == [
        {
            "file": str(path),
            "recipient": MEMBER,
            "code": "5.1.1",
            "verdict": "bad",
            "words": "550 5.1.1 User unknown",
        }
    ]
    assert suppressed() == [MEMBER]


def test_three_soft_bounces_turn_an_address_off_and_the_same_one_thrice_does_not(
    tmp_path: Path,
) -> None:
    soft = block("5.2.2", "smtp; 552 5.2.2 Mailbox full")
    first = file(tmp_path, dsn(soft))
    for _ in range(3):
        assert receive(first)[0]["verdict"] == "soft"
    assert not suppressed()
    receive(file(tmp_path, dsn(soft, id="second@mx")))
    assert not suppressed()
    (third,) = receive(file(tmp_path, dsn(soft, id="third@mx")))
    assert (third["verdict"], suppressed()) == ("soft", [MEMBER])
    assert third["words"].endswith("The address is bad now.")


def test_policy_and_automatic_replies_turn_nothing_off(tmp_path: Path) -> None:
    for number in range(4):
        raw = dsn(block("5.7.1", "smtp; 550 5.7.1 Spam"), id=f"{number}@mx")
        assert receive(file(tmp_path, raw))[0]["verdict"] == "policy"
    assert receive(file(tmp_path, mails.VACATION))[0]["verdict"] == "not-a-bounce"
    assert not suppressed()


def test_each_mail_of_an_mbox_is_taken(tmp_path: Path) -> None:
    line = b"From MAILER-DAEMON Fri Nov 20 08:00:05 2026\n"
    soft = dsn(block("4.4.1", "smtp; 451 busy", address="a@example.net"), id="2@mx")
    escaped = mails.VACATION + b"\n>From here on I am away.\n"
    box = line + dsn(block()) + b"\n" + line + soft + b"\n" + line + escaped
    found = receive(file(tmp_path, box, "box"))
    assert [(one["recipient"], one["verdict"]) for one in found] == [
        (MEMBER, "bad"),
        ("a@example.net", "soft"),
        ("", "not-a-bounce"),
    ]


def test_a_complaint_says_so_and_stops_newsletters(tmp_path: Path) -> None:
    (said,) = receive(file(tmp_path, mails.complaint()))
    assert said["verdict"] == "not-a-bounce"
    assert said["words"].startswith("A complaint")
    stopped = set(Suppression.objects.values_list("purpose", flat=True))
    assert Purpose.NEWSLETTER in stopped
    assert Purpose.ACCOUNT not in stopped


def test_the_message_that_came_back_is_bounced_and_counted(tmp_path: Path) -> None:
    message = sent_message()
    raw = dsn(block(address=message.address.upper()), returned=returned_of(message))
    receive(file(tmp_path, raw))
    message.refresh_from_db()
    assert (message.status, message.code) == (Status.BOUNCED, "5.1.1")
    assert batch_counts(message.batch) == {"email": {"bounced": 1}}
    assert suppressed() == [message.address]


def test_a_message_that_was_forwarded_is_found_by_its_key(tmp_path: Path) -> None:
    message = sent_message()
    raw = dsn(block(address="dead@example.net"), returned=returned_of(message))
    (said,) = receive(file(tmp_path, raw))
    message.refresh_from_db()
    assert (message.status, said["recipient"]) == (Status.BOUNCED, message.address)
    assert suppressed() == [message.address]


def test_a_warning_ends_no_message_and_counts_once_with_its_end(tmp_path: Path) -> None:
    message = sent_message()
    for number in range(3):
        warning = block("4.4.1", "smtp; 451 busy", address=message.address, action="delayed")
        receive(file(tmp_path, dsn(warning, returned=returned_of(message), id=f"{number}@mx")))
    message.refresh_from_db()
    assert message.status == Status.SENT
    end = block("4.4.7", "smtp; 451 expired", address=message.address)
    receive(file(tmp_path, dsn(end, returned=returned_of(message), id="end@mx")))
    message.refresh_from_db()
    assert message.status == Status.BOUNCED
    assert not suppressed()


def test_a_key_of_another_member_s_message_bounces_only_who_is_named(tmp_path: Path) -> None:
    """Two recipients in one mail, one message: the other's is not touched."""
    message = sent_message()
    raw = dsn(
        block(address="a@example.net"),
        block(address="b@example.net"),
        returned=returned_of(message),
    )
    receive(file(tmp_path, raw))
    message.refresh_from_db()
    assert message.status == Status.SENT
    assert sorted(suppressed()) == ["a@example.net", "b@example.net"]


def test_a_date_in_the_future_is_not_believed(tmp_path: Path) -> None:
    receive(file(tmp_path, dsn(block(), date="Fri, 20 Nov 2099 08:00:05 +0000")))
    assert AddressEvent.objects.get().at.year < 2099


def command(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "manage.py", "receive_bounce", *arguments],
        cwd=ROOT,
        env=process_environment({}),
        input=given,
        capture_output=True,
        check=False,
    )


@pytest.mark.django_db(transaction=True)
def test_files_that_cannot_be_read_are_named_and_the_others_taken(tmp_path: Path) -> None:
    good = file(tmp_path, dsn(block()))
    done = command(str(tmp_path / "missing.eml"), str(tmp_path), str(good), "--json")
    assert done.returncode == 2
    assert [one["verdict"] for one in json.loads(done.stdout)] == ["bad"]
    told = done.stderr.decode()
    assert "missing.eml can't be read: No such file or directory." in told
    assert "Is a directory" in told


@pytest.mark.django_db(transaction=True)
def test_a_mail_can_be_piped_in() -> None:
    message = sent_message()
    raw = mails.EXIM.replace(MEMBER.encode(), message.address.encode())
    raw = raw.replace(mails.KEY.encode(), str(message.key).encode())
    done = command("-", given=b"From alerts@example.com\n" + raw)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().startswith(f"-: {message.address}: 5.1.1 bad: ")
    assert suppressed() == [message.address]
