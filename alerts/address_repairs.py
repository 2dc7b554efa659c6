"""What a CSR does about a bad address, and takes back.

Each repair changes the detail by `contact_changes`, so that old and new contacts are told (RULES
27), and leaves a row by which it can be undone.
"""

from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from alerts.contact_changes import change_email, change_number, tell_contact_change
from common.choices import Channel
from common.clock import now
from common.emails import read_email
from customers.address_health import confirm
from customers.addresses import normal_address
from customers.choices import (
    ConsentSource,
    EmailSlot,
    NumberSlot,
    RepairKind,
    SuppressionReason,
)
from customers.consent import mark_bad_address
from customers.contacts import ContactChange, ContactRefusedError, put_back
from customers.models import AddressRepair, Customer, Suppression

_CONFIRMED_WORDS = "The member says that it works."
_TAKEN_BACK_WORDS = "A confirmation was taken back."


class RepairRefusedError(ValueError):
    """Not done; the text says why, for people."""


@transaction.atomic
def repair(
    *, customer: Customer, slot: str, address: str, kind: RepairKind, by: AbstractBaseUser
) -> AddressRepair:
    """Do what the CSR chose about `address`, which stood in `slot` when they looked.

    Raises RepairRefusedError, in words: the detail was changed meanwhile, say.
    """
    held = Customer.objects.select_for_update().get(pk=customer.pk)
    old = _value(held, slot)
    if not old or normal_address(old) != normal_address(address):
        raise RepairRefusedError(_("Somebody has changed this address meanwhile."))
    channels = _bad_channels(old)
    try:
        new = _do(held, slot, old, kind, channels, by)
    except ContactRefusedError as refused:
        raise RepairRefusedError(_(refused.problem)) from refused
    return AddressRepair.objects.create(
        customer=held,
        slot=slot,
        kind=kind,
        old=old,
        new=new,
        channels=[channel.value for channel in channels],
        by_id=by.pk,
    )


@transaction.atomic
def undo_repair(*, repair: AddressRepair, by: AbstractBaseUser) -> None:
    """As it was before. Raises RepairRefusedError where the detail was changed since."""
    held = Customer.objects.select_for_update().get(pk=repair.customer_id)
    row = AddressRepair.objects.select_for_update().get(pk=repair.pk)
    if row.undone_at:
        raise RepairRefusedError(_("It was undone already."))
    if row.kind == RepairKind.CONFIRMED:
        for channel in row.channels:
            mark_bad_address(
                address=row.old,
                channel=Channel(channel),
                words=_TAKEN_BACK_WORDS,
                source=ConsentSource.CSR,
                taken_by=by,
            )
    else:
        became_home = row.kind == RepairKind.HOME_NUMBER
        if _value(held, row.slot) != row.new or (
            became_home and _value(held, NumberSlot.HOME) != row.old
        ):
            raise RepairRefusedError(_("The address was changed since."))
        if became_home:
            _put_back(held, NumberSlot.HOME, "")
        _put_back(held, row.slot, row.old)
    row.undone_at = now()
    row.save(update_fields=["undone_at"])


def _do(
    held: Customer,
    slot: str,
    old: str,
    kind: RepairKind,
    channels: Iterable[Channel],
    by: AbstractBaseUser,
) -> str:
    """What stands in the slot afterwards."""
    if kind is RepairKind.CONFIRMED:
        for channel in channels or _channels_of(slot):
            confirm(
                address=old,
                channel=channel,
                source=ConsentSource.CSR,
                customer=held,
                words=_CONFIRMED_WORDS,
                taken_by=by,
            )
        return old
    if kind is RepairKind.REMOVED:
        return _change(held, slot, "", by).new
    if kind is RepairKind.SUGGESTION:
        suggestion = read_email(old).suggestion if "@" in old else ""
        if not suggestion:
            raise RepairRefusedError(_("There is no suggestion for this address."))
        return _change(held, slot, suggestion, by).new
    if slot != NumberSlot.MOBILE or _value(held, NumberSlot.HOME):
        raise RepairRefusedError(_("There is a home number already."))
    _change(held, NumberSlot.HOME, old, by)
    return _change(held, NumberSlot.MOBILE, "", by).new


def _change(held: Customer, slot: str, value: str, by: AbstractBaseUser) -> ContactChange:
    if slot in EmailSlot.values:
        return change_email(
            customer=held,
            slot=EmailSlot(slot),
            address=value,
            source=ConsentSource.CSR,
            taken_by=by,
        )
    return change_number(
        customer=held, slot=NumberSlot(slot), number=value, source=ConsentSource.CSR, taken_by=by
    )


def _put_back(held: Customer, slot: str, value: str) -> None:
    detail = EmailSlot(slot) if slot in EmailSlot.values else NumberSlot(slot)
    change = put_back(customer=held, slot=detail, value=value)
    tell_contact_change(customer=held, change=change)


def _value(customer: Customer, slot: str) -> str:
    """E.164, or the email as the member writes it."""
    value = getattr(customer, slot)
    return value if isinstance(value, str) else normal_address(value) if value else ""


def _bad_channels(address: str) -> list[Channel]:
    found = Suppression.objects.filter(
        address=normal_address(address), reason=SuppressionReason.BAD_ADDRESS
    )
    return [Channel(channel) for channel in sorted(found.values_list("channel", flat=True))]


def _channels_of(slot: str) -> list[Channel]:
    """Of a number that was only flagged."""
    return [Channel.TEXT] if slot == NumberSlot.MOBILE else []
