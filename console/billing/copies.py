"""Choosing which copies of its bills an account gets, on the member's behalf."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from billing.ebills.copies import CopiesRefusedError, choose_copies, copies_of
from billing.models import Bill
from console.access import requires
from console.alerts.shared import find_account
from console.mass_notifications.shared import person
from customers.choices import ConsentSource
from customers.models import Account, Customer

CHANGE = "billing.change_billcopies"


class CopiesForm(forms.Form):
    paper = forms.BooleanField(label=gettext_lazy("Paper bill"), required=False)
    email_1 = forms.BooleanField(label=gettext_lazy("Emailed to Email 1"), required=False)
    email_2 = forms.BooleanField(label=gettext_lazy("Emailed to Email 2"), required=False)

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for slot in ("email_1", "email_2"):
            self.fields[slot].help_text = getattr(customer, slot) or _("There is no address yet.")


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
def copies(request: HttpRequest, pk: int) -> HttpResponse:
    """`pk`: of the bill from which one comes, and to which one goes back."""
    bill = get_object_or_404(Bill.objects.select_related("account__customer"), pk=pk)
    return _choose(request, bill.account, bill)


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
def of_account(request: HttpRequest, number: str) -> HttpResponse:
    """From the account's alerts, where the ebill is one of them, and back there."""
    account = find_account(number)
    if account is None:
        raise Http404
    return _choose(request, account, None)


def _choose(request: HttpRequest, account: Account, bill: Bill | None) -> HttpResponse:
    if bill is not None:
        back, back_words = (
            reverse("console:bill", args=[bill.pk]),
            _("Bill %(number)s") % {"number": bill.number},
        )
    else:
        back = reverse("console:account_alerts", args=[account.number])
        back_words = _("Alerts & Reminders")
    form = CopiesForm(
        request.POST if request.method == "POST" else None,
        customer=account.customer,
        initial=copies_of(account)._asdict(),
    )
    if request.method == "POST" and form.is_valid():
        try:
            choose_copies(
                account=account,
                paper=form.cleaned_data["paper"],
                email_1=form.cleaned_data["email_1"],
                email_2=form.cleaned_data["email_2"],
                source=ConsentSource.CSR,
                taken_by=person(request),
            )
        except CopiesRefusedError as refused:
            form.add_error(refused.field or None, refused.problem)
        else:
            messages.success(request, _("Saved. It counts from the next bill on."))
            return redirect(back)
    return render(
        request,
        "billing/copies.html",
        {"form": form, "back": back, "back_words": back_words, "account": account},
    )
