"""Changing how a member may be reached. Every change of an address goes through here.

Who was told before and who must be told now (RULES 27) is the caller's business: each function
returns the old value beside the new one.
"""

from typing import NamedTuple

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import translation

from common.choices import Channel, Language
from common.emails import TOO_LONG, read_email
from common.phones import read_phone
from customers.addresses import hold_addresses, normal_address
from customers.choices import ConsentSource, EmailSlot, NumberSlot, SuppressionReason
from customers.consent import NUMBER_CHANNELS, record_given
from customers.models import Customer, Suppression
from customers.refused_emails import count_refused_emails


class ContactChange(NamedTuple):
    """What a detail was and is now, as E.164 or as an email address; "" where there is none."""

    slot: EmailSlot | NumberSlot
    old: str
    new: str

    @property
    def is_change(self) -> bool:
        return self.old != self.new


class ContactRefusedError(ValueError):
    """The detail cannot be kept: `problem` says why in words, `suggestion` what may be meant."""

    def __init__(self, problem: str, suggestion: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.suggestion = suggestion


def change_email(
    *,
    customer: Customer,
    slot: EmailSlot,
    address: str,
    source: ConsentSource,
    taken_by: AbstractBaseUser | None = None,
    words: str = "",
) -> ContactChange:
    """Set Email 1 or Email 2, or remove it (""). `words`: what the member saw or said.

    Raises ContactRefusedError where the address is wrong, longer than 40 characters (RULES 22;
    it is counted) or the member's other one already.
    """
    result = read_email(address)
    if result.problem:
        if result.problem.endswith(TOO_LONG):
            count_refused_emails(source=source)
        raise ContactRefusedError(result.problem, result.suggestion)
    with transaction.atomic():
        locked = Customer.objects.select_for_update().get(pk=customer.pk)
        other = locked.email_2 if slot is EmailSlot.EMAIL_1 else locked.email_1
        if result.address and result.address.lower() == other.lower():
            raise ContactRefusedError("Email 1 and Email 2 are the same address. Keep one of them.")
        change = ContactChange(slot, getattr(locked, slot), result.address)
        if not change.is_change:
            return change
        setattr(locked, slot, change.new)
        locked.save(update_fields=[slot, "updated_at"])
        if change.new:
            record_given(
                address=change.new,
                channels=[Channel.EMAIL],
                source=source,
                customer=locked,
                taken_by=taken_by,
                words=words or _given_as(slot, source),
            )
    customer.refresh_from_db(fields=[slot, "updated_at"])
    return change


def change_number(
    *,
    customer: Customer,
    slot: NumberSlot,
    number: str,
    source: ConsentSource,
    taken_by: AbstractBaseUser | None = None,
    words: str = "",
) -> ContactChange:
    """Set the mobile or the home number, or remove it (""). `words`: what the member saw or said.

    Do Not Call is the number's, not the person's: the flag becomes what the new mobile number's is.
    Raises ContactRefusedError where it is not a number that can be called.
    """
    result = read_phone(number)
    if result.problem:
        raise ContactRefusedError(result.problem, result.suggestion)
    with transaction.atomic():
        hold_addresses([result.number])
        locked = Customer.objects.select_for_update().get(pk=customer.pk)
        before = getattr(locked, slot)
        change = ContactChange(slot, normal_address(before) if before else "", result.number)
        if not change.is_change:
            return change
        setattr(locked, slot, change.new)
        if slot is NumberSlot.MOBILE:
            locked.do_not_call = is_do_not_call(change.new)
        locked.save(update_fields=[slot, "do_not_call", "updated_at"])
        if change.new:
            record_given(
                address=change.new,
                channels=NUMBER_CHANNELS if slot is NumberSlot.MOBILE else [Channel.VOICE],
                source=source,
                customer=locked,
                taken_by=taken_by,
                words=words or _given_as(slot, source),
            )
    customer.refresh_from_db(fields=[slot, "do_not_call", "updated_at"])
    return change


@transaction.atomic
def put_back(*, customer: Customer, slot: EmailSlot | NumberSlot, value: str) -> ContactChange:
    """What stood there before a change that was an error, even where it would be refused today.

    Nobody gave it anew, so the ledger gets no line; what was known against it still holds.
    """
    hold_addresses([normal_address(value)] if value else [])
    locked = Customer.objects.select_for_update().get(pk=customer.pk)
    before = getattr(locked, slot)
    old = before if isinstance(before, str) else normal_address(before) if before else ""
    setattr(locked, slot, value)
    if slot is NumberSlot.MOBILE:
        locked.do_not_call = is_do_not_call(value)
    locked.save(update_fields=[slot, "do_not_call", "updated_at"])
    customer.refresh_from_db(fields=[slot, "do_not_call", "updated_at"])
    return ContactChange(slot, old, value)


def change_language(*, customer: Customer, language: Language) -> None:
    customer.language = Language(language)
    customer.save(update_fields=["language", "updated_at"])


def _given_as(slot: EmailSlot | NumberSlot, source: ConsentSource) -> str:
    """What the ledger says of an address that came without a sentence; English, as it is kept."""
    with translation.override("en"):
        return f"Given as {slot.label} ({source.label})"


def is_do_not_call(number: str) -> bool:
    """Whether texts and automated calls to this number (E.164) are off (RULES 4)."""
    return (
        bool(number)
        and Suppression.objects.filter(
            address=number, reason=SuppressionReason.DO_NOT_CALL
        ).exists()
    )
