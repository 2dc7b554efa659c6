"""Everything that was sent to the member of an account: why, in which words, what became of it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from alerts.history import history
from common.choices import Channel
from common.phones import display_phone
from console.access import requires
from console.alerts.account import MESSAGES, account_context, account_or_404
from delivery.models import Message


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
            "entries": [(entry, _to(entry.message)) for entry in page.entries],
            "alerts_only": alerts_only,
        },
    )


def _to(message: Message) -> str:
    if message.channel == Channel.PUSH:
        return _("a device")
    address = message.address
    return address if message.channel == Channel.EMAIL else display_phone(address)
