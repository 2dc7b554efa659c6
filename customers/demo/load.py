"""The made-up members into the tables, by COPY."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from itertools import chain, islice
from random import Random
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from common.choices import Channel
from customers import consent_in_bulk
from customers.choices import ConsentSource
from customers.demo import words
from customers.demo.indexes import indexes_made_afterwards
from customers.demo.members import DemoMember, NumberPool, make_members
from customers.demo.sample_members import SAMPLE_NUMBERS, sample_members
from customers.models import Account, ConsentEvent, Customer, Device
from customers.time_zones import EASTERN

CHUNK = 20_000
MANY = 50_000
STATE = "GA"
_CUSTOMER_COLUMNS = (
    "id, number, name, first_name, last_name, email_1, email_2, home_number, mobile_number,"
    " do_not_call, language, time_zone, is_key_account, created_at, updated_at"
)
_ACCOUNT_COLUMNS = (
    "customer_id, separator, key, status, service_address, city, state, zip_code, meter, cycle,"
    " recurring_payment"
)
_DEVICE_COLUMNS = "customer_id, kind, name, token, p256dh, auth, enabled, created_at"
_GIVEN = """
INSERT INTO customers_consentevent
    (at, customer_id, address, channel, action, purpose, source, words)
SELECT created_at, id, mobile_number, channel, 'given', '', 'billing',
    'Mobile number in the billing system''s file members.csv'
FROM customers_customer, unnest(ARRAY['text', 'voice']) AS channel
WHERE id >= %s AND mobile_number <> ''
"""


def load_members(*, count: int, seed: int, progress: Callable[[int], None] | None = None) -> int:
    """Add `count` members, among them those of the sample file where they are not there yet.

    The same seed on an empty database makes the same members. All or nothing; returns how many.
    """
    rng = Random(seed)  # noqa: S311  (a demonstration's)
    with transaction.atomic():
        members = list(islice(_missing_samples(), count))
        numbers = NumberPool(wanted=int(count * 1.3), rng=rng, reserved=SAMPLE_NUMBERS)
        emails = Counter(member.email_1.partition("@")[0] for member in sample_members())
        made = make_members(
            count=count - len(members),
            first_number=_first_number(),
            rng=rng,
            numbers=numbers,
            taken_emails=emails,
        )
        first_id = _reserve_ids(count)
        unreachable: list[str] = []
        refusing: list[str] = []
        done = 0
        with _indexes(count):
            for chunk in _chunks(chain(members, _noting(made, rng, unreachable, refusing))):
                _copy(chunk, first_id + done)
                done += len(chunk)
                if progress:
                    progress(done)
            with connection.cursor() as cursor:
                cursor.execute(_GIVEN, [first_id])
        _refuse_and_break(rng, numbers.taken, refusing=refusing, unreachable=unreachable)
        # A number that was silent before they came.
        consent_in_bulk.flags_follow_numbers(range(first_id, first_id + done))
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE customers_customer, customers_account, customers_device,"
            " customers_consentevent, customers_suppression"
        )
    return done


def _indexes(count: int) -> AbstractContextManager[None]:
    """For many members into empty tables it pays to make the indexes afterwards."""
    if count < MANY or Customer.objects.exists():
        return nullcontext()
    return indexes_made_afterwards(
        [model._meta.db_table for model in (Customer, Account, ConsentEvent)]
    )


def _missing_samples() -> Iterator[DemoMember]:
    there = set(
        Customer.objects.filter(
            number__in=[member.number for member in sample_members()]
        ).values_list("number", flat=True)
    )
    return (member for member in sample_members() if member.number not in there)


def _first_number() -> int:
    """After the sample's and everybody's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(number::bigint) FROM customers_customer WHERE number ~ '^[0-9]{1,9}$'"
        )
        (highest,) = cursor.fetchone()
    return max(163_000, (highest or 0) + 1)


def _reserve_ids(count: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(sequence, nextval(sequence) + %s) - %s FROM"
            " (SELECT pg_get_serial_sequence('customers_customer', 'id')) AS it (sequence)",
            [count, count],
        )
        return int(cursor.fetchone()[0])


def _noting(
    members: Iterable[DemoMember], rng: Random, unreachable: list[str], refusing: list[str]
) -> Iterator[DemoMember]:
    """Pass the members on, and note whose Email 1 bounces and who refused emails."""
    for member in members:
        draw = rng.random()
        if member.email_1 and draw < 0.015:
            unreachable.append(member.email_1)
        elif member.email_1 and draw < 0.025:
            refusing.append(member.email_1)
        yield member


def _refuse_and_break(
    rng: Random, numbers: list[str], *, refusing: list[str], unreachable: list[str]
) -> None:
    """Some Do Not Call, some opted out, some addresses bad. By number rather than by member: where
    a number is shared by many, all of them share its state."""
    held = sorted(set(numbers))
    several = rng.sample(held, len(held) // 20)
    silent, stopped = several[0::5], several[1::5] + several[2::5]
    deaf = several[3::5]
    consent_in_bulk.do_not_call_many(
        numbers=silent,
        source=ConsentSource.PHONE,
        words="Asked us not to text or call this number.",
    )
    for start, said in enumerate(words.STOP_WORDS):
        consent_in_bulk.opt_out_many(
            addresses=stopped[start :: len(words.STOP_WORDS)],
            channels=[Channel.TEXT, Channel.VOICE],
            source=ConsentSource.TEXT_REPLY,
            words=said,
        )
    consent_in_bulk.mark_bad_many(
        addresses=deaf,
        channel=Channel.TEXT,
        source=ConsentSource.PROVIDER,
        words="30006 A landline, or a number that texts can't reach. Offer voice.",
    )
    consent_in_bulk.opt_out_many(
        addresses=refusing,
        channels=[Channel.EMAIL],
        source=ConsentSource.LETTER,
        words="Please stop sending me emails.",
    )
    consent_in_bulk.mark_bad_many(
        addresses=unreachable,
        channel=Channel.EMAIL,
        source=ConsentSource.PROVIDER,
        words="5.1.1 Recipient address rejected: user unknown",
    )


def _chunks(members: Iterable[DemoMember]) -> Iterator[list[DemoMember]]:
    source = iter(members)
    while chunk := list(islice(source, CHUNK)):
        yield chunk


def _copy(members: list[DemoMember], first_id: int) -> None:
    now = timezone.now()
    numbered = list(enumerate(members, first_id))
    _copy_rows(
        Customer._meta.db_table,
        _CUSTOMER_COLUMNS,
        (
            (
                pk,
                member.number,
                member.name,
                member.first_name,
                member.last_name,
                member.email_1,
                member.email_2,
                member.home_number,
                member.mobile_number,
                False,
                member.language.value,
                EASTERN,
                member.is_key_account,
                now,
                now,
            )
            for pk, member in numbered
        ),
    )
    _copy_rows(
        Account._meta.db_table,
        _ACCOUNT_COLUMNS,
        (
            (
                pk,
                account.separator,
                member.number + account.separator,
                account.status.value,
                account.service_address,
                account.city,
                STATE,
                account.zip_code,
                account.meter,
                account.cycle,
                account.recurring_payment.value,
            )
            for pk, member in numbered
            for account in member.accounts
        ),
    )
    _copy_rows(
        Device._meta.db_table,
        _DEVICE_COLUMNS,
        (
            (pk, device.kind.value, *device[1:], True, now)
            for pk, member in numbered
            for device in member.devices
        ),
    )


def _copy_rows(table: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)
