"""Everything that was sent to the member of an account, why, in which words and what became of it;
and what they texted to us."""

from datetime import datetime
from operator import itemgetter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from alerts.history import Page, history
from alerts.models import Fallback
from alerts.person_tasks import shown, tasks_of
from console.access import requires
from console.alerts.account import MESSAGES, account_context, account_or_404
from console.alerts.person_tasks import card
from customers.models import Account, Customer
from delivery.models import Message
from delivery.replies.models import InboundText
from delivery.replies.selectors import replies_of

TASKS_SHOWN = 5
REPLIES_SHOWN = 100


@requires(MESSAGES)
@require_GET
def timeline(request: HttpRequest, number: str) -> HttpResponse:
    account = account_or_404(number)
    asked = request.GET.get("before", "")
    before = int(asked[:18]) if asked.isascii() and asked.isdigit() else None
    alerts_only = request.GET.get("alerts") == "1"
    page = history(customer=account.customer, before=before, alerts_only=alerts_only)
    replies = [] if alerts_only else replies_between(account.customer, page, before)
    return render(
        request,
        "console/alerts/timeline.html",
        {
            **account_context(request, account, "history"),
            "page": page,
            "items": in_order(page, replies),
            "tasks": [card(one) for one in shown(_without_text(account))] if before is None else [],
            "alerts_only": alerts_only,
        },
    )


def _without_text(account: Account) -> list[Fallback]:
    """What stands beside no message of the list: where there was no text to follow up."""
    return list(tasks_of(account).filter(text=None)[:TASKS_SHOWN])


def replies_between(customer: Customer, page: Page, before: int | None = None) -> list[InboundText]:
    """What the member texted to us between the first and the last message of this page."""
    first = Message.objects.filter(pk=before).first() if before is not None else None
    return list(
        replies_of(
            customer,
            since=page.entries[-1].message.queued_at if page.before else None,
            until=first.queued_at if first else None,
        )[:REPLIES_SHOWN]
    )


def in_order(page: Page, replies: list[InboundText]) -> list[dict[str, Any]]:
    """Messages and replies as they followed each other, newest first."""
    items: list[tuple[datetime, dict[str, Any]]] = [
        *((entry.message.queued_at, {"entry": entry}) for entry in page.entries),
        *((reply.at, {"reply": reply}) for reply in replies),
    ]
    return [item for _, item in sorted(items, key=itemgetter(0), reverse=True)]
