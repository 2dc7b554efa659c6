"""Members whom no alert could reach: who, why, what was tried, whom to call; done with a note."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alerts.models import Fallback
from alerts.person_tasks import Shown, done_tasks, open_tasks, shown, task_done, task_reopen
from common.phones import display_phone
from console.access import requires
from console.alerts.fact_words import fact_words, is_over
from console.alerts.shared import DO_TASKS
from console.mass_notifications.shared import person, render_dialog
from customers.addresses import normal_address
from customers.models import Customer

PAGE = 20
LONGEST_NOTE = 1_000


class DoneForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("What came of it"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Whom you spoke to, what they said. It stays with the account."),
    )


@requires(DO_TASKS)
@require_GET
def tasks(request: HttpRequest) -> HttpResponse:
    show_done = request.GET.get("show") == "done"
    found = done_tasks() if show_done else open_tasks()
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    here = reverse("console:alert_tasks")
    return render(
        request,
        "console/alerts/tasks.html",
        {
            "page": page,
            "show_done": show_done,
            "cards": [card(one) for one in shown(list(page.object_list))],
            "part_tabs": [
                {
                    "href": here,
                    "label": _("To do"),
                    "icon": "voice",
                    "here": not show_done,
                    "count": open_tasks().count() if show_done else page.paginator.count,
                },
                {
                    "href": f"{here}?show=done",
                    "label": _("Done"),
                    "icon": "check",
                    "here": show_done,
                    "count": None,
                },
            ],
        },
    )


@requires(DO_TASKS)
@require_http_methods(["GET", "POST"])
def done(request: HttpRequest, pk: int) -> HttpResponse:
    fallback = get_object_or_404(
        Fallback.objects.select_related("account__customer", "type"), pk=pk
    )
    form = DoneForm(request.POST or None, initial={"note": fallback.note})
    if request.method == "POST" and form.is_valid():
        name = fallback.account.customer.name
        if task_done(fallback=fallback, by=person(request), note=form.cleaned_data["note"]):
            messages.success(request, _("Done: %(name)s.") % {"name": name})
        else:
            messages.info(request, _("Somebody had seen to %(name)s already.") % {"name": name})
        return redirect("console:alert_tasks")
    return render_dialog(
        request,
        "console/alerts/task_done.html",
        {"form": form, "fallback": fallback},
        status=422 if form.errors else 200,
    )


@requires(DO_TASKS)
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    fallback = get_object_or_404(Fallback.objects.select_related("account__customer"), pk=pk)
    name = fallback.account.customer.name
    if task_reopen(fallback=fallback):
        messages.success(request, _("%(name)s is to be called again.") % {"name": name})
    else:
        messages.info(request, _("There was nothing to take back for %(name)s.") % {"name": name})
    return redirect("console:alert_tasks")


def card(one: Shown) -> dict[str, Any]:
    """A task as its card shows it."""
    return {
        "fallback": one.fallback,
        "account": one.fallback.account,
        "customer": one.fallback.account.customer,
        "why": fact_words(one.kind, one.fact),
        "is_over": is_over(one.kind, one.fact),
        "tried": one.tried,
        "numbers": _numbers(one.fallback.account.customer),
    }


def _numbers(customer: Customer) -> list[tuple[str, str, str]]:
    """(what, as people read it, as a telephone takes it). A person may call a number on which Do
    Not Call is on: it stops texts and automated calls (RULES 4)."""
    numbers = [
        (_("Mobile number"), customer.mobile_number),
        (_("Home number"), customer.home_number),
    ]
    return [
        (words, display_phone(address), address)
        for words, number in numbers
        if (address := normal_address(number or ""))
    ]
