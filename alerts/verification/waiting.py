"""Numbers that wait for a YES: asked by the thousand, reminded once, given up after some days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction
from django.utils import timezone

from alerts.verification.choices import OptInState
from alerts.verification.double_opt_in import BATCH, PURPOSE
from alerts.verification.models import OptIn
from alerts.verification.words import Note, content_of
from common.choices import Channel, Language
from customers.addresses import hold_all_addresses
from customers.choices import ConsentSource, SuppressionReason
from delivery.batches import standing_batch
from delivery.choices import Lane
from delivery.outbox import NewMessage, enqueue_many
from delivery.selectors import default_sender

_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A number to be asked, and whose it is."""

    number: str
    customer_id: int
    language: str
    time_zone: str


_ASK = """
WITH given AS MATERIALIZED (
    SELECT * FROM unnest(%(numbers)s::text[], %(customers)s::bigint[], %(words)s::text[])
        AS one(number, customer_id, words)
), fresh AS (
    INSERT INTO alerts_verification_optin
        (number, customer_id, source, asked_by_id, words, enrollment_id, state, asked_at,
         turned_off)
    SELECT number, customer_id, %(source)s, %(by)s, words, %(enrollment)s, 'waiting', %(now)s, '{}'
    FROM given
    ON CONFLICT (number) WHERE state = 'waiting' DO NOTHING
    RETURNING id, number, customer_id, words
), off AS (
    INSERT INTO customers_suppression (address, channel, purpose, reason, since)
    SELECT number, 'text', %(purpose)s, %(reason)s, %(now)s FROM fresh
    ON CONFLICT (address, channel, purpose, reason) DO NOTHING
), said AS (
    INSERT INTO customers_consentevent
        (at, customer_id, address, channel, action, purpose, source, words, taken_by_id)
    SELECT %(now)s, customer_id, number, 'text', 'asked', %(purpose)s, %(source)s,
        %(why)s || ' → ' || words, %(by)s
    FROM fresh
)
SELECT id, number FROM fresh
"""


@transaction.atomic
def ask_many(
    *,
    asked: Iterable[Asked],
    source: ConsentSource,
    taken_by: AbstractBaseUser | None,
    why: str,
    enrollment_id: int | None,
    now: datetime,
) -> int:
    """As `double_opt_in.ask` for many numbers, set-based; returns how many were not asked before.

    Nobody of them waits for it, so it goes in bulk, and keeps to the hours (RULES 9).
    """
    by_number = {one.number: one for one in asked}
    if not by_number:
        return 0
    hold_all_addresses()
    contents = {language: content_of(Note.ASK, language) for language in Language}
    rows = list(by_number.values())
    with connection.cursor() as cursor:
        cursor.execute(
            _ASK,
            {
                "numbers": [one.number for one in rows],
                "customers": [one.customer_id for one in rows],
                "words": [contents[_language(one.language)].body for one in rows],
                "source": source.value,
                "by": taken_by.pk if taken_by else None,
                "enrollment": enrollment_id,
                "now": now,
                "purpose": PURPOSE.value,
                "reason": SuppressionReason.WAITING_YES.value,
                "why": why,
            },
        )
        fresh = dict(cursor.fetchall())
    batch, sender = standing_batch(BATCH), default_sender(Channel.TEXT)
    enqueue_many(
        NewMessage(
            cause=f"opt-in:{pk}",
            batch=batch,
            content=contents[_language(by_number[number].language)],
            sender=sender,
            address=number,
            lane=Lane.BULK,
            customer_id=by_number[number].customer_id,
            time_zone=by_number[number].time_zone,
        )
        for pk, number in fresh.items()
    )
    return len(fresh)


# Not to those who refused meanwhile, nor where no text is wanted any more.
_TO_REMIND = """
SELECT o.id, o.number, o.customer_id, coalesce(c.language, 'en'), coalesce(c.time_zone, '')
FROM alerts_verification_optin o
LEFT JOIN customers_customer c ON c.id = o.customer_id
WHERE o.state = 'waiting' AND o.reminded_at IS NULL AND o.asked_at <= %(asked_before)s
    AND NOT EXISTS (
        SELECT FROM customers_suppression s WHERE s.address = o.number AND s.channel = 'text'
            AND s.purpose IN ('', 'verification'))
    AND EXISTS (
        SELECT FROM customers_customer h
        JOIN customers_account a ON a.customer_id = h.id
        JOIN alerts_subscription s ON s.account_id = a.id AND s.text
        JOIN alerts_alerttype t ON t.id = s.type_id AND t.purpose = %(purpose)s
        WHERE h.mobile_number = o.number)
ORDER BY o.id LIMIT %(most)s FOR UPDATE OF o SKIP LOCKED
"""


@transaction.atomic
def remind(*, now: datetime | None = None) -> int:
    """Ask a second and last time those who did not answer. Returns how many."""
    now = now or timezone.now()
    before = now - timedelta(days=settings.SMS_OPT_IN_REMIND_DAYS)
    with connection.cursor() as cursor:
        cursor.execute(
            _TO_REMIND, {"asked_before": before, "purpose": PURPOSE.value, "most": _AT_ONCE}
        )
        rows = cursor.fetchall()
    if not rows:
        return 0
    contents = {language: content_of(Note.REMIND, language) for language in Language}
    batch, sender = standing_batch(BATCH), default_sender(Channel.TEXT)
    enqueue_many(
        NewMessage(
            cause=f"opt-in:{pk}:reminder",
            batch=batch,
            content=contents[_language(language)],
            sender=sender,
            address=number,
            lane=Lane.BULK,
            customer_id=customer_id,
            time_zone=zone,
        )
        for pk, number, customer_id, language, zone in rows
    )
    OptIn.objects.filter(pk__in=[row[0] for row in rows]).update(reminded_at=now)
    return len(rows)


_EXPIRE = """
WITH over AS MATERIALIZED (
    SELECT id, number FROM alerts_verification_optin
    WHERE state = 'waiting' AND asked_at <= %(asked_before)s
    ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED
), off AS (
    UPDATE alerts_subscription s SET text = false, changed_at = %(now)s
    FROM over, customers_customer c, customers_account a, alerts_alerttype t
    WHERE c.mobile_number = over.number AND a.customer_id = c.id AND s.account_id = a.id
        AND s.text AND t.id = s.type_id AND t.purpose = %(purpose)s
    RETURNING over.id, s.id AS subscription_id
)
UPDATE alerts_verification_optin o SET state = 'expired', expired_at = %(now)s,
    turned_off = ARRAY(SELECT off.subscription_id FROM off WHERE off.id = o.id)
FROM over WHERE o.id = over.id
"""


@transaction.atomic
def expire(*, now: datetime | None = None) -> int:
    """Give up on those who did not answer: their texts are turned off. Returns how many.

    A YES that comes later still counts, and turns on again what nobody changed since.
    """
    now = now or timezone.now()
    before = now - timedelta(days=settings.SMS_OPT_IN_EXPIRE_DAYS)
    with connection.cursor() as cursor:
        cursor.execute(
            _EXPIRE,
            {"asked_before": before, "now": now, "purpose": PURPOSE.value, "most": _AT_ONCE},
        )
        return int(cursor.rowcount)


def withdraw_enrollment(enrollment_id: int) -> int:
    """An enrollment was taken back: whom it asked is not reminded. A YES still counts."""
    return OptIn.objects.filter(enrollment_id=enrollment_id, state=OptInState.WAITING).update(
        state=OptInState.WITHDRAWN
    )


def _language(code: str) -> Language:
    return Language.SPANISH if code == Language.SPANISH else Language.ENGLISH
