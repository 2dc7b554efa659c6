"""Changing how a member may be reached, and telling the old and the new contact (RULES 27).

Every face changes a detail through here, so that nobody forgets to tell. The notice is queued in
the transaction of the change: both happen, or neither. Verifying an address sends something about
it as well; faces take those functions from here too.
"""

from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from alerts.models import AlertType, AlertWording, Subscription
from alerts.rules.account_changes import DETAILS
from alerts.types import type_batch
from alerts.verification.choices import CodeAnswer
from alerts.verification.codes import check_code, send_code
from alerts.verification.double_opt_in import ask as ask_for_yes
from alerts.verification.double_opt_in import number_changed
from alerts.verification.limits import TooOftenError, caller_key
from alerts.verification.links import LinkState, confirm_link, read_link, send_again, send_link
from alerts.verification.models import ToldChange
from alerts.verification.sending import NotPossibleError
from alerts.verification.standing import Contact, Standing, contacts_of
from billing.choices import ChangedDetail, Kind
from common.choices import Channel, Language
from customers import contacts
from customers.addresses import normal_address
from customers.choices import AccountStatus, ConsentSource, EmailSlot, NumberSlot
from customers.contacts import ContactChange
from customers.models import Account, Customer, Suppression
from delivery.choices import Lane
from delivery.outbox import NewMessage, enqueue_many
from delivery.selectors import default_sender

__all__ = [
    "CodeAnswer",
    "Contact",
    "LinkState",
    "NotPossibleError",
    "Standing",
    "TooOftenError",
    "ask_for_yes",
    "caller_key",
    "change_email",
    "change_number",
    "check_code",
    "confirm_link",
    "contacts_of",
    "read_link",
    "send_again",
    "send_code",
    "send_link",
    "tell_contact_change",
]
TYPE = "profile_change"
_CHANNEL = {
    EmailSlot.EMAIL_1: Channel.EMAIL,
    EmailSlot.EMAIL_2: Channel.EMAIL,
    NumberSlot.MOBILE: Channel.TEXT,
    NumberSlot.HOME: Channel.VOICE,
}
_DETAIL = {
    EmailSlot.EMAIL_1: ChangedDetail.EMAIL_1,
    EmailSlot.EMAIL_2: ChangedDetail.EMAIL_2,
    NumberSlot.MOBILE: ChangedDetail.MOBILE_NUMBER,
    NumberSlot.HOME: ChangedDetail.HOME_NUMBER,
}
_SHOWN_ACCOUNTS = 3


@transaction.atomic
def change_email(
    *,
    customer: Customer,
    slot: EmailSlot,
    address: str,
    source: ConsentSource,
    taken_by: AbstractBaseUser | None = None,
) -> ContactChange:
    """`customers.contacts.change_email`, and the notices. Raises what it raises."""
    change = contacts.change_email(
        customer=customer, slot=slot, address=address, source=source, taken_by=taken_by
    )
    tell_contact_change(customer=customer, change=change)
    return change


@transaction.atomic
def change_number(
    *,
    customer: Customer,
    slot: NumberSlot,
    number: str,
    source: ConsentSource,
    taken_by: AbstractBaseUser | None = None,
) -> ContactChange:
    """`customers.contacts.change_number`, and the notices. Raises what it raises."""
    change = contacts.change_number(
        customer=customer, slot=slot, number=number, source=source, taken_by=taken_by
    )
    tell_contact_change(customer=customer, change=change)
    if slot is NumberSlot.MOBILE and change.is_change:
        number_changed(
            customer=customer, old=change.old, new=change.new, source=source, taken_by=taken_by
        )
    return change


def tell_contact_change(*, customer: Customer, change: ContactChange) -> int:
    """Queue the notices of a change that was just made; returns how many. In its transaction.

    The old contact is told in its own way, whatever is subscribed; so are the emails that the
    member has now. A new number is texted or called only where the member chose that (RULES 2).
    """
    type = AlertType.objects.filter(key=TYPE, fact_kind=Kind.ACCOUNT_CHANGE, enabled=True).first()
    if type is None or not change.is_change:
        return 0
    wording = _wording(type, customer)
    if wording is None:
        return 0
    accounts = list(Account.objects.filter(customer=customer).exclude(status=AccountStatus.CLOSED))
    batch = type_batch(type)
    context = _context(customer, accounts, _DETAIL[change.slot])
    rows = [
        NewMessage(
            # The moment of the change is the customer's: the same detail may change twice.
            cause=f"alert:{TYPE}:contact:{customer.pk}:{change.slot}:"
            f"{customer.updated_at.isoformat()}:{channel}:{address.lower()}",
            batch=batch,
            content=wording.content,
            sender=default_sender(channel),
            address=address,
            lane=Lane(type.lane),
            customer_id=customer.pk,
            account_id=accounts[0].pk if accounts else None,
            context=context,
            time_zone=customer.time_zone,
        )
        for channel, address in _told(type, customer, accounts, change)
    ]
    # The billing system will tell us of the same change (rules/account_changes.py).
    ToldChange.objects.create(
        customer=customer,
        what=change.slot,
        new=normal_address(change.new),
        at=timezone.now(),
    )
    return enqueue_many(rows)


def _told(
    type: AlertType, customer: Customer, accounts: list[Account], change: ContactChange
) -> Iterable[tuple[Channel, str]]:
    own = _CHANNEL[change.slot]
    ways = [(own, change.old)]
    ways += [(Channel.EMAIL, customer.email_1), (Channel.EMAIL, customer.email_2)]
    if own is not Channel.EMAIL and _chosen(type, accounts, own):
        ways.append((own, change.new))
    found = dict.fromkeys((way, normal_address(address)) for way, address in ways if address)
    refused = set(
        Suppression.objects.filter(
            address__in=[address for _, address in found], purpose__in=["", type.purpose]
        ).values_list("channel", "address")
    )
    as_written = {normal_address(address): address for _, address in ways if address}
    return [
        (channel, as_written[address])
        for channel, address in found
        if (channel.value, address) not in refused
    ]


def _chosen(type: AlertType, accounts: list[Account], channel: Channel) -> bool:
    rows = Subscription.objects.filter(type=type, account__in=accounts)
    return rows.filter(**{channel.value: True}).exists()


def _wording(type: AlertType, customer: Customer) -> AlertWording | None:
    """The member's language, else English."""
    found = {
        wording.language: wording
        for wording in AlertWording.objects.filter(type=type, is_current=True).select_related(
            "content"
        )
    }
    return found.get(customer.language) or found.get(Language.ENGLISH)


def _context(customer: Customer, accounts: list[Account], detail: ChangedDetail) -> dict[str, str]:
    """What the wording may name. A contact is the member's: all their accounts are named."""
    spanish = customer.language == Language.SPANISH
    numbers = ", ".join(account.number for account in accounts[:_SHOWN_ACCOUNTS])
    more = len(accounts) > _SHOWN_ACCOUNTS
    at = accounts[0].service_address if accounts else ""
    return {
        "name": customer.name,
        "firstname": customer.first_name or customer.name,
        "account": f"{numbers}, …" if more else numbers or customer.number,
        "serviceaddress": at or ("dirección registrada" if spanish else "address on file"),
        "detail": DETAILS[detail][1 if spanish else 0],
    }
