"""verify_ledger misses nothing that somebody with the database in hand may do."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from common.choices import Channel, Purpose
from customers import consent
from customers.choices import ConsentSource
from customers.ledger.anchors import keep_anchor
from customers.ledger.chain import head, seal_waiting
from customers.ledger.verifying import verify
from customers.models import ConsentEvent, LedgerSeal
from tests.customers_ledger.tampering import tamper
from tests.factories import make_customer

pytestmark = pytest.mark.django_db
NUMBER = "+14785550112"
BOTH = (Channel.TEXT, Channel.VOICE)


@pytest.fixture(autouse=True)
def own_anchors(settings: Any, tmp_path: Path) -> Path:
    path = tmp_path / "anchors.jsonl"
    settings.LEDGER_ANCHORS = str(path)
    return path


@pytest.fixture
def sealed() -> list[int]:
    """Six events, sealed; their ids."""
    consent.opt_out(address=NUMBER, channels=BOTH, source=ConsentSource.TEXT_REPLY, words="STOP")
    consent.grant(
        address=NUMBER,
        channels=BOTH,
        source=ConsentSource.PORTAL,
        words="Yes, text me",
        purpose=Purpose.ACCOUNT,
    )
    consent.set_do_not_call(NUMBER, True, source=ConsentSource.CSR, words="by letter")
    seal_waiting()
    return list(ConsentEvent.objects.order_by("id").values_list("id", flat=True))


def asked(*arguments: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("verify_ledger", *arguments, stdout=out, no_color=True)
    except SystemExit as left:
        return int(left.code or 0), out.getvalue()
    except CommandError as error:
        return error.returncode, str(error)
    return 0, out.getvalue()


def first_broken() -> tuple[str, int | None]:
    code, words = asked("--json")
    found = json.loads(words)
    assert (code, found["whole"]) == (1, False)
    assert found["found"] == len(found["problems"])
    assert asked()[1].startswith("First broken: ")
    return found["first_broken"]["kind"], found["first_broken"]["event_id"]


def test_a_ledger_that_nobody_touched_is_whole(sealed: list[int]) -> None:
    code, words = asked()
    assert code == 0
    assert "The ledger is whole: 6 sealed events" in words
    assert str(head()) in words
    consent.opt_out(address=NUMBER, channels=BOTH, source=ConsentSource.PORTAL, words="no")
    code, words = asked("--json")
    found = json.loads(words)
    assert (code, found["sealed"], found["waiting"], found["whole"]) == (0, 6, 2, True)
    assert found["first_broken"] is None


def test_an_empty_ledger_is_whole() -> None:
    assert asked()[0] == 0


@pytest.mark.parametrize(
    "change",
    [
        "at = at - interval '1 microsecond'",
        "customer_id = 7",
        "address = '+14785550199'",
        "channel = 'email'",
        "action = 'granted'",
        "purpose = 'outage'",
        "source = 'letter'",
        "words = words || ' '",
        "words = ''",
        "taken_by_id = 1",
        "said_at = now()",
        "corrects_id = 1",
    ],
)
@pytest.mark.parametrize("is_sealed", [True, False], ids=["sealed", "waiting"])
def test_any_field_that_is_altered_is_noticed(
    sealed: list[int], change: str, is_sealed: bool
) -> None:
    event_id = sealed[1]
    if not is_sealed:
        consent.opt_out(address=NUMBER, channels=BOTH, source=ConsentSource.TEXT_REPLY, words="no")
        event_id = ConsentEvent.objects.latest("id").pk
    tamper(f"UPDATE customers_consentevent SET {change} WHERE id = {event_id}")
    assert first_broken() == ("altered", event_id)


def test_an_event_that_is_removed_is_noticed(sealed: list[int]) -> None:
    tamper(f"DELETE FROM customers_consentevent WHERE id = {sealed[2]}")
    assert first_broken() == ("missing", sealed[2])


def test_an_event_that_is_removed_before_its_seal_is_noticed_after_sealing_too() -> None:
    consent.opt_out(address=NUMBER, channels=BOTH, source=ConsentSource.TEXT_REPLY, words="STOP")
    first, last = ConsentEvent.objects.order_by("id").values_list("id", flat=True)
    tamper(f"DELETE FROM customers_consentevent WHERE id = {first}")
    assert first_broken() == ("missing", first)
    assert seal_waiting() == 1
    assert LedgerSeal.objects.get().event_id == last
    assert first_broken() == ("missing", first)


def test_an_event_that_is_removed_with_its_seal_is_noticed(sealed: list[int]) -> None:
    tamper(
        f"DELETE FROM customers_consentevent WHERE id = {sealed[2]}",
        "DELETE FROM customers_ledgerseal WHERE seq = 3",
    )
    kind, _ = first_broken()
    assert kind == "missing"
    # And the seals after it numbered anew, so that there is no gap.
    tamper(*[f"UPDATE customers_ledgerseal SET seq = {n - 1} WHERE seq = {n}" for n in (4, 5, 6)])
    assert first_broken() == ("reordered", sealed[3])


def test_an_event_that_is_slipped_in_is_noticed(sealed: list[int]) -> None:
    tamper(
        "INSERT INTO customers_consentevent"
        " (at, address, channel, action, purpose, source, words)"
        f" VALUES (now(), '{NUMBER}', 'text', 'given', '', 'portal', 'Yes')"
    )
    assert first_broken() == ("inserted", ConsentEvent.objects.latest("id").pk)


def test_an_event_with_an_old_date_is_noticed_until_it_is_sealed() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customers_consentevent"
            " (at, address, channel, action, purpose, source, words)"
            " VALUES (now() - interval '1 year', %s, 'text', 'given', '', 'portal', 'Yes')",
            [NUMBER],
        )
    assert first_broken() == ("unsealed", ConsentEvent.objects.get().pk)


def test_one_that_waits_too_long_is_noticed() -> None:
    consent.opt_out(address=NUMBER, channels=BOTH, source=ConsentSource.TEXT_REPLY, words="STOP")
    assert verify().is_whole
    verdict = verify(now=timezone.now() + timedelta(hours=1))
    assert [problem.kind for problem in verdict.problems] == ["unsealed", "unsealed"]


@pytest.mark.parametrize(
    ("statements", "kind"),
    [
        (["UPDATE customers_ledgerseal SET hash = sha256('x') WHERE seq = 3"], "altered"),
        (["UPDATE customers_ledgerseal SET digest = sha256('x') WHERE seq = 3"], "altered"),
        (["UPDATE customers_ledgerseal SET sealed_at = now() WHERE seq = 3"], "altered"),
        (["UPDATE customers_ledgerseal SET prev_hash = sha256('x') WHERE seq = 3"], "reordered"),
        (["DELETE FROM customers_ledgerseal WHERE seq = 1"], "missing"),
        (
            [
                "UPDATE customers_ledgerseal SET seq = 99 WHERE seq = 3",
                "UPDATE customers_ledgerseal SET seq = 3 WHERE seq = 4",
                "UPDATE customers_ledgerseal SET seq = 4 WHERE seq = 99",
            ],
            "reordered",
        ),
    ],
)
def test_a_seal_that_is_tampered_with_is_noticed(
    sealed: list[int], statements: list[str], kind: str
) -> None:
    tamper(*statements)
    assert first_broken()[0] == kind


def test_a_cut_off_end_is_noticed_by_what_was_kept_elsewhere(sealed: list[int]) -> None:
    printed = str(head())
    assert asked("--anchor", printed)[0] == 0
    tamper(
        f"DELETE FROM customers_consentevent WHERE id >= {sealed[4]}",
        "DELETE FROM customers_ledgerseal WHERE seq >= 5",
        "DELETE FROM customers_suppression WHERE reason = 'do_not_call'",
    )
    assert asked()[0] == 0
    code, words = asked("--anchor", printed)
    assert code == 1
    assert "its end was cut off" in words


def test_a_chain_that_was_made_anew_is_noticed_by_the_file_of_anchors(
    sealed: list[int], own_anchors: Path
) -> None:
    keep_anchor()
    assert asked()[0] == 0
    tamper(
        "UPDATE customers_consentevent SET words = 'Yes, call me'",
        "DELETE FROM customers_ledgerseal",
        "INSERT INTO customers_ledgerwaiting SELECT id, customers_ledger_digest(id, at,"
        " customer_id, address, channel, action, purpose, source, words, taken_by_id, said_at,"
        " corrects_id) FROM customers_consentevent",
    )
    seal_waiting()
    assert first_broken()[0] == "anchor"
    own_anchors.write_text("not an anchor\n")
    code, words = asked()
    assert code == 2
    assert "Line 1" in words


def test_from_a_seal_on_believes_what_is_before(sealed: list[int]) -> None:
    tamper(f"UPDATE customers_consentevent SET words = 'x' WHERE id = {sealed[1]}")
    assert asked()[0] == 1
    assert asked("--from", "3")[0] == 0
    tamper("UPDATE customers_ledgerseal SET hash = sha256('x') WHERE seq = 2")
    assert asked("--from", "3")[0] == 1


@pytest.mark.parametrize(
    "arguments",
    [["--from", "0"], ["--from", "99"], ["--anchor", "12"], ["--anchor", "1:" + "g" * 64]],
)
def test_wrong_questions_are_answered_in_words(sealed: list[int], arguments: list[str]) -> None:
    assert asked(*arguments)[0] == 2


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM customers_suppression WHERE reason = 'do_not_call' AND channel = 'text'",
        "DELETE FROM customers_suppression WHERE purpose = 'newsletter' AND channel = 'voice'",
        "INSERT INTO customers_suppression (address, channel, purpose, reason, since)"
        " VALUES ('mae@example.com', 'email', '', 'opted_out', now())",
        "UPDATE customers_suppression SET channel = 'push' WHERE channel = 'text'",
        "UPDATE customers_customer SET do_not_call = false",
    ],
)
def test_suppressions_that_do_not_follow_from_the_ledger_are_noticed(
    sealed: list[int], statement: str
) -> None:
    make_customer(mobile_number=NUMBER, do_not_call=True)
    assert asked()[0] == 0
    with connection.cursor() as cursor:
        cursor.execute(statement)
    assert first_broken() == ("suppression", None)
    assert NUMBER not in asked()[1]


WITH_A_DATE = """
INSERT INTO customers_consentevent (at, address, channel, action, purpose, source, words)
VALUES (now() + %s::interval, %s, 'text', 'given', '', 'portal', 'Yes')
"""


def written(shift: str) -> int:
    """By whoever may write lines, with another date than today's; the line's id."""
    with connection.cursor() as cursor:
        cursor.execute(WITH_A_DATE, [shift, NUMBER])
    return ConsentEvent.objects.latest("id").pk


@pytest.mark.parametrize(
    ("shift", "words"),
    [
        ("-1 year", "slipped in with an old date"),
        ("-7 hours", "slipped in with an old date"),
        ("2 hours", "slipped in with a date to come"),
    ],
)
def test_a_line_with_another_date_is_noticed_after_it_was_sealed_too(
    sealed: list[int], shift: str, words: str
) -> None:
    event_id = written(shift)
    seal_waiting()
    written("0")
    seal_waiting()
    assert first_broken() == ("inserted", event_id)
    assert words in asked()[1]
    assert NUMBER not in asked()[1]
    assert asked("--json")[1].count('"kind": "inserted"') == 2  # the first one, and the list


def test_a_line_with_a_date_to_come_is_noticed_while_it_waits(sealed: list[int]) -> None:
    assert (written("2 days"), "inserted") == first_broken()[::-1]


def test_lines_that_waited_long_for_their_seals_are_no_forgeries(sealed: list[int]) -> None:
    """Nobody sealed for a day: they are sealed late, and in the order in which they were written.
    A long transaction is sealed at its end."""
    reseal()
    for hours in (-30, -20, -10, -12):
        written(f"{hours} hours")
    seal_waiting(at_once=1)
    assert asked()[0] == 0


def test_a_clock_that_was_ahead_for_a_while_makes_no_forgeries_of_what_follows(
    sealed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    written("1 day")
    with monkeypatch.context() as clock:
        clock.setattr(timezone, "now", lambda: tomorrow)
        seal_waiting()
    for _ in range(2):
        written("0")
        seal_waiting()
    assert asked()[0] == 0
    late = written("-7 hours")
    seal_waiting()
    assert first_broken() == ("inserted", late)


def reseal() -> None:
    """The lines as if everything had happened two days ago."""
    tamper(
        "UPDATE customers_consentevent SET at = at - interval '2 days'",
        "DELETE FROM customers_ledgerseal",
        "DELETE FROM customers_ledgerwaiting",
        "INSERT INTO customers_ledgerwaiting SELECT id, customers_ledger_digest(id, at,"
        " customer_id, address, channel, action, purpose, source, words, taken_by_id, said_at,"
        " corrects_id) FROM customers_consentevent",
    )
    seal_waiting()


@pytest.mark.parametrize("moment", ["infinity", "-infinity", "0044-03-15 BC", "99999-01-01"])
@pytest.mark.parametrize("column", ["at", "said_at"])
def test_a_moment_outside_of_every_calendar_is_an_alteration_and_no_crash(
    sealed: list[int], moment: str, column: str
) -> None:
    tamper(f"UPDATE customers_consentevent SET {column} = '{moment}' WHERE id = {sealed[1]}")
    assert first_broken() == ("altered", sealed[1])
    tamper(f"UPDATE customers_ledgerseal SET sealed_at = '{moment}' WHERE seq = 1")
    assert first_broken() == ("altered", sealed[0])
