"""Double opt-in for texts: a number that is newly subscribed is asked to reply YES.

With `SMS_DOUBLE_OPT_IN`, until the YES a suppression ("waiting for YES") keeps account texts from
the number; what rests on the number itself (RULES 1) still goes. The subscriptions are the
member's wish meanwhile, and begin with the YES. Whoever typed a code that we texted to the number
need not say YES as well.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction
from django.utils import timezone

from alerts.choices import Trigger
from alerts.models import Subscription
from alerts.news import tell_account
from alerts.verification.choices import OptInState
from alerts.verification.models import OptIn
from alerts.verification.sending import is_wanted
from alerts.verification.words import Note, content_of
from billing.choices import ChangedDetail, Kind
from billing.models import AccountChange
from common.choices import Channel, Purpose
from customers.address_health import confirm
from customers.addresses import hold_addresses, normal_address
from customers.choices import ConsentAction, ConsentSource, SuppressionReason
from customers.consent import grant, record_asked
from customers.models import ConsentEvent, Customer, Suppression
from delivery.batches import standing_batch
from delivery.choices import Lane
from delivery.outbox import enqueue

BATCH = "Texts: reply YES"
# What rests on the member's own opt-in (RULES 2).
PURPOSE = Purpose.ACCOUNT
_JUST_NOW = timedelta(minutes=1)

# The number's last word is yes, and somebody who holds it now held it then: a number that went to
# somebody else is asked anew.
OPTED_IN = """
EXISTS (
    SELECT FROM (
        SELECT e.action, e.id FROM customers_consentevent e
        WHERE e.address = {number} AND e.channel = 'text' AND e.purpose IN ('', 'account')
            AND e.action IN ('granted', 'verified', 'revoked')
        ORDER BY e.id DESC LIMIT 1
    ) last
    JOIN customers_customer h ON h.mobile_number = {number} AND h.mobile_number <> ''
    WHERE last.action <> 'revoked' AND NOT EXISTS (
        SELECT FROM customers_consentevent g
        WHERE g.address = {number} AND g.channel = 'text' AND g.action = 'given'
            AND g.customer_id = h.id AND g.id > last.id)
)
"""


def must_ask(*, number: str, purpose: Purpose | str) -> bool:
    """Whether texts of this purpose to the number (E.164) begin with a YES."""
    if not settings.SMS_DOUBLE_OPT_IN or purpose != PURPOSE or not number:
        return False
    return is_waiting(number) or not _has_opted_in(number)


def is_waiting(number: str) -> bool:
    """Account texts to the number wait for a YES, or waited in vain."""
    return Suppression.objects.filter(
        address=number, channel=Channel.TEXT, reason=SuppressionReason.WAITING_YES
    ).exists()


@transaction.atomic
def ask(
    *,
    number: str,
    customer: Customer,
    source: ConsentSource,
    taken_by: AbstractBaseUser | None = None,
    words: str = "",
    lane: Lane = Lane.URGENT,
    now: datetime | None = None,
) -> OptIn:
    """Ask the number to reply YES, once: where it was asked and may still answer, that stands.

    A number that refused every text, or has Do Not Call on, is not asked: nothing would reach it,
    and the ledger would say otherwise. Its texts wait all the same.

    `words`: how the member's wish came to us. `lane`: bulk where nobody waits for the question, so
    that it keeps to the hours (RULES 9).
    """
    now = now or timezone.now()
    hold_addresses([number])
    waiting = OptIn.objects.filter(number=number, state=OptInState.WAITING).first()
    if waiting is not None:
        return waiting
    content = content_of(Note.ASK, customer.language)
    may_ask = is_wanted(address=number, channel=Channel.TEXT)
    Suppression.objects.get_or_create(
        address=number,
        channel=Channel.TEXT,
        purpose=PURPOSE,
        reason=SuppressionReason.WAITING_YES,
    )
    row = OptIn.objects.create(
        number=number,
        customer=customer,
        source=source,
        asked_by_id=taken_by.pk if taken_by else None,
        words=content.body if may_ask else words,
        state=OptInState.WAITING if may_ask else OptInState.WITHDRAWN,
        asked_at=now,
    )
    if not may_ask:
        return row
    record_asked(
        address=number,
        channel=Channel.TEXT,
        source=source,
        words=f"{words} → {content.body}" if words else content.body,
        purpose=PURPOSE,
        customer=customer,
        taken_by=taken_by,
    )
    enqueue(
        batch=standing_batch(BATCH),
        content=content,
        cause=f"opt-in:{row.pk}",
        channel=Channel.TEXT,
        address=number,
        lane=lane,
        customer=customer,
    )
    return row


@transaction.atomic
def agreed(*, number: str, source: ConsentSource, reply: str, now: datetime | None = None) -> bool:
    """The number said yes: texts begin. False where nothing waited for it."""
    now = now or timezone.now()
    hold_addresses([number])
    row = OptIn.objects.select_for_update().filter(number=number).order_by("-pk").first()
    if row is None or row.state == OptInState.AGREED:
        return False
    grant(
        address=number,
        channels=[Channel.TEXT],
        source=source,
        words=f"{row.words} → {reply}" if row.words else reply,
        purpose=PURPOSE,
        customer=row.customer,
    )
    end_wait(number)
    if row.turned_off and row.expired_at is not None:
        # Who chose since keeps what they chose.
        Subscription.objects.filter(pk__in=row.turned_off, changed_at=row.expired_at).update(
            text=True, changed_at=now
        )
    row.state, row.answered_at, row.turned_off = OptInState.AGREED, now, []
    row.save(update_fields=["state", "answered_at", "turned_off"])
    _tell_what_is_due(number)
    return True


def end_wait(number: str) -> None:
    """Account texts may go to the number, as far as a YES is concerned."""
    Suppression.objects.filter(
        address=number, channel=Channel.TEXT, reason=SuppressionReason.WAITING_YES
    ).delete()


@transaction.atomic
def number_changed(
    *,
    customer: Customer,
    old: str,
    new: str,
    source: ConsentSource,
    taken_by: AbstractBaseUser | None = None,
    lane: Lane = Lane.URGENT,
) -> None:
    """A yes belongs to its number: the new one is asked where texts are on, the old one no more."""
    hold_addresses([old, new])
    if old and not Customer.objects.filter(mobile_number=old).exists():
        withdraw([old])
    if new and _wants_texts(customer) and must_ask(number=new, purpose=PURPOSE):
        ask(
            number=new,
            customer=customer,
            source=source,
            taken_by=taken_by,
            words="Texts were on, and the mobile number changed",
            lane=lane,
        )


def withdraw(numbers: Iterable[str]) -> None:
    """Nobody wants to text them any more: no reminder follows. Should they be subscribed again,
    they are asked again."""
    OptIn.objects.filter(number__in=list(numbers), state=OptInState.WAITING).update(
        state=OptInState.WITHDRAWN
    )


def hear_yes(*, number: str, **_: Any) -> None:
    """Receiver of `delivery.signals.yes_received`, in the transaction that recorded the reply."""
    key = normal_address(number)
    if agreed(number=key, source=ConsentSource.TEXT_REPLY, reply=_words_of_reply(key)):
        confirm(address=key, channel=Channel.TEXT, source=ConsentSource.TEXT_REPLY)


def hear_of_changes(*, kind: str, ids: list[int], **_: Any) -> None:
    """Receiver of `billing.signals.facts_told`: a mobile number that changed over there."""
    if kind != Kind.ACCOUNT_CHANGE or not settings.SMS_DOUBLE_OPT_IN:
        return
    changes = AccountChange.objects.filter(
        pk__in=ids, what=ChangedDetail.MOBILE_NUMBER, new__startswith="+"
    ).select_related("account__customer")
    for change in changes:
        number_changed(
            customer=change.account.customer,
            old=change.old,
            new=change.new,
            source=ConsentSource.BILLING,
            lane=Lane.BULK,
        )


def _words_of_reply(number: str) -> str:
    last = ConsentEvent.objects.filter(
        address=number,
        channel=Channel.TEXT,
        action=ConsentAction.GRANTED,
        source=ConsentSource.TEXT_REPLY,
        at__gte=timezone.now() - _JUST_NOW,
    ).order_by("-pk")
    return (last.values_list("words", flat=True).first() or "").strip() or "YES"


def _has_opted_in(number: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT " + OPTED_IN.format(number="%(number)s"),
            {"number": number},
        )
        return bool(cursor.fetchone()[0])


def _wants_texts(customer: Customer) -> bool:
    return Subscription.objects.filter(
        account__customer=customer, text=True, type__purpose=PURPOSE
    ).exists()


def _tell_what_is_due(number: str) -> None:
    """Reminders whose day came while we waited: it does not come again."""
    waited = Subscription.objects.filter(
        account__customer__mobile_number=number,
        text=True,
        type__trigger=Trigger.CALENDAR,
        type__purpose=PURPOSE,
    ).select_related("type")
    for row in waited:
        tell_account(row.account_id, row.type)
