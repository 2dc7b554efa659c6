"""The hours in which a member wants texts and calls, set by staff on the member's word."""

from datetime import time
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from console.access import requires
from console.alerts.account import account_context, account_or_404
from console.mass_notifications.shared import person
from customers.choices import ConsentSource
from customers.models import Customer
from customers.quiet_hours import (
    HoursRefusedError,
    clock_words,
    legal_hours_of,
    own_hours_of,
    places_of,
    remove_own_hours,
    set_own_hours,
)
from delivery.quiet import look_again

CHANGE = "customers.change_customer"


class OwnHoursForm(forms.Form):
    """From when until when, in half hours of the time that the law leaves."""

    opens = forms.TypedChoiceField(label=gettext_lazy("Not before"), coerce=time.fromisoformat)
    closes = forms.TypedChoiceField(label=gettext_lazy("Not after"), coerce=time.fromisoformat)

    def __init__(self, customer: Customer, data: Any = None) -> None:
        self.legal = legal_hours_of(customer)
        own = own_hours_of(customer)
        opens, closes = (own.opens, own.closes) if own else self.legal
        super().__init__(data, initial={"opens": opens.isoformat(), "closes": closes.isoformat()})
        halves = _half_hours(*self.legal)
        # What was chosen before a law changed stays to be seen.
        for name, one, some in (("opens", opens, halves[:-1]), ("closes", closes, halves[1:])):
            choices = [(at.isoformat(), clock_words(at)) for at in sorted({*some, one})]
            self.fields[name].choices = choices  # type: ignore[attr-defined]


def _half_hours(first: time, last: time) -> list[time]:
    minutes = range(first.hour * 60 + first.minute, last.hour * 60 + last.minute + 1, 30)
    return sorted({*(time(at // 60, at % 60) for at in minutes), last})


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
def own_hours(request: HttpRequest, number: str) -> HttpResponse:
    account = account_or_404(number)
    customer = account.customer
    form = OwnHoursForm(customer, request.POST if "save" in request.POST else None)
    if request.method == "POST":
        if "remove" in request.POST:
            if remove_own_hours(customer=customer):
                look_again(customer.pk)
            messages.success(request, _("Texts and calls keep to the legal hours again."))
            return redirect("console:account_alerts", account.number)
        if form.is_valid() and _save(request, customer, form):
            return redirect("console:account_alerts", account.number)
    return render(
        request,
        "console/quiet_hours/own_hours.html",
        {
            **account_context(request, account, "alerts"),
            "form": form,
            "own": own_hours_of(customer),
            "legal": [clock_words(one) for one in form.legal],
            "places": places_of(customer),
        },
    )


def _save(request: HttpRequest, customer: Customer, form: OwnHoursForm) -> bool:
    try:
        hours = set_own_hours(
            customer=customer,
            opens=form.cleaned_data["opens"],
            closes=form.cleaned_data["closes"],
            source=ConsentSource.CSR,
            taken_by=person(request),
        )
    except HoursRefusedError as refused:
        form.add_error("closes", str(refused))
        return False
    look_again(customer.pk)
    messages.success(
        request,
        _("We text and call this member from %(opens)s to %(closes)s.")
        % {"opens": clock_words(hours.opens), "closes": clock_words(hours.closes)},
    )
    return True
