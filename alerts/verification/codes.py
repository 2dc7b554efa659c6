"""A number is verified by a code of six digits, by text or read out in a call (RULES 26).

Ten minutes, five tries, one live code a number: a new one ends the old. The code is kept as a
keyed hash, and sealed in the outbox.
"""

import secrets
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from phonenumber_field.phonenumber import PhoneNumber

from alerts.verification import double_opt_in
from alerts.verification.choices import CodeAnswer, Outcome
from alerts.verification.models import Verification
from alerts.verification.sending import NotPossibleError, hold, queue, send
from alerts.verification.words import Note
from common.choices import Channel
from customers.address_health import confirm
from customers.addresses import hold_addresses, normal_address
from customers.choices import ConsentSource
from customers.consent import record_verified
from customers.models import Customer
from delivery.sealed import seal

GOOD_FOR = timedelta(minutes=10)
TRIES = 5
_DIGITS = 6


@transaction.atomic
def send_code(
    *,
    customer: Customer,
    number: str | PhoneNumber,
    channel: Channel = Channel.TEXT,
    source: ConsentSource,
    taken_by: AbstractBaseUser | None = None,
    caller: str = "",
    now: datetime | None = None,
) -> Verification:
    """Send a code to a number of this member, by text or by a call.

    `caller`: `limits.caller_key` of the IP address, where nobody is signed in. Raises
    TooOftenError, and NotPossibleError where the number is not the member's, or refused.
    """
    if channel not in (Channel.TEXT, Channel.VOICE):
        raise ValueError("A code goes by text or by a call.")
    now, key = now or timezone.now(), normal_address(number)
    hold(address=key, customer=customer, caller=caller)
    numbers = (customer.mobile_number, customer.home_number)
    if not key or key not in [normal_address(one) for one in numbers if one]:
        raise NotPossibleError(None)
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
    row, content = send(
        note=Note.CODE,
        channel=channel,
        address=key,
        customer=customer,
        source=source,
        taken_by=taken_by,
        caller=caller,
        now=now,
        expires_at=now + GOOD_FOR,
    )
    row.digest = _digest(row, code)
    _live(key).update(outcome=Outcome.REPLACED, closed_at=now)
    row.save(force_insert=True)
    context = {"code": seal(code), "spoken": seal(", ".join(code))}
    queue(row=row, content=content, written=key, context=context)
    return row


@transaction.atomic
def check_code(
    *,
    customer: Customer,
    number: str | PhoneNumber,
    code: str,
    source: ConsentSource,
    taken_by: AbstractBaseUser | None = None,
    now: datetime | None = None,
) -> CodeAnswer:
    """Whether this is the code that was sent to the number for this member.

    A wrong one is counted, so the caller must not roll this back.
    """
    now, key = now or timezone.now(), normal_address(number)
    hold_addresses([key])
    row = (
        Verification.objects.filter(address=key, customer=customer)
        .exclude(digest="")
        .exclude(outcome=Outcome.REPLACED)
        .order_by("-sent_at")
        .first()
    )
    if row is None or row.outcome == Outcome.CONFIRMED:
        return CodeAnswer.NONE
    if row.outcome == Outcome.TRIED_OUT:
        return CodeAnswer.TRIED_OUT
    if now >= row.expires_at:
        return CodeAnswer.EXPIRED
    typed = "".join(character for character in code if character.isdecimal())
    if not constant_time_compare(_digest(row, typed), row.digest):
        row.tries += 1
        if row.tries >= TRIES:
            row.outcome, row.closed_at = Outcome.TRIED_OUT, now
        row.save(update_fields=["tries", "outcome", "closed_at"])
        return CodeAnswer.WRONG if row.tries < TRIES else CodeAnswer.TRIED_OUT
    row.outcome, row.closed_at = Outcome.CONFIRMED, now
    row.save(update_fields=["outcome", "closed_at"])
    channel = Channel(row.channel)
    confirm(address=key, channel=channel, source=source, customer=customer, taken_by=taken_by)
    record_verified(
        address=key,
        channel=channel,
        source=source,
        words=row.words,
        customer=customer,
        taken_by=taken_by,
    )
    if channel is Channel.TEXT:
        # Who typed the code holds the phone, and had asked for the texts: as good as a YES.
        double_opt_in.agreed(number=key, source=source, reply=row.words, now=now)
    return CodeAnswer.CONFIRMED


def tries_left(number: str | PhoneNumber) -> int:
    row = _live(normal_address(number)).first()
    return TRIES - row.tries if row is not None else 0


def open_code(number: str | PhoneNumber, *, now: datetime | None = None) -> Verification | None:
    """The code that may be typed now."""
    return _live(normal_address(number)).filter(expires_at__gt=now or timezone.now()).first()


def _live(number: str) -> QuerySet[Verification]:
    return Verification.objects.filter(address=number, outcome=Outcome.OPEN).exclude(digest="")


def _digest(row: Verification, code: str) -> str:
    """Keyed by SECRET_KEY: six digits alone are guessed from a plain hash in no time."""
    return salted_hmac(
        "alerts.verification.code", f"{row.pk}:{row.address}:{code}", algorithm="sha256"
    ).hexdigest()
