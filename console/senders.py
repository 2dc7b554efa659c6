"""Senders and limits: whom messages come from, how fast, and at which price (RULES 17)."""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from common.choices import Channel
from common.phones import read_phone
from console.access import requires
from delivery.models import Sender
from delivery.selectors import default_sender

VIEW = "delivery.view_sender"
CHANGE = "delivery.change_sender"
_CENTS_FOR_A_THOUSAND = 100_000  # price_per_thousand is in cents; people think in dollars for one


class SenderForm(forms.ModelForm[Sender]):
    price = forms.DecimalField(
        label=gettext_lazy("Price of one, in dollars"),
        min_value=0,
        max_digits=8,
        decimal_places=5,
        help_text=gettext_lazy("For a text: of one segment. For a call: of one call."),
    )

    class Meta:
        model = Sender
        fields: ClassVar = ["name", "address", "reply_to", "rate", "rate_unit"]
        labels: ClassVar = {"rate": gettext_lazy("At most, a second")}
        help_texts: ClassVar = {
            "rate": gettext_lazy(
                "0: as fast as the provider takes them. A toll-free number sends 3 segments a "
                "second unless the carrier allows more."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rate"].min_value = 0  # type: ignore[attr-defined]
        self.fields["price"].initial = _plain(
            Decimal(self.instance.price_per_thousand) / _CENTS_FOR_A_THOUSAND
        )
        if self.instance.channel == Channel.EMAIL:
            self.fields["address"].label = _("Email address")
        else:
            self.fields["address"].label = _("Telephone number")
            del self.fields["reply_to"]
        if self.instance.channel == Channel.PUSH:
            del self.fields["address"]
        if self.instance.channel != Channel.TEXT:
            del self.fields["rate_unit"]

    def clean_rate(self) -> float:
        rate = float(self.cleaned_data["rate"])
        if rate < 0:
            raise forms.ValidationError(_("A rate can't be below 0."))
        return rate

    def clean_address(self) -> str:
        address = str(self.cleaned_data["address"]).strip()
        if not address:
            return ""
        if self.instance.channel == Channel.EMAIL:
            return str(forms.EmailField().clean(address))
        found = read_phone(address)
        if not found.number:
            raise forms.ValidationError(
                _("“%(number)s” is not a telephone number.") % {"number": address}
            )
        return found.number

    def save(self, commit: bool = True) -> Sender:
        self.instance.price_per_thousand = round(self.cleaned_data["price"] * _CENTS_FOR_A_THOUSAND)
        return super().save(commit)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@requires(VIEW)
@require_GET
def senders(request: HttpRequest) -> HttpResponse:
    for channel in Channel:
        default_sender(channel)  # a new site's first ones
    rows = [
        (sender, _plain(Decimal(sender.price_per_thousand) / _CENTS_FOR_A_THOUSAND))
        for sender in Sender.objects.order_by("channel", "-is_default", "name")
    ]
    return render(
        request,
        "console/senders.html",
        {"senders": rows, "may_change": request.user.has_perm(CHANGE)},
    )


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    sender = get_object_or_404(Sender, pk=pk)
    form = SenderForm(request.POST or None, instance=sender)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved. It counts for everything that is not sent yet."))
        return redirect("console:senders")
    return render(request, "console/sender.html", {"form": form, "sender": sender})
