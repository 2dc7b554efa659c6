"""All bills: found by account, number, due date and cycle."""

from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from billing.ebills.shown import state_of
from billing.models import Bill
from console.access import requires
from console.alerts.shared import find_account
from console.billing.bills import CHIPS, VIEW
from customers.models import Account

PAGE = 25
# What a column is sorted by; the last tells those apart that are alike.
SORTS = {
    "due": ("due_date", "id"),
    "date": ("date", "id"),
    "amount": ("amount_cents", "id"),
    "balance": ("balance_cents", "id"),
}
_DATE = forms.DateInput(attrs={"type": "date"})


class FindForm(forms.Form):
    q = forms.CharField(
        label=gettext_lazy("Account or bill number"), required=False, max_length=40, strip=True
    )
    due_from = forms.DateField(label=gettext_lazy("Due from"), required=False, widget=_DATE)
    due_to = forms.DateField(label=gettext_lazy("to"), required=False, widget=_DATE)
    cycle = forms.ChoiceField(label=gettext_lazy("Billing cycle"), required=False)
    unpaid = forms.BooleanField(label=gettext_lazy("Unpaid alone"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cycles = Account.objects.exclude(cycle="").order_by("cycle").values_list("cycle", flat=True)
        field = self.fields["cycle"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - as declared above
        field.choices = [
            ("", gettext_lazy("All cycles")),
            *((name, name) for name in cycles.distinct()),
        ]


@requires(VIEW)
@require_GET
def bills(request: HttpRequest) -> HttpResponse:
    form = FindForm(request.GET or None)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = _sorted(_found(wanted), request.GET.get("sort", "-due"))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    response = render(
        request,
        "billing/bills.html",
        {
            "form": form,
            "page": page,
            "lines": [(bill, *_chip(bill)) for bill in page],
            "filtered": any(wanted.values()) or bool(form.errors),
        },
    )
    patch_cache_control(response, private=True, no_store=True)
    return response


def _chip(bill: Bill) -> tuple[str, str, str]:
    state = state_of(bill, timezone.localdate())
    return (*CHIPS[state], str(state.label))


def _found(wanted: dict[str, Any]) -> QuerySet[Bill]:
    bills = Bill.objects.select_related("account__customer")
    if text := wanted.get("q"):
        bills = _of_number(bills, text)
    first: date | None = wanted.get("due_from")
    last: date | None = wanted.get("due_to")
    if first:
        bills = bills.filter(due_date__gte=first)
    if last:
        bills = bills.filter(due_date__lte=last)
    if wanted.get("cycle"):
        bills = bills.filter(account__cycle=wanted["cycle"])
    if wanted.get("unpaid"):
        bills = bills.filter(balance_cents__gt=0)
    return bills


def _of_number(bills: QuerySet[Bill], text: str) -> QuerySet[Bill]:
    """An account's, a member's, or the one that has this number."""
    account = find_account(text)
    if account is not None:
        return bills.filter(account=account)
    if text.isdigit():
        members = bills.filter(account__customer__number=text)
        if members.exists():
            return members
    by_id = bills.filter(fact_id=text)
    return by_id if by_id.exists() else bills.filter(number=text)


def _sorted(bills: QuerySet[Bill], sort: str) -> QuerySet[Bill]:
    down = sort.startswith("-")
    columns = SORTS.get(sort.removeprefix("-"), SORTS["due"])
    return bills.order_by(*(f"-{column}" if down else column for column in columns))
