"""Seals: every event gets one, in an order that holds, and no writer waits for it."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from common.choices import Channel
from customers import consent
from customers.choices import ConsentSource
from customers.ledger.chain import BEFORE_THE_FIRST, head, link, seal_waiting
from customers.ledger.digests import FIELDS, line_as_bytes, line_digest, microseconds
from customers.models import ConsentEvent, LedgerSeal, LedgerWaiting, Suppression

pytestmark = pytest.mark.django_db
NUMBER = "+14785550112"
OTHER = "+14785550113"
BOTH = (Channel.TEXT, Channel.VOICE)
MANY = """
INSERT INTO customers_consentevent (at, address, channel, action, purpose, source, words)
SELECT clock_timestamp(), 'member' || n || '@example.com', 'email', 'granted', 'account', 'csr',
    'on the phone' FROM generate_series(1, %s) AS n
"""


def stop(number: str = NUMBER) -> None:
    consent.opt_out(address=number, channels=BOTH, source=ConsentSource.TEXT_REPLY, words="STOP")


def write_many(count: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(MANY, [count])


def test_every_event_waits_from_its_own_transaction_on_and_is_sealed_once() -> None:
    stop()
    write_many(5)
    assert LedgerWaiting.objects.count() == ConsentEvent.objects.count() == 7
    assert seal_waiting() == 7
    assert not LedgerWaiting.objects.exists()
    seals = list(LedgerSeal.objects.order_by("seq"))
    assert [seal.seq for seal in seals] == list(range(1, 8))
    assert [seal.event_id for seal in seals] == list(
        ConsentEvent.objects.order_by("id").values_list("id", flat=True)
    )
    prev = BEFORE_THE_FIRST
    for seal in seals:
        assert bytes(seal.prev_hash) == prev
        prev = link(prev, seal.seq, seal.event_id, microseconds(seal.sealed_at), bytes(seal.digest))
        assert bytes(seal.hash) == prev
    assert str(head()) == f"7:{prev.hex()}"
    assert seal_waiting() == 0


def test_sealing_goes_on_where_it_ended_and_in_many_small_transactions() -> None:
    write_many(3)
    assert seal_waiting(at_once=2) == 3
    write_many(4)
    assert seal_waiting(at_once=3) == 4
    assert list(LedgerSeal.objects.values_list("seq", flat=True)) == list(range(1, 8))


def test_an_event_that_is_not_committed_leaves_nothing() -> None:
    with transaction.atomic():
        stop()
        transaction.set_rollback(True)
    assert not LedgerWaiting.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_stop_is_committed_and_sealed_while_a_bulk_enrollment_is_still_open() -> None:
    inserted, may_end = threading.Event(), threading.Event()
    failures: list[BaseException] = []

    def enroll() -> None:
        try:
            with transaction.atomic():
                write_many(20_000)
                inserted.set()
                assert may_end.wait(30)
        except BaseException as error:
            failures.append(error)
        finally:
            inserted.set()
            connection.close()

    bulk = threading.Thread(target=enroll)
    bulk.start()
    try:
        assert inserted.wait(30)
        with transaction.atomic(), connection.cursor() as cursor:
            # Whoever had to wait for the bulk would be refused.
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            stop()
        assert Suppression.objects.filter(address=NUMBER).count() == 2
        assert seal_waiting() == 2
    finally:
        may_end.set()
        bulk.join()
    assert failures == []
    stop(OTHER)
    assert seal_waiting(at_once=7_000) == 20_002
    sealed = list(LedgerSeal.objects.order_by("seq").values_list("event_id", flat=True))
    # The bulk's events have lower ids than the first STOP's, and a place after it.
    assert sealed[0] > sealed[2]
    assert sealed[2:] == sorted(sealed[2:])
    assert len(set(sealed)) == 20_004 == ConsentEvent.objects.count()
    call_command("verify_ledger")


@pytest.mark.django_db(transaction=True)
def test_two_sealers_at_once_make_one_chain() -> None:
    write_many(3_000)
    done: list[int] = []

    def seal() -> None:
        try:
            done.append(seal_waiting(at_once=100))
        finally:
            connection.close()

    threads = [threading.Thread(target=seal) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) + seal_waiting() == 3_000
    call_command("verify_ledger")


@pytest.mark.parametrize("table", ["consentevent", "ledgerseal", "ledgerwaiting"])
@pytest.mark.parametrize(
    "statement", ["TRUNCATE customers_{}", "TRUNCATE customers_{} CASCADE", "UPDATE", "DELETE"]
)
def test_the_database_refuses_whoever_asks(table: str, statement: str) -> None:
    stop()
    seal_waiting()
    stop(OTHER)
    if statement == "UPDATE":
        column = "words" if table == "consentevent" else "digest"
        statement = f"UPDATE customers_{table} SET {column} = {column}"
    elif statement == "DELETE":
        if table == "ledgerwaiting":
            return  # the sealer takes them from there; verify_ledger misses what nobody sealed
        statement = f"DELETE FROM customers_{table}"
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))
    assert ConsentEvent.objects.count() == 4
    assert LedgerSeal.objects.count() == LedgerWaiting.objects.count() == 2


def test_flush_empties_a_tests_database_and_leaves_the_refusal_in_place() -> None:
    stop()
    seal_waiting()
    call_command("flush", interactive=False, verbosity=0)
    assert not ConsentEvent.objects.exists()
    assert not LedgerSeal.objects.exists()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE customers_consentevent")


# ── digests ─────────────────────────────────────────────────────────────────────────────────
texts = st.text(
    st.characters(exclude_characters="\x00", codec="utf-8"), max_size=30
) | st.sampled_from(["", "~", "1:a", "2:é", "0:", "3:a~1", "ñ", "😀 STOP"])
moments = st.integers(-(10**15), 10**16).map(
    lambda since: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=since)
)
numbers = st.integers(min_value=1, max_value=2**63 - 1)
lines = st.tuples(
    numbers,
    moments,
    st.none() | numbers,
    *([texts] * 6),
    st.none() | numbers,
    st.none() | moments,
    st.none() | numbers,
)


@given(lines, lines)
@hypothesis_settings(max_examples=500, deadline=None)
def test_two_different_events_are_never_the_same_bytes(
    one: tuple[object, ...], other: tuple[object, ...]
) -> None:
    assert (line_as_bytes(one) == line_as_bytes(other)) is (one == other)


@given(st.data(), lines)
@hypothesis_settings(max_examples=300, deadline=None)
def test_what_moves_from_a_field_to_its_neighbor_is_another_event(
    data: st.DataObject, one: tuple[object, ...]
) -> None:
    place = data.draw(st.integers(3, 7))
    left, right = str(one[place]), str(one[place + 1])
    both = left + right
    cut = data.draw(st.integers(0, len(both)))
    other = (*one[:place], both[:cut], both[cut:], *one[place + 2 :])
    assert (line_as_bytes(one) == line_as_bytes(other)) is (one == other)


@given(lines)
@hypothesis_settings(max_examples=150, deadline=None)
def test_the_database_makes_the_same_digest(line: tuple[object, ...]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT customers_ledger_digest(%s::bigint, %s::timestamptz, %s::bigint, %s, %s, %s,"
            " %s, %s, %s, %s::bigint, %s::timestamptz, %s::bigint)",
            list(line),  # type: ignore[arg-type]
        )
        assert bytes(cursor.fetchone()[0]) == line_digest(line)


def test_the_digest_is_of_every_column() -> None:
    columns = {field.column for field in ConsentEvent._meta.concrete_fields}
    assert columns == set(FIELDS)


def test_microseconds_count() -> None:
    stop()
    event = ConsentEvent.objects.values_list(*FIELDS)[0]
    later = (event[0], event[1] + timedelta(microseconds=1), *event[2:])
    assert line_digest(event) != line_digest(later)
