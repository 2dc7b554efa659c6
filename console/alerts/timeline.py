"""Everything that was sent to the member of an account: why, in which words, what became of it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from alerts.history import history
from alerts.models import Fallback
from alerts.person_tasks import shown, tasks_of
from console.access import requires
from console.alerts.account import MESSAGES, account_context, account_or_404
from console.alerts.person_tasks import card
from customers.models import Account

TASKS_SHOWN = 5


@requires(MESSAGES)
@require_GET
def timeline(request: HttpRequest, number: str) -> HttpResponse:
    account = account_or_404(number)
    before = request.GET.get("before", "")
    alerts_only = request.GET.get("alerts") == "1"
    page = history(
        customer=account.customer,
        before=int(before[:18]) if before.isascii() and before.isdigit() else None,
        alerts_only=alerts_only,
    )
    return render(
        request,
        "console/alerts/timeline.html",
        {
            **account_context(request, account, "history"),
            "page": page,
            "tasks": [card(one) for one in shown(_without_text(account))] if not before else [],
            "alerts_only": alerts_only,
        },
    )


def _without_text(account: Account) -> list[Fallback]:
    """What stands beside no message of the list: where there was no text to follow up."""
    return list(tasks_of(account).filter(text=None)[:TASKS_SHOWN])
