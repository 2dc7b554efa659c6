"""What became of each message: the list, one message word for word."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from common.choices import Channel
from console.access import requires
from console.mass_notifications.shared import RESULTS, find, render_dialog
from delivery.choices import Status
from mass_notifications import selectors
from mass_notifications.models import MassNotification

SIZE = 50
ON_THE_DECK = 20


@requires(RESULTS)
@require_GET
def recipients(request: HttpRequest, pk: int) -> HttpResponse:
    """The list on a page of its own: what the deck's filters lead to without JavaScript."""
    notification = find(pk)
    return render(
        request,
        "console/mass_notifications/recipients.html",
        {"notification": notification, **recipients_context(request, notification)},
    )


@requires(RESULTS)
@require_GET
def message(request: HttpRequest, pk: int, message_id: int) -> HttpResponse:
    notification = find(pk)
    shown = selectors.message_of(notification, message_id)
    if shown is None:
        raise Http404
    return render_dialog(
        request,
        "console/mass_notifications/sent_message.html",
        {"notification": notification, "shown": shown},
    )


def recipients_context(
    request: HttpRequest, notification: MassNotification, size: int = SIZE
) -> dict[str, Any]:
    """The rows that the query asks for, and what the filters say."""
    search = request.GET.get("person", "").strip()
    channel = request.GET.get("channel", "")
    status = request.GET.get("status", "")
    after = request.GET.get("after", "")
    cursor = int(after) if after.isascii() and after.isdigit() and len(after) < 18 else 0
    page = selectors.recipients_page(
        notification,
        search=search,
        channel=channel if channel in Channel.values else "",
        status=status if status in Status.values else "",
        after=cursor,
        size=size,
    )
    return {
        "recipients": page,
        "recipients_url": reverse("console:mass_recipients", args=[notification.pk]),
        "search": search,
        "channel": channel,
        "status": status,
        "after": cursor,
        "statuses": Status.choices,
        "channels": [(name, Channel(name).label) for name in notification.channels],
        "filtered": bool(search or channel or status),
    }
