"""Change how a member is reached. The old contact and the new one are both told (RULES 27)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alerts.contact_changes import change_email, change_number
from common.phones import display_phone
from common.sentences import translated
from console.access import requires
from console.customers.shared import CHANGE, contact_of, find_customer, slot_or_404
from console.mass_notifications.shared import person, render_dialog
from customers.choices import ConsentSource, EmailSlot, NumberSlot
from customers.contacts import ContactChange, ContactRefusedError
from customers.models import Customer


class ContactForm(forms.Form):
    """One detail; what it may be is judged by the function that keeps it."""

    value = forms.CharField(required=False, max_length=200)

    def __init__(self, slot: EmailSlot | NumberSlot, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["value"]
        field.label = slot.label
        kind = "email" if slot in EmailSlot.values else "tel"
        field.widget.attrs |= {"autocomplete": "off", "inputmode": kind, "autofocus": True}
        field.help_text = (
            _("At most 40 characters. Leave it empty to remove it.")
            if kind == "email"
            else _("Ten digits, such as 478-555-0112. Leave it empty to remove it.")
        )


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, number: str, slot: str) -> HttpResponse:
    customer, place = find_customer(number), slot_or_404(slot)
    contact = contact_of(customer, place)
    form = ContactForm(place, request.POST or None, initial={"value": contact.shown})
    if request.method == "POST" and form.is_valid():
        try:
            change = _change(request, customer, place, form.cleaned_data["value"])
        except ContactRefusedError as refused:
            form.add_error("value", translated(refused.problem))
            if refused.suggestion:
                form.add_error("value", _("Perhaps %(it)s?") % {"it": refused.suggestion})
        else:
            messages.success(request, _words(change))
            return redirect("console:customer", customer.number)
    return render_dialog(
        request,
        "console/customers/contact.html",
        {"form": form, "customer": customer, "slot": place, "contact": contact},
        status=422 if form.errors else 200,
    )


def _change(
    request: HttpRequest, customer: Customer, slot: EmailSlot | NumberSlot, value: str
) -> ContactChange:
    source, by = ConsentSource.CSR, person(request)
    if isinstance(slot, EmailSlot):
        return change_email(customer=customer, slot=slot, address=value, source=source, taken_by=by)
    return change_number(customer=customer, slot=slot, number=value, source=source, taken_by=by)


def _words(change: ContactChange) -> str:
    if not change.is_change:
        return _("Nothing was changed.")
    shown = display_phone(change.new) if change.new.startswith("+") else change.new
    if not change.new:
        return _("%(what)s is removed. The member is told.") % {"what": change.slot.label}
    return _("%(what)s is %(new)s now. The old and the new contact are told.") % {
        "what": change.slot.label,
        "new": shown,
    }
