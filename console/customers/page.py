"""A member: how they are reached and what they agreed to, their accounts, and where to go on."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from alerts.contact_changes import Contact, Standing, contacts_of
from alerts.history import history
from alerts.verification.codes import open_code
from common.choices import Channel
from common.clock import now
from common.emails import read_email
from console.access import requires
from console.alerts.account import MESSAGES
from console.alerts.shared import SEE_CHOICES
from console.alerts.timeline import in_order, replies_between
from console.customers.shared import CHANGE, SEE, find_customer
from customers.choices import RepairKind
from customers.models import Customer

SEE_LEDGER = "customers.view_consentevent"
LATELY = 8


@requires(SEE)
@require_GET
def customer(request: HttpRequest, number: str) -> HttpResponse:
    member = find_customer(number)
    accounts = list(member.accounts.all())
    may_see_messages = request.user.has_perm(MESSAGES)
    return render(
        request,
        "console/customers/customer.html",
        {
            "customer": member,
            "accounts": accounts,
            "may_see_choices": request.user.has_perm(SEE_CHOICES),
            "may_see_messages": may_see_messages,
            "lately": _lately(member) if may_see_messages else [],
            "history_account": accounts[0] if accounts else None,
            **contacts_context(request, member),
        },
    )


def _lately(member: Customer) -> list[dict[str, Any]]:
    """The last things between us and them, newest first."""
    page = history(customer=member, size=LATELY)
    return in_order(page, replies_between(member, page))[:LATELY]


def contacts_context(request: HttpRequest, member: Customer) -> dict[str, Any]:
    contacts = contacts_of(member, now=now())
    return {
        "may_change": request.user.has_perm(CHANGE),
        "may_see_ledger": request.user.has_perm(SEE_LEDGER),
        "use_suggestion": RepairKind.SUGGESTION.value,
        "contacts": [_shown(member, contact) for contact in contacts],
        "lacks_email": not any(c.address for c in contacts if c.channel is Channel.EMAIL),
    }


def _shown(member: Customer, contact: Contact) -> dict[str, Any]:
    code = open_code(contact.address) if contact.address.startswith("+") else None
    return {
        "contact": contact,
        "is_number": contact.channel is not Channel.EMAIL,
        "is_trouble": contact.standing in (Standing.BAD, Standing.TROUBLE),
        # What they may have meant, where the domain is one keystroke from a common one.
        "suggestion": _suggestion(contact),
        "is_waiting": contact.standing is Standing.WAITING,
        "may_ask_again": contact.standing is Standing.NO_ANSWER,
        # For this member: the same number may be somebody else's, with a code of their own.
        "code": code if code is not None and code.customer_id == member.pk else None,
    }


def _suggestion(contact: Contact) -> str:
    if contact.channel is not Channel.EMAIL or contact.standing is Standing.CONFIRMED:
        return ""
    return read_email(contact.address).suggestion
