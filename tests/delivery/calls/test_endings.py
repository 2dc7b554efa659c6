"""How calls end, and which ends ring again: told twice, late, early, or to a process that died."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from django.utils import timezone

from common.choices import Channel, Purpose
from customers.models import Suppression
from delivery.batches import batch_cancel, batch_counts, batch_retry_failed
from delivery.calls.again import AGAIN, REASONS, STATUS_AT_LAST
from delivery.calls.endings import Call, take_ending
from delivery.calls.models import CallAttempt, Ending
from delivery.choices import Status
from delivery.claims import Claimed, Cursor, claim, open_batches
from delivery.database import connect
from delivery.doubts import resolve_doubts
from delivery.models import Message
from delivery.providers.base import Outcome
from delivery.results import record
from delivery.statuses import FORWARD
from tests.delivery.calls.making import (
    PROVIDER,
    drain_calls,
    end_call,
    endings_of,
    place_call,
    queue_call,
    ring_again,
)
from tests.delivery.making import Script

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _any_hour(settings: Any) -> None:
    settings.QUIET_HOURS_EXEMPT_PURPOSES = list(Purpose.values)
    settings.CALLS_WITHOUT_CONSENT = 100


def test_the_tables_know_each_end() -> None:
    ends = set(Ending) - {Ending.NOT_PLACED}
    assert set(STATUS_AT_LAST) == set(REASONS) == ends
    # A message may go from "sent" to whatever an end makes of it.
    assert {*STATUS_AT_LAST.values(), Status.QUEUED} <= FORWARD[Status.SENT]


@pytest.mark.parametrize(
    ("ending", "status", "code"),
    [
        (Ending.ANSWERED, Status.DELIVERED, ""),
        (Ending.MACHINE, Status.DELIVERED, "machine"),
        (Ending.CANCELED, Status.FAILED, "canceled"),
        (Ending.FAX, Status.FAILED, "fax"),
        (Ending.NOBODY, Status.BOUNCED, "nobody"),
    ],
)
def test_an_end_that_settles_its_message(ending: Ending, status: Status, code: str) -> None:
    message = end_call(place_call(), ending)
    assert (message.status, message.code, message.reason) == (status, code, REASONS[ending])
    assert endings_of(message) == [ending]
    assert Suppression.objects.filter(channel=Channel.VOICE).exists() == (ending == Ending.NOBODY)


@pytest.mark.parametrize(("ending", "minutes"), [("busy", 5), ("no_answer", 30), ("failed", 15)])
def test_an_end_that_rings_again(ending: str, minutes: int) -> None:
    before = timezone.now()
    message = end_call(place_call(), Ending(ending))
    assert message.status == Status.QUEUED
    assert message.provider_id == ""
    assert message.reason == REASONS[ending]
    wait = message.due_at - before
    assert timedelta(minutes=minutes) <= wait < timedelta(minutes=minutes, seconds=30)
    assert not drain_calls().handed
    message = end_call(ring_again(message), Ending.ANSWERED)
    assert message.status == Status.DELIVERED
    assert endings_of(message) == [ending, "answered"]
    assert batch_counts(message.batch) == {"voice": {"delivered": 1}}


def test_each_end_has_its_number_of_calls_and_the_message_its_own() -> None:
    """Busy: four calls are the most that a message makes; failed: once more."""
    message = place_call()
    for _ in range(3):
        assert end_call(message, Ending.BUSY).status == Status.QUEUED
        ring_again(message)
    message = end_call(message, Ending.BUSY)
    assert (message.status, message.code) == (Status.FAILED, "busy")
    assert endings_of(message) == ["busy"] * 4

    other = end_call(place_call(cause="other"), Ending.FAILED)
    assert end_call(ring_again(other), Ending.FAILED).status == Status.FAILED
    mixed = place_call(cause="mixed")
    for ending in ("failed", "busy", "no_answer"):
        assert end_call(mixed, Ending(ending)).status == Status.QUEUED
        ring_again(mixed)
    assert end_call(mixed, Ending.NO_ANSWER).status == Status.FAILED


def test_the_number_of_calls_is_a_setting(settings: Any) -> None:
    settings.CALLS_OF_A_MESSAGE = 1
    assert end_call(place_call(), Ending.BUSY).status == Status.FAILED


def test_a_person_who_retries_the_failed_begins_anew(settings: Any) -> None:
    settings.CALLS_OF_A_MESSAGE = 2
    message = end_call(place_call(), Ending.BUSY)
    message = end_call(ring_again(message), Ending.BUSY)
    assert message.status == Status.FAILED
    assert batch_retry_failed(message.batch) == 1
    message = end_call(ring_again(message), Ending.BUSY)
    assert message.status == Status.QUEUED
    assert endings_of(message) == ["busy"] * 3


def test_nobody_is_called_again_about_what_is_old() -> None:
    """News of an outage is worth four hours, from the first call on."""
    message = place_call(purpose=Purpose.OUTAGE)
    old = timezone.now() - timedelta(hours=3, minutes=40)
    CallAttempt.objects.update(at=old)
    assert end_call(message, Ending.NO_ANSWER).status == Status.FAILED
    again = place_call(cause="again", purpose=Purpose.OUTAGE)
    CallAttempt.objects.filter(message_id=again.pk).update(at=old)
    assert end_call(again, Ending.BUSY).status == Status.QUEUED


def test_a_call_of_a_cancelled_batch_is_not_made_again() -> None:
    message = place_call()
    batch_cancel(message.batch)
    assert end_call(message, Ending.BUSY).status == Status.FAILED


def test_the_same_end_told_twice_rings_once() -> None:
    message = end_call(place_call(), Ending.BUSY)
    due = message.due_at
    for ending in (Ending.BUSY, Ending.ANSWERED, Ending.NO_ANSWER):
        message = end_call(message, ending, claim=1)
        assert (message.status, message.due_at) == (Status.QUEUED, due)
    assert endings_of(message) == ["busy"]


def test_a_late_word_on_the_first_call_does_not_disturb_the_second() -> None:
    message = ring_again(end_call(place_call(), Ending.BUSY))
    second = CallAttempt.objects.latest("claim")
    assert message.provider_id == second.provider_id != ""
    for ending in Ending:
        message = end_call(message, ending, claim=1)
        assert (message.status, message.provider_id) == (Status.SENT, second.provider_id)
    assert not Suppression.objects.exists()
    assert end_call(message, Ending.ANSWERED).status == Status.DELIVERED


def test_three_calls_whose_words_come_in_any_order_end_as_the_last_one_did() -> None:
    for n, order in enumerate(permutations(range(3))):
        message = place_call(cause=f"order{n}")
        for _ in range(2):
            message = ring_again(end_call(message, Ending.BUSY))
        claims = list(
            CallAttempt.objects.filter(message_id=message.pk)
            .order_by("claim")
            .values_list("claim", flat=True)
        )
        words = [Ending.NO_ANSWER, Ending.FAILED, Ending.ANSWERED]
        for index in order:
            message = end_call(message, words[index], claim=claims[index])
        assert message.status == Status.DELIVERED
        assert endings_of(message) == ["busy", "busy", "answered"]


def claim_call() -> list[Claimed]:
    with connect() as db, db.transaction():
        message = Message.objects.get()
        claimed, _seen = claim(
            db,
            sender_id=message.sender_id,
            channel=Channel.VOICE,
            lane=message.lane,  # type: ignore[arg-type]
            batch_id=open_batches(db)[0],
            cursor=Cursor(),
            limit=10,
            provider=PROVIDER,
        )
    return claimed


def test_an_end_that_overtakes_the_hand_over_is_not_undone_by_it() -> None:
    """The line was busy before the drain could record that the call was placed."""
    message = queue_call()
    claimed = claim_call()
    assert take_ending(call=Call(PROVIDER, "CA1", message.key, 1), ending=Ending.BUSY)
    with connect() as db, db.transaction():
        record(db, PROVIDER, claimed, [Outcome(Status.SENT, provider_id="CA1")])
    message.refresh_from_db()
    assert (message.status, message.attempts) == (Status.QUEUED, 1)
    assert CallAttempt.objects.get().provider_id == "CA1"
    message = end_call(ring_again(message), Ending.ANSWERED)
    assert (message.status, endings_of(message)) == (Status.DELIVERED, ["busy", "answered"])


def test_an_answer_that_overtakes_the_hand_over_stays() -> None:
    message = queue_call()
    claimed = claim_call()
    assert take_ending(call=Call(PROVIDER, "CA1", message.key, 1), ending=Ending.ANSWERED)
    with connect() as db, db.transaction():
        record(db, PROVIDER, claimed, [Outcome(Status.SENT, provider_id="CA1")])
    message.refresh_from_db()
    assert (message.status, message.provider_id) == (Status.DELIVERED, "CA1")


@pytest.mark.parametrize("ending", ["busy", "answered"])
def test_a_word_on_a_call_whose_process_died_settles_it(ending: str) -> None:
    message = queue_call()
    claim_call()
    Message.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    take_ending(call=Call(PROVIDER, "CA1", message.key, 1), ending=Ending(ending))
    assert resolve_doubts() == 0
    message.refresh_from_db()
    assert message.status == (Status.DELIVERED if ending == "answered" else Status.QUEUED)


def test_a_call_that_the_provider_refused_rang_nowhere() -> None:
    message = queue_call()
    drain_calls(Script(lambda m: Outcome(Status.QUEUED, code="429"), channel=Channel.VOICE))
    assert endings_of(message) == ["not_placed"]
    ring_again(message)
    assert endings_of(message) == ["not_placed", ""]


def test_a_call_in_doubt_counts_as_one() -> None:
    message = queue_call()
    drain_calls(Script(lambda m: Outcome(Status.UNKNOWN), channel=Channel.VOICE))
    assert endings_of(message) == [""]


def test_a_word_on_a_call_that_is_not_ours_is_not_taken() -> None:
    place_call()
    assert not take_ending(call=Call("other", "CA9"), ending=Ending.BUSY)
    assert Message.objects.get().status == Status.SENT


def test_a_call_that_was_placed_before_attempts_were_kept_has_its_end_too() -> None:
    message = place_call()
    CallAttempt.objects.all().delete()
    assert take_ending(call=Call(PROVIDER, message.provider_id), ending=Ending.BUSY)
    message.refresh_from_db()
    assert message.status == Status.QUEUED
    assert endings_of(message) == ["busy"]


def test_a_busy_line_at_night_rings_in_the_morning(settings: Any) -> None:
    message = place_call()
    settings.QUIET_HOURS_EXEMPT_PURPOSES = []
    now = timezone.now()
    # A zone in which it is ten at night, or so.
    offset = (22 - now.hour + 12) % 24 - 12
    Message.objects.update(time_zone=f"Etc/GMT{-offset:+d}")
    message = end_call(message, Ending.BUSY)
    assert message.status == Status.QUEUED
    assert timedelta(hours=8) < message.due_at - now < timedelta(hours=11)


def test_what_is_told_again_is_in_the_table() -> None:
    assert {ending: again.most for ending, again in AGAIN.items()} == {
        "busy": 3,
        "no_answer": 3,
        "failed": 1,
    }
