"""Choosing which copies of its bills an account gets, on the member's behalf."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from billing.ebills.copies import CopiesRefusedError, choose_copies, copies_of
from billing.models import Bill
from console.access import requires
from console.mass_notifications.shared import person
from customers.choices import ConsentSource
from customers.models import Customer

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
    account = bill.account
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
            return redirect("console:bill", pk=bill.pk)
    return render(request, "billing/copies.html", {"form": form, "bill": bill, "account": account})
