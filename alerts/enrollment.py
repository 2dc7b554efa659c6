"""Turning an alert on for many accounts at once: see whom it reaches, do it, take it back.

One question decides both what the dry run shows and what is done, so the counts are the same as
long as nothing changes in between. Each channel of each account is decided by itself, by the first
reason that applies.

All three go by steps of some thousands of accounts, each committed with the place it came to: no
lock is held for long, and a worker that is lost is followed by one that goes on there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from time import monotonic
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alerts.choices import EnrollmentState, LeftOut
from alerts.enrollment_sql import COUNT, DECIDE, TO_ASK, TURN_ON, UNDO
from alerts.models import AccountList, AlertType, Enrollment
from alerts.verification.waiting import Asked, ask_many, withdraw_enrollment
from common.accounts import read_account
from common.choices import Channel, Purpose
from common.hints import hint
from customers.addresses import hold_all_addresses
from customers.choices import ConsentSource, RecurringPayment
from customers.models import Account
from customers.selectors import last_of_next_accounts

MOST_ACCOUNTS = 1_000_000
ACCOUNTS_AT_ONCE = 10_000
ENROLLMENT_TASK = "alerts.enrollment"
AT_WORK = (EnrollmentState.CHECKING, EnrollmentState.APPLYING, EnrollmentState.UNDOING)
_THEN = {
    EnrollmentState.CHECKING: EnrollmentState.CHECKED,
    EnrollmentState.APPLYING: EnrollmentState.APPLIED,
    EnrollmentState.UNDOING: EnrollmentState.UNDONE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """Which accounts: those to which all of this applies. What is empty does not matter."""

    recurring_payments: tuple[str, ...] = ()
    # How the account paid in the last 90 days: billing.choices.PaymentMethod.
    payment_methods: tuple[str, ...] = ()
    cycles: tuple[str, ...] = ()
    # None: everybody; else key accounts alone, or all others.
    key_accounts: bool | None = None
    # Account keys (digits); an empty list reaches nobody.
    accounts: tuple[str, ...] | None = None
    # The same where there are many: an AccountList, and how many it holds.
    account_list: int | None = None
    account_count: int = 0

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


@transaction.atomic
def account_list_make(*, keys: Sequence[str], by: AbstractBaseUser | None) -> AccountList:
    """Keep a list of account keys, and which accounts of ours they are."""
    listed = AccountList.objects.create(
        keys=list(keys), count=len(keys), created_by_id=by.pk if by else None
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO alerts_listedaccount (list_id, account_id) "
            "SELECT %(list)s, a.id FROM unnest(%(keys)s::text[]) AS given(key) "
            "JOIN customers_account a ON a.key = given.key ON CONFLICT DO NOTHING",
            {"list": listed.pk, "keys": listed.keys},
        )
        listed.unknown = listed.count - cursor.rowcount
    listed.save(update_fields=["unknown"])
    return listed


def dry_run(*, type: AlertType, channels: Sequence[Channel], criteria: Criteria) -> Reach:
    """Whom it would reach and who would be left out, why. Changes nothing."""
    _check(type, channels, criteria)
    params = _params(type, channels, criteria)
    reach, after = Reach(unknown_accounts=_unknown(criteria)), 0
    while (through := last_of_next_accounts(after=after, most=ACCOUNTS_AT_ONCE)) is not None:
        reach = _more(reach, _count({**params, "after": after, "through": through}))
        after = through
    return reach


@transaction.atomic
def propose(
    *,
    type: AlertType,
    channels: Sequence[Channel],
    criteria: Criteria,
    by: AbstractBaseUser | None,
) -> Enrollment:
    """Ask a worker for the dry run. Raises ValidationError (field → words)."""
    enrollment = _new(EnrollmentState.CHECKING, type, channels, criteria, by)
    _ask(enrollment)
    return enrollment


@transaction.atomic
def apply(*, enrollment: Enrollment, by: AbstractBaseUser | None) -> bool:
    """Have it turned on. False where that is not what comes next."""
    locked = Enrollment.objects.select_for_update().get(pk=enrollment.pk)
    if locked.state != EnrollmentState.CHECKED:
        return False
    _begin(locked, EnrollmentState.APPLYING)
    locked.created_at = timezone.now()
    locked.created_by_id = by.pk if by else None
    locked.reach = asdict(Reach(unknown_accounts=locked.reach.get("unknown_accounts", 0)))
    locked.save()
    _ask(locked)
    return True


@transaction.atomic
def take_back_later(*, enrollment: Enrollment, by: AbstractBaseUser | None) -> bool:
    """Have it taken back. False where it is not on, or is being taken back already."""
    begun = _begin_undo(enrollment, by)
    if begun:
        _ask(enrollment)
    return begun


@transaction.atomic
def discard(*, enrollment: Enrollment) -> bool:
    """Forget one that was only looked at."""
    locked = Enrollment.objects.select_for_update().get(pk=enrollment.pk)
    if locked.state not in (EnrollmentState.CHECKING, EnrollmentState.CHECKED):
        return False
    locked.delete()
    return True


def enroll(
    *,
    type: AlertType,
    channels: Sequence[Channel],
    criteria: Criteria,
    by: AbstractBaseUser | None,
) -> Enrollment:
    """Turn it on here and now, with a consent event for each address, and keep what is needed to
    take it back. Raises ValidationError (field → words)."""
    enrollment = _new(EnrollmentState.APPLYING, type, channels, criteria, by)
    work(enrollment.pk)
    enrollment.refresh_from_db()
    return enrollment


def take_back(*, enrollment: Enrollment, by: AbstractBaseUser | None) -> int:
    """As it was before, for every account whose member has not chosen since; returns for how many.

    The ledger, which only grows, gets a line for each consent that is taken back. It suppresses
    nothing: what the member agreed to otherwise stays.
    """
    if not _begin_undo(enrollment, by):
        return 0
    work(enrollment.pk)
    enrollment.refresh_from_db()
    return enrollment.taken_back


def work(enrollment_id: int, *, seconds: float | None = None) -> bool:
    """Go on with what its state asks for. True where the time was up before the end."""
    began = monotonic()
    while _step(enrollment_id):
        if seconds is not None and monotonic() - began > seconds:
            return True
    return False


def ask_again() -> None:
    """By beat: those that wait for a worker. One that somebody is at is left alone there."""
    for pk in Enrollment.objects.filter(state__in=AT_WORK).values_list("pk", flat=True):
        hint(ENROLLMENT_TASK, pk, queue="work")


def share_done(enrollment: Enrollment) -> float:
    """0 to 1, by the accounts that were looked at."""
    last = Account.objects.order_by("-pk").values_list("pk", flat=True).first() or 1
    return min(1.0, enrollment.through_account / last)


def _new(
    state: EnrollmentState,
    type: AlertType,
    channels: Sequence[Channel],
    criteria: Criteria,
    by: AbstractBaseUser | None,
) -> Enrollment:
    _check(type, channels, criteria)
    return Enrollment.objects.create(
        type=type,
        channels=[str(channel) for channel in channels],
        criteria=asdict(criteria),
        account_list_id=criteria.account_list,
        reach=asdict(Reach(unknown_accounts=_unknown(criteria))),
        state=state,
        created_at=timezone.now(),
        created_by_id=by.pk if by else None,
    )


def _begin(enrollment: Enrollment, state: EnrollmentState) -> None:
    enrollment.state, enrollment.through_account = state, 0


@transaction.atomic
def _begin_undo(enrollment: Enrollment, by: AbstractBaseUser | None) -> bool:
    locked = Enrollment.objects.select_for_update().get(pk=enrollment.pk)
    if locked.state != EnrollmentState.APPLIED:
        return False
    _begin(locked, EnrollmentState.UNDOING)
    locked.undone_at = timezone.now()
    locked.undone_by_id = by.pk if by else None
    locked.save()
    return True


def _ask(enrollment: Enrollment) -> None:
    transaction.on_commit(lambda: hint(ENROLLMENT_TASK, enrollment.pk, queue="work"))


def _step(enrollment_id: int) -> bool:
    """The next accounts, in a transaction. False where it is done or somebody is at it."""
    with transaction.atomic():
        enrollment = (
            Enrollment.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("type")
            .filter(pk=enrollment_id, state__in=AT_WORK)
            .first()
        )
        if enrollment is None:
            return False
        state = EnrollmentState(enrollment.state)
        through = last_of_next_accounts(after=enrollment.through_account, most=ACCOUNTS_AT_ONCE)
        if through is None:
            if state is EnrollmentState.UNDOING:
                withdraw_enrollment(enrollment.pk)
            enrollment.state = _THEN[state]
            enrollment.save(update_fields=["state"])
            return False
        names = {"after": enrollment.through_account, "through": through}
        if state is EnrollmentState.UNDOING:
            enrollment.taken_back += _undo(enrollment, names)
        else:
            criteria = _criteria_of(enrollment)
            channels = [Channel(channel) for channel in enrollment.channels]
            params = {**_params(enrollment.type, channels, criteria), **names}
            lines = (
                _turn_on(enrollment, params)
                if state is EnrollmentState.APPLYING
                else _count(params)
            )
            enrollment.reach = asdict(_more(Reach(**enrollment.reach), lines))
        enrollment.through_account = through
        enrollment.save(update_fields=["reach", "taken_back", "through_account"])
    return True


Lines = Sequence[tuple[Any, ...]]


def _count(params: dict[str, Any]) -> Lines:
    with connection.cursor() as cursor:
        cursor.execute(DECIDE + COUNT, params)
        return list(cursor.fetchall())


def _turn_on(enrollment: Enrollment, params: dict[str, Any]) -> Lines:
    params |= {
        "enrollment": enrollment.pk,
        "now": enrollment.created_at,
        "source": ConsentSource.CSR.value,
        "words": _granted(enrollment),
        "by": enrollment.created_by_id,
    }
    if params["must_ask"]:
        # Before the table: a YES takes its number's lock first, then the subscriptions.
        hold_all_addresses()
    with connection.cursor() as cursor:
        # Nobody chooses between the question and its answer.
        cursor.execute("LOCK TABLE alerts_subscription IN SHARE ROW EXCLUSIVE MODE")
        lines = _count(params)
        cursor.execute(DECIDE + TO_ASK, params)
        to_ask = [Asked(*row) for row in cursor.fetchall()]
        cursor.execute(DECIDE + TURN_ON, params)
    ask_many(
        asked=to_ask,
        source=ConsentSource.CSR,
        taken_by=enrollment.created_by,
        why=_granted(enrollment),
        enrollment_id=enrollment.pk,
        now=timezone.now(),
    )
    return lines


def _undo(enrollment: Enrollment, names: dict[str, int]) -> int:
    granted = _granted(enrollment)
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE alerts_subscription IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(
            UNDO,
            {
                **names,
                "type": enrollment.type_id,
                "enrollment": enrollment.pk,
                "created": enrollment.created_at,
                "now": enrollment.undone_at,
                "source": ConsentSource.CSR.value,
                "granted": granted,
                "words": f"Taken back: {granted}",
                "by": enrollment.undone_by_id,
            },
        )
        return int(cursor.fetchone()[0])


def _criteria_of(enrollment: Enrollment) -> Criteria:
    """As it was stored; JSON knows lists alone."""
    stored: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in enrollment.criteria.items()
    }
    return Criteria(**stored)


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
        "account_list": criteria.account_list,
    }


def _more(reach: Reach, lines: Lines) -> Reach:
    """With what a step found."""
    accounts, channels = reach.accounts, dict(reach.channels)
    left_out = {channel: dict(reasons) for channel, reasons in reach.left_out.items()}
    for channel, reason, count in lines:
        if not channel:
            accounts += count
        elif reason:
            reasons = left_out.setdefault(channel, {})
            reasons[reason] = reasons.get(reason, 0) + count
        else:
            channels[channel] = channels.get(channel, 0) + count
    return Reach(
        accounts=accounts,
        channels=channels,
        left_out=left_out,
        unknown_accounts=reach.unknown_accounts,
    )


def _unknown(criteria: Criteria) -> int:
    """How many accounts of the list are not ours (`LeftOut.UNKNOWN_ACCOUNT`)."""
    if criteria.account_list is not None:
        return AccountList.objects.values_list("unknown", flat=True).get(pk=criteria.account_list)
    if not criteria.accounts:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM unnest(%s::text[]) AS given(key) "
            "LEFT JOIN customers_account a ON a.key = given.key WHERE a.id IS NULL",
            [list(criteria.accounts)],
        )
        return int(cursor.fetchone()[0])


def reason_words(reason: str) -> str:
    return str(LeftOut(reason).label)
