"""When did this number agree, and to what? Everything about one address on a page."""

import logging
from itertools import groupby
from typing import Any

from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from console.access import requires
from console.consent.forms import FindForm, LiftForm, RevocationForm, TurnOnForm
from console.mass_notifications.shared import person
from customers.addresses import normal_address
from customers.ledger import reading
from customers.ledger.chain import head
from customers.ledger.reading import Line
from customers.ledger.standing import do_not_call_of, standing
from customers.models import Customer
from customers.selectors import customer_by_account

VIEW = "customers.view_consentevent"
CHANGE = "customers.change_consent"
LINES_A_PAGE = 25
log = logging.getLogger(__name__)


@requires(VIEW)
@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """By number, email or account; a POST, so that nothing of it stands in a URL."""
    form = FindForm(request.POST or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data["address"].replace("\x00", "")
        customer = None if "@" in wanted else customer_by_account(wanted)
        if customer is not None:
            log.info("Person %s looked for member %s's addresses.", person(request).pk, customer.pk)
            context |= {"customer": customer, "addresses": _addresses_of(customer)}
        elif address := reading.read_address(wanted):
            return show(request, address)
        else:
            form.add_error(
                "address", _("This is no phone number, no email and no account that we have.")
            )
    return render(request, "console/consent/find.html", context, status=422 if form.errors else 200)


@requires(VIEW)
@require_GET
def one(request: HttpRequest, line: int) -> HttpResponse:
    address = reading.address_of_line(line)
    if not address:
        raise Http404
    log.info("Person %s looked at the consent ledger of line %s.", person(request).pk, line)
    return render(request, "console/consent/address.html", address_context(request, address))


def show(request: HttpRequest, address: str) -> HttpResponse:
    """Its page; one that has no line yet, and so no place of its own, is shown at once."""
    line = reading.first_line(address)
    if line is not None:
        return redirect("console:consent_address", line)
    # It still shows whose it is.
    log.info("Person %s looked at an address that has no line yet.", person(request).pk)
    return render(request, "console/consent/address.html", address_context(request, address))


def address_context(request: HttpRequest, address: str, **forms: Any) -> dict[str, Any]:
    """What the page shows. `forms`: one that was refused, in place of a fresh one."""
    pages = Paginator(reading.events_of(address), LINES_A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    lines = reading.with_seals(list(page.object_list))
    is_number = address.startswith("+")
    may_change = request.user.has_perm(CHANGE)
    someone = person(request) if may_change else None
    return {
        "address": address,
        "shown": reading.address_words(address),
        "is_number": is_number,
        "line": reading.first_line(address),
        "page": page,
        "lines": [_Group(list(group), someone) for _key, group in groupby(lines, _said_together)],
        "standing": standing(address),
        "holders": reading.holders_of(address),
        "do_not_call": do_not_call_of([address]).get(address),
        "may_change": may_change,
        "head": head(),
        "revocation": RevocationForm(address),
        "turn_on": TurnOnForm(address),
        "lift": LiftForm(address),
        **forms,
    }


class _Group:
    """Lines that were said with one breath: of texts and of calls, by the same reply."""

    def __init__(self, lines: list[Line], someone: User | None) -> None:
        self.lines = sorted(lines, key=lambda line: line.event.pk)
        self.event = self.lines[-1].event
        self.undone = any(line.undone_by for line in lines)
        self.may_undo = (
            someone is not None and not self.undone and reading.may_undo(self.event, someone)
        )


def _said_together(line: Line) -> tuple[Any, ...]:
    event = line.event
    # What a program wrote line by line; a person's lines have one moment, by which they are undone.
    at = event.at if event.taken_by_id else event.at.replace(microsecond=0)
    who = (event.customer_id, event.taken_by_id)
    return (at, event.action, event.purpose, event.source, event.words, *who)


def _addresses_of(customer: Customer) -> list[tuple[str, str, str]]:
    """(what it is, as the ledger writes it, as people do) of each that the member has."""
    found = []
    for slot in ("mobile_number", "home_number", "email_1", "email_2"):
        address = normal_address(getattr(customer, slot) or "")
        if address:
            label = Customer._meta.get_field(slot).verbose_name  # type: ignore[union-attr]
            found.append((str(label), address, reading.address_words(address)))
    return found
