"""A fact told by hand, to show or try what follows from it. The billing system tells the rest."""

from secrets import token_hex
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from billing.choices import ChangedDetail, Kind, PaymentMethod
from billing.facts import Outcome, Report, tell_facts
from billing.facts.fields import FactField
from billing.facts.kinds import KINDS
from common.sentences import translated
from console.access import requires
from console.alerts.shared import TELL, find_account

_CHOICES = {"method": PaymentMethod.choices, "what": ChangedDetail.choices}


class FactForm(forms.Form):
    """The fields of a kind. What is wrong with a value is said by the one way in for facts."""

    account = forms.CharField(label=gettext_lazy("Account"), max_length=30)
    fact_id = forms.CharField(
        label=gettext_lazy("Its own number"),
        max_length=64,
        help_text=gettext_lazy("Told again under the same number, a fact is corrected."),
    )

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in KINDS[kind].fields:
            self.fields[field.ways[0].name] = _field(field)

    def row(self) -> dict[str, str]:
        return {
            name: ("yes" if value else "no") if isinstance(value, bool) else str(value or "")
            for name, value in self.cleaned_data.items()
        }

    def take_over(self, report: Report) -> None:
        """Beside the fields, what was refused."""
        for problem in report.problems:
            name = problem.column if problem.column in self.fields else None
            self.add_error(name, translated(problem.problem))


def _field(field: FactField) -> forms.Field:
    name = field.ways[0].name
    options: dict[str, Any] = {"label": _(field.label), "required": field.is_required}
    if name in _CHOICES:
        return forms.ChoiceField(choices=_CHOICES[name], **options)
    if field.type == "boolean":
        return forms.BooleanField(label=_(field.label), required=False)
    if field.type == "date":
        return forms.CharField(
            widget=forms.TextInput(attrs={"type": "date"}),
            initial=timezone.localdate().isoformat() if field.is_required else None,
            **options,
        )
    if field.type == "timestamptz":
        now = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
        return forms.CharField(
            widget=forms.TextInput(attrs={"type": "datetime-local"}),
            initial=now if field.is_required else None,
            **options,
        )
    help_text = _("In dollars: 142.18") if field.type == "bigint" else ""
    return forms.CharField(max_length=200, help_text=help_text, **options)


@requires(TELL)
@require_http_methods(["GET", "POST"])
def tell(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in Kind.values:
        raise Http404
    chosen = Kind(kind)
    initial = {
        "account": request.GET.get("account", ""),
        "fact_id": f"BY-HAND-{token_hex(4)}",
    }
    form = FactForm(request.POST or None, kind=chosen, initial=initial)
    if request.method == "POST" and form.is_valid():
        report = tell_facts(chosen, [form.row()], keep_outcomes=True)
        if report.is_good:
            messages.success(request, _told(report))
            for remark in report.remarks:
                messages.warning(request, translated(remark.problem))
            account = find_account(form.cleaned_data["account"])
            query = f"?account={account.number}" if account else ""
            return redirect(reverse("console:tell_fact", args=[kind]) + query)
        form.take_over(report)
    tabs = [
        {
            "href": reverse("console:tell_fact", args=[one.value]),
            "label": one.label,
            "here": one is chosen,
            "count": None,
        }
        for one in Kind
    ]
    return render(
        request,
        "console/alerts/fact.html",
        {
            "form": form,
            "kind": chosen,
            "kinds": tabs,
            "told_account": find_account(initial["account"]),
        },
    )


def _told(report: Report) -> str:
    outcome = next(iter((report.outcomes or {}).values()), Outcome.NEW)
    if outcome == Outcome.UNCHANGED:
        return _("That was known already: nothing follows.")
    if outcome == Outcome.CHANGED:
        return _("The fact is corrected. Alerts go out where their words would differ.")
    return _("The fact is told. Its alerts go out now, or on their day.")
