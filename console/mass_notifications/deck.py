"""The flight deck: one page from the draft to the results, and the partials that it polls."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from common.templatetags.components import BarPart
from console.access import requires
from console.mass_notifications.preview import preview_context
from console.mass_notifications.results import ON_THE_DECK, recipients_context
from console.mass_notifications.shared import (
    APPROVE,
    CHANGE,
    DELETE,
    PROCESS,
    READ,
    RESULTS,
    find,
)
from delivery.tracking.counting import Reactions, reactions_to
from mass_notifications import process, selectors
from mass_notifications.choices import EDITABLE, MOVING, STARTED, LeftOut, State
from mass_notifications.models import MassNotification, RecipientFile
from mass_notifications.summary import Summary, asleep

PROBLEMS_SHOWN = 5
ACCEPT = ".csv,.tsv,.txt,.xlsx,.xlsm,.xls,.ods"
# What the page looks at again by itself, and how often.
WATCHED = MOVING | {State.PAUSED, State.SCHEDULED, State.WAITING_APPROVAL}


@requires(READ)
@require_GET
def deck(request: HttpRequest, pk: int) -> HttpResponse:
    notification = find(pk)
    return render(
        request, "console/mass_notifications/deck.html", deck_context(request, notification)
    )


@requires(READ)
@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """One partial for page and poll. When the state changes the whole deck takes its place."""
    notification = find(pk)
    if request.GET.get("state") != notification.state:
        response = deck(request, pk)
        response["HX-Retarget"] = "#deck"
        response["HX-Reselect"] = "#deck"
        response["HX-Reswap"] = "outerHTML"
        return response
    if notification.state not in STARTED:
        return HttpResponse(status=204)  # nothing new
    return render(
        request,
        "console/mass_notifications/_progress.html",
        {**_common(request, notification), **sending_context(notification), "oob": True},
    )


def deck_context(request: HttpRequest, notification: MassNotification) -> dict[str, Any]:
    context = _common(request, notification)
    if notification.state in STARTED:
        context |= sending_context(notification)
        if request.user.has_perm(RESULTS):
            context |= recipients_context(request, notification, ON_THE_DECK)
    else:
        context |= _preparing(request, notification)
    return context


def _common(request: HttpRequest, notification: MassNotification) -> dict[str, Any]:
    may = request.user.has_perm
    return {
        "notification": notification,
        "state": notification.state,
        "State": State,
        "editable": notification.state in EDITABLE,
        "started": notification.state in STARTED,
        "watched": notification.state in WATCHED,
        "may_change": may(CHANGE),
        "may_delete": may(DELETE),
        "may_process": may(PROCESS),
        "may_approve": may(APPROVE),
        "may_read_results": may(RESULTS),
        "zone": timezone.get_current_timezone_name(),
    }


def _preparing(request: HttpRequest, notification: MassNotification) -> dict[str, Any]:
    file = file_of(notification)
    summary = selectors.summary_of(notification) if file else None
    context: dict[str, Any] = {
        "file": file,
        "summary": summary,
        "has_words": bool(notification.body or notification.text_body or notification.voice_body),
        **upload_zone(notification),
    }
    if notification.state == State.CHECKING:
        context["progress"] = selectors.check_progress(notification)
        return context
    if notification.state in EDITABLE:
        context["blockers"] = process.blockers(notification)
    context["columns"] = selectors.columns_of(notification)
    if summary is None:
        return context
    context |= {
        "bar_parts": recipient_bar(summary),
        "left_out_total": sum(summary.left_out.values()),
        "left_out": left_out_table(summary),
        "asleep": asleep(summary, purpose=notification.purpose),
        "sent_before": selectors.sent_before(notification),
        "missing": selectors.missing(notification),
    }
    if request.user.has_perm(RESULTS):
        if summary.problem_rows:
            context["problems"] = selectors.problems_page(notification, size=PROBLEMS_SHOWN)
        if summary.reached and context["has_words"]:
            context |= preview_context(request, notification, summary)
    return context


def sending_context(notification: MassNotification) -> dict[str, Any]:
    sending = selectors.sending(notification)
    return {
        "sending": sending,
        "lanes": [(lane, lane_bar(lane)) for lane in sending.lanes],
        "announce": _announcement(notification, sending),
        "reactions": _reactions(notification),
    }


def _reactions(notification: MassNotification) -> Reactions | None:
    """Opens and clicks, where they are counted."""
    content, batch = notification.content_en, notification.batch
    return reactions_to(batch) if content and content.tracked and batch else None


def file_of(notification: MassNotification) -> RecipientFile | None:
    return getattr(notification, "file", None)


def upload_zone(notification: MassNotification) -> dict[str, Any]:
    """What `components/drop_zone.html` and the form around it need."""
    most = settings.UPN_MAX_FILE_BYTES // 1024**2
    return {
        "upload_url": reverse("console:mass_upload", args=[notification.pk]),
        "accept": ACCEPT,
        "max_bytes": settings.UPN_MAX_FILE_BYTES,
        "hint": _(
            "CSV, TSV, Excel or OpenDocument, up to %(most)d MB and %(rows)s rows. The first row "
            "holds the headings."
        )
        % {"most": most, "rows": f"{settings.UPN_MAX_FILE_ROWS:,}"},
        "too_big": _("This file is larger than %(most)d MB. Split it in two.") % {"most": most},
    }


def recipient_bar(summary: Summary) -> list[BarPart]:
    return [
        BarPart("ok", summary.reached, _("will be reached")),
        BarPart("none", sum(summary.left_out.values()), _("left out")),
        BarPart("warn", summary.problem_rows, _("rows with a problem")),
    ]


def left_out_table(summary: Summary) -> list[dict[str, Any]]:
    """Per reason: how many are reached by nothing, and how many miss some channel."""
    labels = dict(LeftOut.choices)
    return [
        {
            "reason": reason,
            "label": labels.get(reason, reason),
            "nothing": summary.left_out.get(reason, 0),
            "anywhere": count,
        }
        for reason, count in summary.left_out_anywhere.items()
    ]


def lane_bar(lane: Any) -> list[BarPart]:
    """Certain, on its way, failed; what is still waiting is the empty rest."""
    return [
        BarPart("ok", lane.delivered, _("delivered")),
        BarPart("wait", lane.sent, _("handed over")),
        BarPart("bad", lane.failed + lane.bounced, _("failed")),
        BarPart("warn", lane.unknown, _("in doubt")),
        BarPart("none", lane.suppressed + lane.cancelled, _("not sent")),
    ]


def _announcement(notification: MassNotification, sending: Any) -> str:
    """For screen readers: in steps of a tenth, so that nobody is talked to death."""
    if notification.state != State.SENDING or not sending.total:
        return str(notification.get_state_display())
    tenth = 10 * sending.handed // sending.total * 10
    return ngettext(
        "%(share)d percent of %(n)s message handed over.",
        "%(share)d percent of %(n)s messages handed over.",
        sending.total,
    ) % {"share": tenth, "n": f"{sending.total:,}"}
