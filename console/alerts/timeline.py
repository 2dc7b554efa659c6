"""Everything that was sent to the member of an account: why, in which words, what became of it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from alerts.history import history
from console.access import requires
from console.alerts.account import MESSAGES, account_context, account_or_404


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
        {**account_context(request, account, "history"), "page": page, "alerts_only": alerts_only},
    )
