"""What is held for quiet hours: how much, until when, and each message.

There is no "send now": what may ring at any hour is an emergency, which has its own permission,
reason and record (RULES 3, 9).
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from common.choices import Channel
from common.phones import display_phone
from console.access import requires
from delivery.held import held_groups, held_messages
from mass_notifications.models import MassNotification

LOOK = "delivery.view_message"
EMERGENCY = "mass_notifications.send_emergency"
NOTIFICATIONS = "mass_notifications.view_massnotification"


@requires(LOOK)
@require_GET
def held(request: HttpRequest) -> HttpResponse:
    groups = held_groups()
    channel, batch_id = _filters(request)
    page = held_messages(batch_id=batch_id, channel=channel, after=request.GET.get("after", ""))
    notifications: dict[int, int] = {}
    if request.user.has_perm(NOTIFICATIONS):
        notifications = dict(
            MassNotification.objects.filter(
                batch_id__in={group.batch_id for group in groups}
            ).values_list("batch_id", "pk")
        )
    names = {group.batch_id: group.batch for group in groups}
    context: dict[str, Any] = {
        "groups": [(group, notifications.get(group.batch_id)) for group in groups],
        "total": sum(group.count for group in groups),
        "rows": [(message, display_phone(message.address)) for message in page.messages],
        "after": page.after,
        "channel": channel,
        "batch_id": batch_id,
        "filtered": bool(channel or batch_id),
        "filter_words": _filter_words(channel, names.get(batch_id or 0, "")),
        "may_send_emergencies": request.user.has_perm(EMERGENCY),
    }
    return render(request, "console/quiet_hours/held.html", context)


def _filters(request: HttpRequest) -> tuple[str, int | None]:
    channel, batch = request.GET.get("channel", ""), request.GET.get("batch", "")
    is_number = batch.isascii() and batch.isdigit() and len(batch) < 18
    return channel if channel in Channel.values else "", int(batch) if is_number else None


def _filter_words(channel: str, batch: str) -> str:
    label = str(Channel(channel).label) if channel else _("Texts and calls")
    return f"{label} · {batch}" if batch else label
