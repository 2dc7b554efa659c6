"""What each person will get, one by one, on each channel; also while somebody writes."""

import copy
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from common.choices import Channel
from common.csp import FRAMED_MAIL, content_security_policy
from console.access import requires
from console.mass_notifications.forms import MessageForm
from console.mass_notifications.shared import RESULTS, find
from mass_notifications import selectors
from mass_notifications.models import MassNotification
from mass_notifications.preview import Preview, find_recipient, preview
from mass_notifications.summary import Summary


@requires(RESULTS)
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """The card alone. A POST brings the words that are being written; nothing is saved."""
    notification = find(pk)
    if request.method == "POST":
        notification = _as_being_written(request, notification)
    summary = selectors.summary_of(notification)
    context: dict[str, Any] = {"notification": notification, "writing": request.method == "POST"}
    if summary is not None:
        context |= preview_context(request, notification, summary)
    return render(request, "console/mass_notifications/_preview.html", context)


@requires(RESULTS)
@content_security_policy(FRAMED_MAIL)
@require_GET
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    """The HTML of one recipient's email, for a frame that runs nothing."""
    shown = preview(find(pk), index=_index(request.GET), channel=Channel.EMAIL)
    if shown is None or not shown.html:
        raise Http404
    return HttpResponse(shown.html)


def _as_being_written(request: HttpRequest, notification: MassNotification) -> MassNotification:
    draft = copy.copy(notification)
    form = MessageForm(request.POST, instance=draft)
    form.is_valid()  # sets on the copy what can be used; nothing is saved
    for name in form.fields:
        setattr(draft, name, form.data.get(name, ""))
    return draft


def preview_context(
    request: HttpRequest, notification: MassNotification, summary: Summary
) -> dict[str, Any]:
    asked = request.GET if request.method == "GET" else request.POST
    reached = {c.value: summary.channels[c].recipients for c in Channel if c in summary.channels}
    channel = asked.get("channel", "")
    if channel not in reached:
        channel = next((name for name, count in reached.items() if count), "") or next(
            iter(reached), Channel.EMAIL.value
        )
    index = min(_index(asked), max(reached.get(channel, 0) - 1, 0))
    wanted, not_found = asked.get("person", "").strip(), ""
    if wanted:
        found = find_recipient(notification, channel=channel, search=wanted)
        if found is None:
            not_found = _("Nobody in this list on this channel matches “%(words)s”.") % {
                "words": wanted
            }
        else:
            index = found
    shown = preview(notification, index=index, channel=channel)
    return {
        "preview": shown,
        "preview_channel": channel,
        "preview_tabs": [_tab(notification, name, channel, index) for name in reached.items()],
        "preview_previous": _link(notification, channel, index - 1) if index else None,
        "preview_next": _link(notification, channel, index + 1)
        if shown and index + 1 < shown.total
        else None,
        "preview_not_found": not_found,
        "preview_url": reverse("console:mass_preview", args=[notification.pk]),
        "opens_as": _opens_as(shown),
    }


def _index(asked: QueryDict) -> int:
    """`?n=` counts from 1, the preview from 0."""
    number = asked.get("n", "")
    return max(int(number) - 1, 0) if number.isascii() and number.isdigit() else 0


def _link(notification: MassNotification, channel: str, index: int) -> dict[str, str]:
    query = f"?channel={channel}&n={index + 1}"
    return {
        # Without JavaScript the deck itself shows the next person.
        "href": reverse("console:mass_one", args=[notification.pk]) + query + "#preview",
        "live": reverse("console:mass_preview", args=[notification.pk]) + query,
    }


def _tab(
    notification: MassNotification, reached: tuple[str, int], here: str, index: int
) -> dict[str, Any]:
    name, count = reached
    return {
        **_link(notification, name, 0 if name != here else index),
        "label": Channel(name).label,
        "icon": name,
        "count": count,
        "here": name == here,
        "id": f"preview-tab-{name}",
    }


def _opens_as(shown: Preview | None) -> str:
    return "" if shown is None else str(Channel(shown.channel).label)
