"""A member: how they are reached and what they agreed to, their accounts, and where to go on."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from alerts.contact_changes import Contact, Standing, contacts_of
from alerts.verification.codes import open_code
from common.choices import Channel
from common.clock import now
from console.access import requires
from console.alerts.account import MESSAGES
from console.alerts.shared import SEE_CHOICES
from console.customers.shared import CHANGE, SEE, find_customer
from customers.models import Customer


@requires(SEE)
@require_GET
def customer(request: HttpRequest, number: str) -> HttpResponse:
    member = find_customer(number)
    return render(
        request,
        "console/customers/customer.html",
        {
            "customer": member,
            "accounts": list(member.accounts.all()),
            "may_see_choices": request.user.has_perm(SEE_CHOICES),
            "may_see_messages": request.user.has_perm(MESSAGES),
            **contacts_context(request, member),
        },
    )


def contacts_context(request: HttpRequest, member: Customer) -> dict[str, Any]:
    contacts = contacts_of(member, now=now())
    return {
        "may_change": request.user.has_perm(CHANGE),
        "contacts": [_shown(member, contact) for contact in contacts],
        "lacks_email": not any(c.address for c in contacts if c.channel is Channel.EMAIL),
    }


def _shown(member: Customer, contact: Contact) -> dict[str, Any]:
    code = open_code(contact.address) if contact.address.startswith("+") else None
    return {
        "contact": contact,
        "is_number": contact.channel is not Channel.EMAIL,
        "is_trouble": contact.standing in (Standing.BAD, Standing.TROUBLE),
        "is_waiting": contact.standing is Standing.WAITING,
        "may_ask_again": contact.standing is Standing.NO_ANSWER,
        # For this member: the same number may be somebody else's, with a code of their own.
        "code": code if code is not None and code.customer_id == member.pk else None,
    }
