"""Send a verification, take a code that the member reads out, ask again for a YES."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from alerts.contact_changes import (
    CodeAnswer,
    Contact,
    NotPossibleError,
    Standing,
    TooOftenError,
    ask_for_yes,
    check_code,
    send_code,
    send_link,
)
from alerts.verification.codes import tries_left
from common.choices import Channel
from common.phones import display_phone
from console.access import requires
from console.customers.shared import CHANGE, contact_of, find_customer, slot_or_404
from console.mass_notifications.shared import person
from customers.choices import ConsentSource
from customers.models import Customer


@requires(CHANGE)
@require_POST
def send(request: HttpRequest, number: str, slot: str) -> HttpResponse:
    customer = find_customer(number)
    contact = contact_of(customer, slot_or_404(slot))
    by_call = request.POST.get("by") == "voice" or contact.channel is Channel.VOICE

    def do() -> str:
        if contact.channel is Channel.EMAIL:
            send_link(
                customer=customer,
                address=contact.address,
                source=ConsentSource.CSR,
                taken_by=person(request),
            )
            return _("A link is on its way to %(to)s. It is good for 24 hours.")
        send_code(
            customer=customer,
            number=contact.address,
            channel=Channel.VOICE if by_call else Channel.TEXT,
            source=ConsentSource.CSR,
            taken_by=person(request),
        )
        if by_call:
            return _("We are calling %(to)s with a code. Ask the member to read it to you.")
        return _("A code is on its way to %(to)s. Ask the member to read it to you.")

    return _do(request, customer, contact, do)


@requires(CHANGE)
@require_POST
def ask(request: HttpRequest, number: str, slot: str) -> HttpResponse:
    """Where nobody replied YES and the wait is over."""
    customer = find_customer(number)
    contact = contact_of(customer, slot_or_404(slot))

    def do() -> str:
        if contact.standing is not Standing.NO_ANSWER:
            return _("There is nothing to ask %(to)s for.")
        ask_for_yes(
            number=contact.address,
            customer=customer,
            source=ConsentSource.CSR,
            taken_by=person(request),
            words=_("Asked again by member services"),
        )
        return _("%(to)s is asked once more to reply YES.")

    return _do(request, customer, contact, do)


@requires(CHANGE)
@require_POST
def code(request: HttpRequest, number: str, slot: str) -> HttpResponse:
    customer = find_customer(number)
    contact = contact_of(customer, slot_or_404(slot))
    answer = check_code(
        customer=customer,
        number=contact.address,
        code=request.POST.get("code", "")[:40],
        source=ConsentSource.CSR,
        taken_by=person(request),
    )
    if answer is CodeAnswer.CONFIRMED:
        messages.success(
            request,
            _("That is the code: %(to)s is verified.") % {"to": display_phone(contact.address)},
        )
    elif answer is CodeAnswer.WRONG:
        left = tries_left(contact.address)
        messages.error(
            request,
            ngettext(
                "That is not the code. One more try, then a new code is needed.",
                "That is not the code. %(n)d more tries.",
                left,
            )
            % {"n": left},
        )
    else:
        messages.error(request, str(answer.label))
    return redirect("console:customer", customer.number)


def _do(
    request: HttpRequest, customer: Customer, contact: Contact, action: Callable[[], str]
) -> HttpResponse:
    """Say what happened, in words, and go back to the member."""
    try:
        messages.success(request, action() % {"to": contact.shown})
    except TooOftenError as too_often:
        messages.warning(
            request,
            _("Nothing was sent: the last one is too recent. Try again %(when)s.")
            % {"when": wait_words(too_often)},
        )
    except NotPossibleError as refused:
        reason = refused.reason.label if refused.reason else _("This is not on file any more")
        messages.error(
            request,
            _("Nothing was sent to %(to)s: %(reason)s.")
            % {"to": contact.shown or _("it"), "reason": reason},
        )
    return redirect("console:customer", customer.number)


def wait_words(too_often: TooOftenError) -> str:
    """ "in 40 seconds", "in 12 minutes", "in 3 hours"."""
    seconds = max(1, round((too_often.again_at - timezone.now()).total_seconds()))
    if seconds < 90:
        return ngettext("in %(n)d second", "in %(n)d seconds", seconds) % {"n": seconds}
    minutes = -(-seconds // 60)
    if minutes < 90:
        return ngettext("in %(n)d minute", "in %(n)d minutes", minutes) % {"n": minutes}
    hours = -(-minutes // 60)
    return ngettext("in %(n)d hour", "in %(n)d hours", hours) % {"n": hours}
