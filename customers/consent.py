"""What people agreed to and refused: a ledger that only grows, and the suppressions that follow.

Each function writes both in one transaction. A `Suppression` for (address, channel) means that the
channel must not be used for the address just now, for one purpose or ("") for all of them. The
outbox looks when a message is queued and again at the hand-over, so a STOP counts at once.

`words` are what the person said or saw: their reply, the sentence beside the box that they
checked, the script that was read to them. A line without them proves little.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction
from django.utils import timezone
from phonenumber_field.phonenumber import PhoneNumber

from common.choices import Channel, Purpose
from customers.addresses import hold_addresses, normal_address
from customers.choices import ConsentAction, ConsentSource, SuppressionReason
from customers.ledger.replay import Said, suppressions_from
from customers.models import ConsentEvent, Customer, Suppression

NUMBER_CHANNELS = (Channel.TEXT, Channel.VOICE)

_RECORD = """
INSERT INTO customers_consentevent
    (at, customer_id, address, channel, action, purpose, source, words, taken_by_id, said_at)
SELECT %(now)s, %(customer)s::bigint, %(address)s, channel, %(action)s, %(purpose)s, %(source)s,
    %(words)s, %(taken_by)s::bigint, %(said_at)s::timestamptz
FROM unnest(%(channels)s::text[]) AS channel
"""
# The lines and what follows from them, in one statement.
_RECORD_AND_SUPPRESS = f"""
WITH said AS ({_RECORD} RETURNING channel)
INSERT INTO customers_suppression (address, channel, purpose, reason, since)
SELECT %(address)s, channel, %(purpose)s, %(reason)s, %(now)s FROM said
ON CONFLICT (address, channel, purpose, reason) DO NOTHING
"""  # noqa: S608  (statements of our own)
# A provider repeats itself: a line only where the suppression is new.
_SUPPRESS_AND_RECORD = f"""
WITH fresh AS (
    INSERT INTO customers_suppression (address, channel, purpose, reason, since)
    SELECT %(address)s, unnest(%(channels)s::text[]), %(purpose)s, %(reason)s, %(now)s
    ON CONFLICT (address, channel, purpose, reason) DO NOTHING
    RETURNING channel
)
{_RECORD.replace("unnest(%(channels)s::text[]) AS channel", "fresh")}
"""


@transaction.atomic
def opt_out(
    *,
    address: str | PhoneNumber,
    channels: Iterable[Channel],
    source: ConsentSource,
    words: str = "",
    purpose: Purpose | str = "",
    customer: Customer | None = None,
    taken_by: AbstractBaseUser | None = None,
    said_at: datetime | None = None,
) -> None:
    """A person refuses messages to `address`: of one purpose, or ("") of every one (RULES 5, 8).

    `said_at`: when they did, where that was before now (RULES 7).
    """
    key = normal_address(address)
    hold_addresses([key])
    line = _line(
        ConsentAction.REVOKED, key, channels, source, words, purpose, customer, taken_by, said_at
    )
    _execute(_RECORD_AND_SUPPRESS, {**line, "reason": SuppressionReason.OPTED_OUT.value})


@transaction.atomic
def grant(
    *,
    address: str | PhoneNumber,
    channels: Iterable[Channel],
    source: ConsentSource,
    words: str = "",
    purpose: Purpose | str = "",
    customer: Customer | None = None,
    taken_by: AbstractBaseUser | None = None,
    said_at: datetime | None = None,
) -> None:
    """A person agrees to messages to `address`: of one purpose, or ("") lifts every refusal.

    Somebody who refused everything and then agrees to one purpose gets that one; the others stay
    refused. Do Not Call and a bad address are not lifted by it.
    """
    key, channels = normal_address(address), list(channels)
    hold_addresses([key])
    line = _line(
        ConsentAction.GRANTED, key, channels, source, words, purpose, customer, taken_by, said_at
    )
    _execute(_RECORD, line)
    refused = Suppression.objects.filter(
        address=key, channel__in=channels, reason=SuppressionReason.OPTED_OUT
    )
    if not purpose:
        refused.delete()
        return
    refused_everything = list(refused.filter(purpose="").values_list("channel", flat=True))
    if refused_everything:
        refused.filter(purpose="").delete()
        Suppression.objects.bulk_create(
            [
                Suppression(
                    address=key,
                    channel=channel,
                    purpose=other,
                    reason=SuppressionReason.OPTED_OUT,
                )
                for channel in refused_everything
                for other in Purpose
            ],
            ignore_conflicts=True,
        )
    refused.filter(purpose=purpose).delete()


@transaction.atomic
def set_do_not_call(
    number: str | PhoneNumber,
    on: bool,
    *,
    source: ConsentSource,
    taken_by: AbstractBaseUser | None = None,
    words: str = "",
    customer: Customer | None = None,
    said_at: datetime | None = None,
) -> None:
    """Stop every text and automated call to `number`, on every account that holds it as its mobile
    number, or allow them again (RULES 4)."""
    key = normal_address(number)
    hold_addresses([key])
    action = ConsentAction.DO_NOT_CALL_ON if on else ConsentAction.DO_NOT_CALL_OFF
    line = _line(action, key, NUMBER_CHANNELS, source, words, "", customer, taken_by, said_at)
    if on:
        _execute(_RECORD_AND_SUPPRESS, {**line, "reason": SuppressionReason.DO_NOT_CALL.value})
    else:
        _execute(_RECORD, line)
        Suppression.objects.filter(address=key, reason=SuppressionReason.DO_NOT_CALL).delete()
    Customer.objects.filter(mobile_number=key).exclude(do_not_call=on).update(do_not_call=on)


@transaction.atomic
def mark_bad_address(
    *,
    address: str | PhoneNumber,
    channel: Channel,
    words: str = "",
    source: ConsentSource = ConsentSource.PROVIDER,
    taken_by: AbstractBaseUser | None = None,
) -> bool:
    """The provider says that nobody is there (RULES 15, 21). False where that was known.

    A provider repeats itself, and so the ledger gets one line for it.
    """
    key = normal_address(address)
    hold_addresses([key])
    line = _line(ConsentAction.BAD_ADDRESS, key, [channel], source, words, "", None, taken_by)
    return bool(
        _execute(_SUPPRESS_AND_RECORD, {**line, "reason": SuppressionReason.BAD_ADDRESS.value})
    )


@transaction.atomic
def address_repaired(
    *,
    address: str | PhoneNumber,
    channel: Channel,
    source: ConsentSource,
    words: str = "",
    taken_by: AbstractBaseUser | None = None,
) -> bool:
    """The address works after all. False where nothing was known against it."""
    key = normal_address(address)
    hold_addresses([key])
    lifted, _ = Suppression.objects.filter(
        address=key, channel=channel, reason=SuppressionReason.BAD_ADDRESS
    ).delete()
    if not lifted:
        return False
    _execute(
        _RECORD,
        _line(
            ConsentAction.ADDRESS_REPAIRED,
            key,
            [channel],
            source,
            words or "The address was found to work again.",
            "",
            None,
            taken_by,
        ),
    )
    return True


def record_given(
    *,
    address: str | PhoneNumber,
    channels: Iterable[Channel],
    source: ConsentSource,
    customer: Customer,
    taken_by: AbstractBaseUser | None = None,
    words: str = "",
) -> None:
    """The member gave us this address: number, source, date and who took it (RULES 1)."""
    key = normal_address(address)
    _execute(
        _RECORD,
        _line(ConsentAction.GIVEN, key, channels, source, words, "", customer, taken_by),
    )


@transaction.atomic
def undo(
    *,
    event: ConsentEvent,
    source: ConsentSource,
    words: str,
    taken_by: AbstractBaseUser | None = None,
) -> bool:
    """A line was an error of ours: a new line says so, and what follows is as if it had not been.

    The line itself stays. False where it was taken back before. What the address's other lines
    say goes on to hold, so that a member's own STOP is not lifted with a clerk's slip.
    """
    hold_addresses([event.address])
    if ConsentEvent.objects.filter(corrects=event).exists():
        return False
    ConsentEvent.objects.create(
        action=ConsentAction.UNDONE,
        address=event.address,
        channel=event.channel,
        purpose=event.purpose,
        source=source,
        words=words,
        customer_id=event.customer_id,
        taken_by_id=taken_by.pk if taken_by else None,
        corrects=event,
    )
    follow_the_ledger(address=event.address, channel=Channel(event.channel))
    return True


def follow_the_ledger(*, address: str, channel: Channel) -> None:
    """Make the suppressions be what the lines say. The caller holds the address."""
    lines = ConsentEvent.objects.filter(address=address, channel=channel).order_by("id")
    follows = suppressions_from(
        Said(*values) for values in lines.values_list("id", "action", "purpose", "corrects_id")
    )
    # A wait for YES is of what was asked, not of what a person said.
    there = Suppression.objects.filter(address=address, channel=channel).exclude(
        reason=SuppressionReason.WAITING_YES
    )
    for row in there:
        if (row.reason, row.purpose) not in follows:
            row.delete()
    Suppression.objects.bulk_create(
        [
            Suppression(address=address, channel=channel, reason=reason, purpose=purpose)
            for reason, purpose in sorted(follows)
        ],
        ignore_conflicts=True,
    )
    on = Suppression.objects.filter(address=address, reason=SuppressionReason.DO_NOT_CALL).exists()
    Customer.objects.filter(mobile_number=address).exclude(do_not_call=on).update(do_not_call=on)


def record_verified(
    *,
    address: str | PhoneNumber,
    channel: Channel,
    source: ConsentSource,
    words: str,
    customer: Customer | None,
    taken_by: AbstractBaseUser | None = None,
) -> None:
    """A code was typed, or a link followed. `words`: what the person had read."""
    key = normal_address(address)
    _execute(
        _RECORD,
        _line(ConsentAction.VERIFIED, key, [channel], source, words, "", customer, taken_by),
    )


def record_asked(
    *,
    address: str | PhoneNumber,
    channel: Channel,
    source: ConsentSource,
    words: str,
    purpose: Purpose | str,
    customer: Customer,
    taken_by: AbstractBaseUser | None = None,
) -> None:
    """The number is asked to agree; nothing follows from the question alone."""
    key = normal_address(address)
    _execute(
        _RECORD,
        _line(ConsentAction.ASKED, key, [channel], source, words, purpose, customer, taken_by),
    )


def _line(
    action: ConsentAction,
    address: str,
    channels: Iterable[Channel],
    source: ConsentSource,
    words: str,
    purpose: Purpose | str,
    customer: Customer | None,
    taken_by: AbstractBaseUser | None,
    said_at: datetime | None = None,
) -> dict[str, Any]:
    return {
        "now": timezone.now(),
        "action": action.value,
        "address": address,
        "channels": [Channel(channel).value for channel in channels],
        "source": ConsentSource(source).value,
        "words": words,
        "purpose": str(purpose),
        "customer": customer.pk if customer else None,
        "taken_by": taken_by.pk if taken_by else None,
        "said_at": said_at,
    }


def _execute(statement: str, values: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)
