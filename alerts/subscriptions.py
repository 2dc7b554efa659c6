"""Who wants which alert on which channels: set by the member, or by a CSR for them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alerts.models import MOST_DAYS_BEFORE, AlertType, Subscription
from alerts.news import tell_account
from alerts.verification.double_opt_in import ask, end_wait, must_ask
from billing.choices import Kind
from billing.ebills.copies import Copies, copies_of
from common.choices import Channel
from customers.addresses import hold_addresses, normal_address
from customers.choices import ConsentSource
from customers.consent import grant
from customers.models import Account, Customer

_NUMBER_CHANNELS = (Channel.TEXT, Channel.VOICE)
_NEW_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """A member's own options; None: as the type says."""

    days_before: int | None = None
    threshold_kwh: int | None = None
    threshold_percent: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an account's table Alerts & Reminders."""

    type: AlertType
    # The channels that are on, of those that are offered.
    on: frozenset[Channel]
    # Those that the member may not turn off.
    fixed: frozenset[Channel]
    options: Options
    # What the options are where the member chose none.
    days_before: int | None
    # The ebill: its emails follow the copies of the bill, and are chosen with those alone.
    by_copies: bool = False


def table_of(account: Account) -> list[Line]:
    """Every type that is on, with the account's choices, for its page."""
    chosen = {row.type_id: row for row in Subscription.objects.filter(account=account)}
    copies = copies_of(account)
    return [
        _line(type, chosen.get(type.pk), copies) for type in AlertType.objects.filter(enabled=True)
    ]


def _line(type: AlertType, row: Subscription | None, copies: Copies) -> Line:
    offered = [channel for channel in Channel if channel in type.channels]
    starts = frozenset(channel for channel in offered if channel in type.starts_with)
    on = starts if row is None else frozenset(c for c in offered if getattr(row, c.value))
    fixed = starts if not type.may_turn_off else frozenset[Channel]()
    options = Options()
    if row is not None:
        options = Options(
            days_before=row.days_before,
            threshold_kwh=row.threshold_kwh,
            threshold_percent=row.threshold_percent,
        )
    if type.is_ebill:
        on -= {Channel.EMAIL}
        if copies.email_1 or copies.email_2:
            fixed |= {Channel.EMAIL}
    on |= fixed
    days = type.days if type.member_chooses_days else None
    return Line(type, on, fixed, options, options.days_before or days, type.is_ebill)


def subscription_set(
    *,
    account: Account,
    type: AlertType,
    channels: Collection[Channel],
    options: Options | None = None,
    source: ConsentSource,
    taken_by: AbstractBaseUser | None = None,
    words: str = "",
) -> Subscription:
    """What the account wants of a type from now on: exactly these channels.

    A text or a call that was not on before is the member's own opt-in (RULES 2): the ledger gets
    the number, the words, the way they came and who took them. Where texts begin with a YES, the
    number is asked for it. Raises ValidationError (field → words).
    """
    chosen = {Channel(channel) for channel in channels}
    options = options or Options()
    _check(type, chosen, options)
    with transaction.atomic():
        # Before any row is locked: a YES takes its number's lock first, then the subscriptions.
        holder = Customer.objects.only("mobile_number", "home_number").get(pk=account.customer_id)
        hold_addresses(number_for(holder, channel) for channel in _NUMBER_CHANNELS)
        customer = Customer.objects.select_for_update().get(pk=account.customer_id)
        row = Subscription.objects.select_for_update().filter(account=account, type=type).first()
        copies = copies_of(account)
        before = set(_line(type, row, copies).on) if row is not None else set()
        row = row or Subscription(account=account, type=type)
        for channel in Channel:
            by_copies = type.is_ebill and channel is Channel.EMAIL
            setattr(row, channel.value, channel in chosen and not by_copies)
        row.days_before = options.days_before
        row.threshold_kwh = options.threshold_kwh
        row.threshold_percent = options.threshold_percent
        row.changed_at = timezone.now()
        row.save()
        for channel in _NUMBER_CHANNELS:
            number = number_for(customer, channel)
            if channel not in chosen - before or not number:
                continue
            how = words or f"{type.name}: on for account {account.number}"
            if channel is Channel.TEXT and must_ask(number=number, purpose=type.purpose):
                ask(
                    number=number,
                    customer=customer,
                    source=source,
                    taken_by=taken_by,
                    words=how,
                )
            else:
                grant(
                    address=number,
                    channels=[channel],
                    source=source,
                    words=how,
                    purpose=type.purpose,
                    customer=customer,
                    taken_by=taken_by,
                )
                if channel is Channel.TEXT and not settings.SMS_DOUBLE_OPT_IN:
                    # Asked while the setting was on: their word is enough now.
                    end_wait(number)
        # A reminder that the new days make due by today is sent now: its day does not come again.
        tell_account(account.pk, type)
    return row


def number_for(customer: Customer, channel: Channel) -> str:
    """The number that serves a channel, E.164, as the rules choose it; "" where there is none."""
    home = customer.home_number if channel is Channel.VOICE else ""
    return normal_address(home or customer.mobile_number or "")


def _check(type: AlertType, chosen: set[Channel], options: Options) -> None:
    errors: dict[str, list[str]] = {}
    if extra := [channel.label for channel in sorted(chosen) if channel not in type.channels]:
        errors["channels"] = [
            _("This alert is not sent by %(names)s.") % {"names": ", ".join(map(str, extra))}
        ]
    if not type.may_turn_off and set(type.starts_with) - chosen:
        errors["channels"] = [_("This alert can't be turned off.")]
    days = options.days_before
    if days is not None and not 1 <= days <= MOST_DAYS_BEFORE:
        errors["days_before"] = [_("Choose 1 to %(most)s days.") % {"most": MOST_DAYS_BEFORE}]
    if days is not None and not type.member_chooses_days:
        errors["days_before"] = [_("The days of this alert can't be chosen.")]
    for field in ("threshold_kwh", "threshold_percent"):
        value = getattr(options, field)
        if value is not None and not 1 <= value <= 100_000:
            errors[field] = [_("Give a number from 1 to 100,000.")]
        if value is not None and type.fact_kind != Kind.USAGE_READ:
            errors[field] = [_("This alert has no mark to set.")]
    if errors:
        raise ValidationError(errors)


_START = """
INSERT INTO alerts_subscription (account_id, type_id, text, email, voice, push, changed_at)
SELECT a.id, t.id, 'text' = ANY(t.starts_with), 'email' = ANY(t.starts_with),
    'voice' = ANY(t.starts_with), 'push' = ANY(t.starts_with), %(now)s
FROM customers_account a CROSS JOIN alerts_alerttype t
WHERE a.id > %(after)s AND a.id <= %(through)s AND a.status <> 'closed'
    AND cardinality(t.starts_with) > 0
ON CONFLICT (account_id, type_id) DO NOTHING
"""


def start_new_accounts(
    *, everything: bool = False, seconds: float | None = None, now: datetime | None = None
) -> int:
    """Write down what new accounts start with, so that a later change of the type leaves them.

    Until then the rules take what the type starts with, so nothing waits for this. New accounts
    have the highest ids: a call looks at those after the last one that has a row, `everything` at
    all. Where the time is up before the end, the next call goes on. Returns how many rows were new.
    """
    began = monotonic()
    new, after = 0, 0 if everything else _last_started()
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT max(id) FROM (SELECT id FROM customers_account WHERE id > %s "
                "ORDER BY id LIMIT %s) next",
                [after, _NEW_AT_ONCE],
            )
            through = cursor.fetchone()[0]
            if through is None:
                return new
            cursor.execute(
                _START, {"now": now or timezone.now(), "after": after, "through": through}
            )
            new, after = new + int(cursor.rowcount), through
        if seconds is not None and monotonic() - began > seconds:
            return new


def _last_started() -> int:
    last = Subscription.objects.order_by("-account_id").values_list("account_id", flat=True)
    return max(0, (last.first() or 0) - 1_000)
