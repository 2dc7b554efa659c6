"""What the members' pages share: the permissions, and finding things."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from alerts.contact_changes import Contact, contacts_of
from common.clock import now
from customers.choices import EmailSlot, NumberSlot
from customers.models import Customer

SEE = "customers.view_customer"
CHANGE = "customers.change_customer"


def find_customer(number: str) -> Customer:
    """By the member number."""
    return get_object_or_404(Customer, number=number)


def slot_or_404(slot: str) -> EmailSlot | NumberSlot:
    if slot in EmailSlot.values:
        return EmailSlot(slot)
    if slot in NumberSlot.values:
        return NumberSlot(slot)
    raise Http404


def contact_of(customer: Customer, slot: EmailSlot | NumberSlot) -> Contact:
    return next(contact for contact in contacts_of(customer, now=now()) if contact.slot == slot)
