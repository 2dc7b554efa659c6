"""Turning an alert on for many accounts at once: see whom it reaches, do it, take it back.

One question decides both what the dry run shows and what is done, so the counts are the same as
long as nothing changes in between. Each channel of each account is decided by itself, by the first
reason that applies.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alerts.choices import EnrollmentState, LeftOut
from alerts.models import AlertType, Enrollment
from alerts.verification.double_opt_in import OPTED_IN
from alerts.verification.waiting import Asked, ask_many, withdraw_enrollment
from common.accounts import read_account
from common.choices import Channel, Purpose
from customers.addresses import hold_all_addresses
from customers.choices import ConsentSource, RecurringPayment

MOST_ACCOUNTS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """Which accounts: those to which all of this applies. What is empty does not matter."""

    recurring_payments: tuple[str, ...] = ()
    # How the account paid in the last 90 days: billing.choices.PaymentMethod.
    payment_methods: tuple[str, ...] = ()
    cycles: tuple[str, ...] = ()
    # None: everybody; else key accounts alone, or all others.
    key_accounts: bool | None = None
    # Account keys of a file (digits); an empty file reaches nobody.
    accounts: tuple[str, ...] | None = None

    @property
    def is_empty(self) -> bool:
        return self == Criteria()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Whom it reaches: accounts with at least one channel turned on, and by channel; and who is
    left out on a channel, by reason (`LeftOut`)."""

    accounts: int = 0
    channels: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, dict[str, int]] = field(default_factory=dict)
    unknown_accounts: int = 0


def read_accounts(cells: Iterable[str]) -> tuple[list[str], int]:
    """Account keys out of a file's column, each once; and how many cells held none."""
    keys: dict[str, None] = {}
    bad = 0
    for cell in cells:
        if not cell.strip():
            continue
        key = read_account(cell).account
        if key:
            keys[key] = None
        else:
            bad += 1
    return list(keys), bad


# One line an account and channel: the address that stands for it, and why it is left out or "".
# Email stands for both addresses: it is left out where none may be used.
_DECIDE = """
WITH chosen AS MATERIALIZED (
    SELECT a.id, a.key, a.separator, a.status, c.id AS customer_id, c.email_1, c.email_2,
        c.mobile_number, c.home_number,
        s.id AS subscription_id, s.text, s.email, s.voice, s.push
    FROM customers_account a
    JOIN customers_customer c ON c.id = a.customer_id
    LEFT JOIN alerts_subscription s ON s.account_id = a.id AND s.type_id = %(type)s
    WHERE (cardinality(%(recurring)s::text[]) = 0 OR a.recurring_payment = ANY(%(recurring)s))
        AND (cardinality(%(cycles)s::text[]) = 0 OR a.cycle = ANY(%(cycles)s))
        AND (%(key_accounts)s::boolean IS NULL OR c.is_key_account = %(key_accounts)s)
        AND (%(accounts)s::text[] IS NULL OR a.key = ANY(%(accounts)s))
        AND (cardinality(%(methods)s::text[]) = 0 OR EXISTS (
            SELECT FROM billing_payment p WHERE p.account_id = a.id
                AND p.at > now() - interval '90 days' AND p.method = ANY(%(methods)s)))
), way AS MATERIALIZED (
    SELECT x.id AS account_id, x.customer_id, x.status, w.channel, w.addresses,
        CASE WHEN x.subscription_id IS NULL THEN w.channel = ANY(%(starts)s::text[])
             ELSE w.is_on END AS is_on
    FROM chosen x CROSS JOIN LATERAL (VALUES
        ('email', array_remove(ARRAY[lower(x.email_1), lower(x.email_2)], ''), x.email),
        ('text', array_remove(ARRAY[x.mobile_number], ''), x.text),
        ('voice', array_remove(ARRAY[coalesce(nullif(x.home_number, ''), x.mobile_number)], ''),
            x.voice),
        ('push', ARRAY(SELECT 'device:' || d.id FROM customers_device d
            WHERE d.customer_id = x.customer_id AND d.enabled), x.push)
    ) AS w(channel, addresses, is_on)
    WHERE w.channel = ANY(%(channels)s::text[])
), judged AS MATERIALIZED (
    SELECT way.*, one.address, one.reason, one.agreed
    FROM way LEFT JOIN LATERAL (
        -- The best of the addresses: one that may be used, if there is any.
        SELECT address, refusal.reason, (way.channel NOT IN ('text', 'voice') OR EXISTS (
            SELECT FROM customers_consentevent e WHERE e.address = u.address
                AND e.channel = way.channel AND e.action IN ('given', 'granted')
                AND NOT EXISTS (
                    SELECT FROM customers_consentevent c WHERE c.corrects_id = e.id))) AS agreed
        FROM unnest(way.addresses) AS u(address)
        LEFT JOIN LATERAL (
            SELECT y.reason FROM customers_suppression y
            WHERE y.address = u.address AND y.channel = way.channel
                AND y.purpose IN ('', %(purpose)s)
            -- Do Not Call, then opted out, then a bad address; no YES yet is the least.
            ORDER BY y.reason = 'waiting_yes', y.reason = 'bad_address', y.reason = 'opted_out'
            LIMIT 1
        ) refusal ON true
        ORDER BY refusal.reason IS NOT NULL LIMIT 1
    ) one ON true
), decided AS MATERIALIZED (
    SELECT account_id, customer_id, channel, addresses, address, reason,
        CASE WHEN status = 'closed' THEN 'closed'
            WHEN is_on THEN 'already_on'
            WHEN address IS NULL THEN 'no_address'
            WHEN reason IS NOT NULL THEN reason
            WHEN NOT agreed THEN 'no_consent'
            WHEN %(must_ask)s AND channel = 'text' AND NOT {opted_in}
                THEN 'waiting_yes'
            ELSE '' END AS left_out
    FROM judged
)
""".replace("{opted_in}", OPTED_IN.format(number="judged.address"))
_COUNT = """
SELECT channel, left_out, count(*) FROM decided GROUP BY channel, left_out
UNION ALL
SELECT '', '', count(DISTINCT account_id) FROM decided WHERE left_out = ''
"""
# Those of whom a YES is asked first: their texts are turned on as well, and begin with it.
_TO_ASK = """
SELECT DISTINCT ON (d.address) d.address, c.id, c.language, c.time_zone
FROM decided d JOIN customers_customer c ON c.id = d.customer_id
WHERE d.left_out = 'waiting_yes' AND d.reason IS NULL
ORDER BY d.address, c.id
"""
_TURN_ON = """
, on_for AS (
    SELECT account_id, array_agg(channel) AS channels FROM decided
    WHERE left_out IN ('', 'waiting_yes') GROUP BY account_id
), kept AS (
    INSERT INTO alerts_enrolledsubscription
        (enrollment_id, account_id, channels, is_new, changed_before)
    SELECT %(enrollment)s, o.account_id, o.channels, s.id IS NULL, s.changed_at
    FROM on_for o LEFT JOIN alerts_subscription s
        ON s.account_id = o.account_id AND s.type_id = %(type)s
    RETURNING account_id
), agreed AS (
    INSERT INTO customers_consentevent
        (at, customer_id, address, channel, action, purpose, source, words, taken_by_id)
    SELECT %(now)s, d.customer_id, u.address, d.channel, 'granted', %(purpose)s, %(source)s,
        %(words)s, %(by)s
    FROM decided d, unnest(d.addresses) AS u(address)
    WHERE d.left_out = '' AND NOT EXISTS (
        SELECT FROM customers_suppression y WHERE y.address = u.address
            AND y.channel = d.channel AND y.purpose IN ('', %(purpose)s))
), known AS (
    UPDATE alerts_subscription s SET
        text = s.text OR 'text' = ANY(o.channels), email = s.email OR 'email' = ANY(o.channels),
        voice = s.voice OR 'voice' = ANY(o.channels), push = s.push OR 'push' = ANY(o.channels),
        changed_at = %(now)s
    FROM on_for o WHERE s.account_id = o.account_id AND s.type_id = %(type)s
)
INSERT INTO alerts_subscription (account_id, type_id, text, email, voice, push, changed_at)
SELECT o.account_id, %(type)s,
    'text' = ANY(o.channels || %(starts)s::text[]), 'email' = ANY(o.channels || %(starts)s::text[]),
    'voice' = ANY(o.channels || %(starts)s::text[]), 'push' = ANY(o.channels || %(starts)s::text[]),
    %(now)s
FROM on_for o
ON CONFLICT (account_id, type_id) DO NOTHING
"""


def dry_run(*, type: AlertType, channels: Sequence[Channel], criteria: Criteria) -> Reach:
    """Whom it would reach and who would be left out, why. Changes nothing."""
    _check(type, channels, criteria)
    with connection.cursor() as cursor:
        cursor.execute(_DECIDE + _COUNT, _params(type, channels, criteria))
        lines = cursor.fetchall()
    return _reach(lines, criteria)


@transaction.atomic
def enroll(
    *,
    type: AlertType,
    channels: Sequence[Channel],
    criteria: Criteria,
    by: AbstractBaseUser | None,
) -> Enrollment:
    """Turn it on, with a consent event for each address, and keep what is needed to take it back.

    Raises ValidationError (field → words).
    """
    _check(type, channels, criteria)
    now = timezone.now()
    enrollment = Enrollment.objects.create(
        type=type,
        channels=[str(channel) for channel in channels],
        criteria=asdict(criteria),
        created_by_id=by.pk if by else None,
    )
    params = {
        **_params(type, channels, criteria),
        "enrollment": enrollment.pk,
        "now": now,
        "source": ConsentSource.CSR.value,
        "words": _granted(enrollment),
        "by": by.pk if by else None,
    }
    if params["must_ask"]:
        # Before the table: a YES takes its number's lock first, then the subscriptions.
        hold_all_addresses()
    with connection.cursor() as cursor:
        # Nobody chooses between the question and its answer.
        cursor.execute("LOCK TABLE alerts_subscription IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(_DECIDE + _COUNT, params)
        reach = _reach(cursor.fetchall(), criteria)
        cursor.execute(_DECIDE + _TO_ASK, params)
        to_ask = [Asked(*row) for row in cursor.fetchall()]
        cursor.execute(_DECIDE + _TURN_ON, params)
    ask_many(
        asked=to_ask,
        source=ConsentSource.CSR,
        taken_by=by,
        why=_granted(enrollment),
        enrollment_id=enrollment.pk,
        now=now,
    )
    enrollment.reach = asdict(reach)
    enrollment.created_at = now
    enrollment.save(update_fields=["reach", "created_at"])
    return enrollment


_UNDO = """
WITH mine AS MATERIALIZED (
    SELECT e.account_id, e.channels, e.is_new, e.changed_before, s.id, a.customer_id
    FROM alerts_enrolledsubscription e
    JOIN alerts_subscription s ON s.account_id = e.account_id AND s.type_id = %(type)s
    JOIN customers_account a ON a.id = e.account_id
    -- Who chose since keeps what they chose.
    WHERE e.enrollment_id = %(enrollment)s AND s.changed_at = %(created)s
), gone AS (
    DELETE FROM alerts_subscription s USING mine WHERE s.id = mine.id AND mine.is_new
), back AS (
    UPDATE alerts_subscription s SET
        text = s.text AND NOT 'text' = ANY(mine.channels),
        email = s.email AND NOT 'email' = ANY(mine.channels),
        voice = s.voice AND NOT 'voice' = ANY(mine.channels),
        push = s.push AND NOT 'push' = ANY(mine.channels),
        changed_at = mine.changed_before
    FROM mine WHERE s.id = mine.id AND NOT mine.is_new
), said AS (
    INSERT INTO customers_consentevent
        (at, customer_id, address, channel, action, purpose, source, words, taken_by_id,
        corrects_id)
    SELECT %(now)s, e.customer_id, e.address, e.channel, 'undone', e.purpose, %(source)s,
        %(words)s, %(by)s, e.id
    FROM mine JOIN customers_consentevent e
        ON e.customer_id = mine.customer_id AND e.channel = ANY(mine.channels)
        AND e.at = %(created)s AND e.action = 'granted' AND e.words = %(granted)s
)
SELECT count(*) FROM mine
"""


@transaction.atomic
def take_back(*, enrollment: Enrollment, by: AbstractBaseUser | None) -> int:
    """As it was before, for every account whose member has not chosen since; returns for how many.

    The ledger, which only grows, gets a line for each consent that is taken back. It suppresses
    nothing: what the member agreed to otherwise stays.
    """
    locked = Enrollment.objects.select_for_update().select_related("type").get(pk=enrollment.pk)
    if locked.state == EnrollmentState.UNDONE:
        return 0
    now = timezone.now()
    granted = _granted(locked)
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE alerts_subscription IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(
            _UNDO,
            {
                "type": locked.type_id,
                "enrollment": locked.pk,
                "created": locked.created_at,
                "now": now,
                "source": ConsentSource.CSR.value,
                "granted": granted,
                "words": f"Taken back: {granted}",
                "by": by.pk if by else None,
            },
        )
        count = int(cursor.fetchone()[0])
    withdraw_enrollment(locked.pk)
    locked.state, locked.undone_at = EnrollmentState.UNDONE, now
    locked.undone_by_id = by.pk if by else None
    locked.save()
    enrollment.refresh_from_db()
    return count


def _granted(enrollment: Enrollment) -> str:
    """The words in the ledger; they do not change with the type's name."""
    return f"Bulk enrollment {enrollment.pk}: {enrollment.type.key}"


def _check(type: AlertType, channels: Sequence[Channel], criteria: Criteria) -> None:
    errors: dict[str, list[str]] = {}
    if not channels:
        errors["channels"] = [_("Choose at least one channel.")]
    elif extra := [channel for channel in channels if channel not in type.channels]:
        names = ", ".join(str(channel.label) for channel in extra)
        errors["channels"] = [_("This alert is not sent by %(names)s.") % {"names": names}]
    elif type.is_ebill and Channel.EMAIL in channels:
        errors["channels"] = [
            _("Who gets the ebill by email is chosen with the copies of the bill.")
        ]
    if criteria.is_empty:
        errors["criteria"] = [_("Say whom it is for: everybody is nobody's choice.")]
    if unknown := set(criteria.recurring_payments) - set(RecurringPayment.values):
        errors["recurring_payments"] = [
            _("Unknown: %(names)s.") % {"names": ", ".join(sorted(unknown))}
        ]
    if criteria.accounts is not None and len(criteria.accounts) > MOST_ACCOUNTS:
        errors["accounts"] = [
            _("At most %(most)s accounts at once.") % {"most": f"{MOST_ACCOUNTS:,}"}
        ]
    if errors:
        raise ValidationError(errors)


def _params(type: AlertType, channels: Sequence[Channel], criteria: Criteria) -> dict[str, Any]:
    return {
        "type": type.pk,
        "purpose": type.purpose,
        "must_ask": settings.SMS_DOUBLE_OPT_IN and type.purpose == Purpose.ACCOUNT,
        "starts": list(type.starts_with),
        "channels": [str(channel) for channel in channels],
        "recurring": list(criteria.recurring_payments),
        "methods": list(criteria.payment_methods),
        "cycles": list(criteria.cycles),
        "key_accounts": criteria.key_accounts,
        "accounts": None if criteria.accounts is None else list(criteria.accounts),
    }


def _reach(lines: Sequence[tuple[Any, ...]], criteria: Criteria) -> Reach:
    accounts, channels = 0, dict[str, int]()
    left_out: dict[str, dict[str, int]] = {}
    for channel, reason, count in lines:
        if not channel:
            accounts = count
        elif reason:
            left_out.setdefault(channel, {})[reason] = count
        else:
            channels[channel] = count
    return Reach(
        accounts=accounts,
        channels=channels,
        left_out=left_out,
        unknown_accounts=_unknown(criteria),
    )


def _unknown(criteria: Criteria) -> int:
    """How many accounts of the file are not ours (`LeftOut.UNKNOWN_ACCOUNT`)."""
    if not criteria.accounts:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM unnest(%s::text[]) AS given(key) WHERE NOT EXISTS "
            "(SELECT FROM customers_account a WHERE a.key = given.key)",
            [list(criteria.accounts)],
        )
        return int(cursor.fetchone()[0])


def reason_words(reason: str) -> str:
    return str(LeftOut(reason).label)
