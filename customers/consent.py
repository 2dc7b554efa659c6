"""What people agreed to and refused: a ledger that only grows, and the suppressions that follow.

Each function writes both in one transaction. A `Suppression` for (address, channel) means that the
channel must not be used for the address just now, for one purpose or ("") for all of them. The
outbox looks when a message is queued and again at the hand-over, so a STOP counts at once.
"""

from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from phonenumber_field.phonenumber import PhoneNumber

from common.choices import Channel, Purpose
from customers.addresses import hold_addresses, normal_address
from customers.choices import ConsentAction, ConsentSource, SuppressionReason
from customers.models import ConsentEvent, Customer, Suppression

NUMBER_CHANNELS = (Channel.TEXT, Channel.VOICE)


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
) -> None:
    """A person refuses messages to `address`: of one purpose, or ("") of every one (RULES 5, 8).

    `words` are the person's own, kept in the ledger.
    """
    key = normal_address(address)
    hold_addresses([key])
    for channel in channels:
        _record(ConsentAction.REVOKED, key, channel, source, words, purpose, customer, taken_by)
        _suppress(key, channel, SuppressionReason.OPTED_OUT, purpose)


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
) -> None:
    """A person agrees to messages to `address`: of one purpose, or ("") lifts every refusal.

    Somebody who refused everything and then agrees to one purpose gets that one; the others stay
    refused. Do Not Call and a bad address are not lifted by it.
    """
    key = normal_address(address)
    hold_addresses([key])
    for channel in channels:
        _record(ConsentAction.GRANTED, key, channel, source, words, purpose, customer, taken_by)
        refused = Suppression.objects.filter(
            address=key, channel=channel, reason=SuppressionReason.OPTED_OUT
        )
        if not purpose:
            refused.delete()
            continue
        refused_everything, _ = refused.filter(purpose="").delete()
        if refused_everything:
            for other in Purpose:
                _suppress(key, channel, SuppressionReason.OPTED_OUT, other)
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
) -> None:
    """Stop every text and automated call to `number`, on every account that holds it as its mobile
    number, or allow them again (RULES 4)."""
    key = normal_address(number)
    hold_addresses([key])
    action = ConsentAction.DO_NOT_CALL_ON if on else ConsentAction.DO_NOT_CALL_OFF
    for channel in NUMBER_CHANNELS:
        _record(action, key, channel, source, words, "", customer, taken_by)
        if on:
            _suppress(key, channel, SuppressionReason.DO_NOT_CALL)
    if not on:
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
    if not _suppress(key, channel, SuppressionReason.BAD_ADDRESS):
        return False
    _record(ConsentAction.BAD_ADDRESS, key, channel, source, words, "", None, taken_by)
    return True


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
    _record(ConsentAction.ADDRESS_REPAIRED, key, channel, source, words, "", None, taken_by)
    return True


def record_given(
    *,
    address: str | PhoneNumber,
    channels: Iterable[Channel],
    source: ConsentSource,
    customer: Customer,
    taken_by: AbstractBaseUser | None = None,
) -> None:
    """The member gave us this address: number, source, date and who took it (RULES 1)."""
    key = normal_address(address)
    for channel in channels:
        _record(ConsentAction.GIVEN, key, channel, source, "", "", customer, taken_by)


def _record(
    action: ConsentAction,
    address: str,
    channel: Channel,
    source: ConsentSource,
    words: str,
    purpose: Purpose | str,
    customer: Customer | None,
    taken_by: AbstractBaseUser | None,
) -> None:
    ConsentEvent.objects.create(
        action=action,
        address=address,
        channel=channel,
        source=source,
        words=words,
        purpose=purpose,
        customer=customer,
        taken_by_id=taken_by.pk if taken_by else None,
    )


def _suppress(
    address: str, channel: Channel, reason: SuppressionReason, purpose: Purpose | str = ""
) -> bool:
    """True where it is new. The caller holds the address."""
    _, is_new = Suppression.objects.get_or_create(
        address=address, channel=channel, reason=reason, purpose=purpose
    )
    return is_new
