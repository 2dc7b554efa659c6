"""The two commands, as they are called from a shell or a script."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from delivery.models import Message
from mass_notifications.models import MassNotification, RecipientRow
from tests.factories import make_customer
from tests.mass_notifications.making import SAMPLES

pytestmark = pytest.mark.django_db
AFTER_EXCEL = str(SAMPLES / "after-excel.csv")


def _run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as exit_:
        call_command(*words)
    printed = capsys.readouterr()
    return int(str(exit_.value.code)), printed.out, printed.err


def test_check_recipients_prints_what_is_wrong_as_json(capsys: Any) -> None:
    code, out, _ = _run(capsys, "check_recipients", AFTER_EXCEL, "--channels", "email,sms")
    found = json.loads(out)
    assert code == 1
    assert (found["rows"], found["good"]) == (25, 17)
    assert [problem["row"] for problem in found["problems"]] == [2, 9, 11, 13, 15, 16, 19, 23]
    assert found["problems"][0].keys() == {"row", "column", "value", "problem"}
    assert found["left_out"] == {"duplicate": 1}
    assert not RecipientRow.objects.exists()
    assert not MassNotification.objects.exists()


def test_check_recipients_knows_the_members(capsys: Any) -> None:
    make_customer(number="162481", separator="002")
    _, out, _ = _run(capsys, "check_recipients", AFTER_EXCEL, "--channels=email,sms", "--json")
    assert 15 not in [problem["row"] for problem in json.loads(out)["problems"]]


def test_a_good_file_exits_with_0(capsys: Any) -> None:
    export = str(SAMPLES / "upn-export.csv")
    code, out, _ = _run(capsys, "check_recipients", export, "--channels", "email,sms")
    assert code == 0
    assert json.loads(out)["problems"] == []


def test_a_file_that_cannot_be_used_exits_with_2_in_words(capsys: Any, tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    for path in (empty, tmp_path / "none.csv"):
        code, out, err = _run(capsys, "check_recipients", str(path), "--channels", "email")
        assert code == 2
        assert out == ""
        assert path.name in err
        assert "Traceback" not in err


def test_an_unknown_channel_is_told() -> None:
    with pytest.raises(CommandError, match="no such channel: fax"):
        call_command("check_recipients", AFTER_EXCEL, "--channels", "fax")


def _send(capsys: Any, *words: str, file: str = AFTER_EXCEL) -> tuple[int, str, str]:
    return _run(
        capsys, "send_mass_notification", file, "--subject", "Work", "--body", "Pole {{ pole }}",
        "--channels", "email,sms", *words,
    )  # fmt: skip


def test_a_file_with_problems_is_not_sent(capsys: Any) -> None:
    code, _, err = _send(capsys)
    assert code == 1
    assert "8 of 25 rows have a problem; nothing was sent" in err
    assert not Message.objects.exists()
    assert not MassNotification.objects.exists()


def test_the_good_rows_are_sent_where_that_is_asked(capsys: Any) -> None:
    code, out, _ = _send(capsys, "--good-rows")
    assert code == 0
    notification = MassNotification.objects.get(pk=int(out))
    assert notification.batch is not None
    assert notification.batch.messages.count() == 32
    assert notification.purpose == "field_work"


def test_a_placeholder_without_a_column_sends_nothing(capsys: Any) -> None:
    code, _, err = _run(
        capsys, "send_mass_notification", AFTER_EXCEL, "--subject", "Work", "--good-rows",
        "--body", "{{ feeder }}", "--channels", "email",
    )  # fmt: skip
    assert code == 2
    assert "{{ feeder }} in the body has no column" in err
    assert not Message.objects.exists()


def test_a_subject_with_a_line_break_sends_nothing(capsys: Any) -> None:
    code, _, err = _run(
        capsys, "send_mass_notification", AFTER_EXCEL, "--subject", "a\nb", "--body", "x",
        "--channels", "email",
    )  # fmt: skip
    assert code == 2
    assert "line break" in err
    assert not MassNotification.objects.exists()
