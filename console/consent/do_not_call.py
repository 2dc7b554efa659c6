"""Do Not Call on a number (RULES 4): on at a click, off by the member's word alone."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from console.access import requires
from console.consent.forms import LiftForm, TurnOnForm
from console.consent.ledger import CHANGE, address_context, show
from console.mass_notifications.shared import person
from customers.choices import ConsentSource
from customers.consent import set_do_not_call
from customers.ledger import reading


@requires(CHANGE)
@require_POST
def turn_on(request: HttpRequest) -> HttpResponse:
    form = TurnOnForm(data=request.POST)
    if not form.is_valid():
        return _refused(request, "silence", turn_on=form)
    number = form.cleaned_data["address"]
    set_do_not_call(
        number,
        True,
        source=ConsentSource(form.cleaned_data["source"]),
        words=form.cleaned_data["words"],
        taken_by=person(request),
    )
    messages.success(
        request,
        _("Do Not Call is on for %(number)s: no texts and no automated calls, on every account.")
        % {"number": reading.address_words(number)},
    )
    return _back(request, number)


@requires(CHANGE)
@require_POST
def lift(request: HttpRequest) -> HttpResponse:
    form = LiftForm(data=request.POST)
    if not form.is_valid():
        return _refused(request, "lift", lift=form)
    number = form.cleaned_data["address"]
    set_do_not_call(
        number,
        False,
        source=form.told_by,
        words=form.cleaned_data["words"],
        taken_by=person(request),
        said_at=form.said_at,
    )
    messages.success(
        request,
        _("Do Not Call is lifted for %(number)s. What was refused otherwise stays refused.")
        % {"number": reading.address_words(number)},
    )
    return _back(request, number)


def _refused(request: HttpRequest, prefix: str, **form: TurnOnForm | LiftForm) -> HttpResponse:
    """The page of the number with the form as it was typed and what is wrong with it."""
    number = reading.read_address(request.POST.get(f"{prefix}-address", "")[:254])
    if not number.startswith("+"):
        messages.error(request, _("Do Not Call is for phone numbers."))
        return redirect("console:consent_find")
    context = address_context(request, number, **form)
    return render(request, "console/consent/address.html", context, status=422)


def _back(request: HttpRequest, number: str) -> HttpResponse:
    """To the page that the click was on, else to the number's own."""
    back = request.POST.get("back", "")
    if back and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return redirect(back)
    return show(request, number)
