"""Billing messages: what is printed on bills, by date, cycle and class (RULES 32)."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from billing.choices import AccountClass
from billing.messages import MOST_ON_A_BILL
from billing.models import BillingMessage
from console.access import requires
from customers.models import Account

VIEW = "billing.view_billingmessage"
ADD = "billing.add_billingmessage"
CHANGE = "billing.change_billingmessage"


class MessageForm(forms.ModelForm[BillingMessage]):
    cycles = forms.MultipleChoiceField(
        label=gettext_lazy("Billing cycles"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: all of them."),
    )
    classes = forms.MultipleChoiceField(
        label=gettext_lazy("Accounts"),
        required=False,
        choices=AccountClass.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: all of them. Else those in any of these."),
    )

    class Meta:
        model = BillingMessage
        fields: ClassVar = [
            "name",
            "text_en",
            "text_es",
            "kind",
            "starts_on",
            "ends_on",
            "cycles",
            "classes",
            "priority",
            "active",
        ]
        labels: ClassVar = {
            "kind": gettext_lazy("Goes to"),
            "starts_on": gettext_lazy("On bills dated from"),
            "ends_on": gettext_lazy("to, that day too"),
        }
        widgets: ClassVar = {
            "text_en": forms.Textarea(attrs={"rows": 3}),
            "text_es": forms.Textarea(attrs={"rows": 3, "lang": "es"}),
            "starts_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "ends_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        used = Account.objects.exclude(cycle="").values_list("cycle", flat=True).distinct()
        # A cycle that no account is in any more stays with its message.
        names = sorted({*used, *self.instance.cycles})
        cycles = self.fields["cycles"]
        assert isinstance(cycles, forms.MultipleChoiceField)  # noqa: S101 - as declared above
        cycles.choices = [(name, name) for name in names]


@requires(VIEW)
@require_GET
def billing_messages(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "billing/messages.html",
        {
            "billing_messages": BillingMessage.objects.order_by("-active", "priority", "id"),
            "most": MOST_ON_A_BILL,
            "today": timezone.localdate(),
            "may_add": request.user.has_perm(ADD),
            "may_change": request.user.has_perm(CHANGE),
        },
    )


@requires(ADD)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    return _edit(request, BillingMessage(starts_on=timezone.localdate()))


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, get_object_or_404(BillingMessage, pk=pk))


def _edit(request: HttpRequest, message: BillingMessage) -> HttpResponse:
    title = message.name
    form = MessageForm(request.POST or None, instance=message)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("“%(name)s” is saved.") % {"name": message.name})
        return redirect("console:bill_messages")
    return render(request, "billing/message.html", {"form": form, "title": title})
