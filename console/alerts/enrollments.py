"""Bulk enrollment: see whom it reaches, turn it on, take it back."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alerts.choices import EnrollmentState, LeftOut
from alerts.enrollment import (
    AT_WORK,
    Reach,
    apply,
    discard,
    propose,
    share_done,
    take_back_later,
)
from alerts.models import Enrollment
from billing.choices import PaymentMethod
from common.choices import Channel
from common.upload_limit import too_large
from console.access import requires
from console.alerts.enrollment_form import EnrollmentForm, start_from
from console.alerts.shared import ENROLL
from console.mass_notifications.shared import person, render_dialog, take_over
from customers.choices import RecurringPayment

PAGE = 25
CHIPS = {
    EnrollmentState.CHECKING: ("info", "search"),
    EnrollmentState.CHECKED: ("warn", "eye"),
    EnrollmentState.APPLYING: ("info", "play"),
    EnrollmentState.APPLIED: ("ok", "check"),
    EnrollmentState.UNDOING: ("info", "retry"),
    EnrollmentState.UNDONE: ("", "stop"),
}


@requires(ENROLL)
@require_GET
def enrollments(request: HttpRequest) -> HttpResponse:
    rows = Enrollment.objects.select_related("type", "created_by")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "console/alerts/enrollments.html",
        {
            "page": page,
            "enrollments": [
                (row, criteria_words(row.criteria), *CHIPS[EnrollmentState(row.state)])
                for row in page
            ],
        },
    )


@requires(ENROLL)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """What is asked for is looked at by a worker first; its page offers to do it."""
    initial: dict[str, Any] = {"channels": [Channel.EMAIL.value]}
    given, lost = request.GET.get("from", ""), 0
    if given.isascii() and given.isdigit():
        before = _find(int(given[:18]))
        initial = start_from(before)
        if not initial["accounts"]:
            lost = before.criteria.get("account_count", 0)
    form = EnrollmentForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                type, channels, criteria = form.chosen(by=person(request))
                enrollment = propose(
                    type=type, channels=channels, criteria=criteria, by=person(request)
                )
        except ValidationError as error:
            take_over(form, error)
        else:
            return redirect("console:alert_enrollment", enrollment.pk)
    elif request.method == "POST" and too_large(request):
        most = settings.UPN_MAX_FILE_BYTES // 1024**2
        form.add_error(
            "file", _("This file is larger than %(most)d MB. Split it in two.") % {"most": most}
        )
    return render(request, "console/alerts/enrollment_new.html", {"form": form, "lost": lost})


@requires(ENROLL)
@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "console/alerts/enrollment.html", _context(pk))


@requires(ENROLL)
@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The part that changes; asked for again as long as a worker is at it."""
    return render(request, "console/alerts/_enrollment.html", _context(pk))


@requires(ENROLL)
@require_POST
def turn_on(request: HttpRequest, pk: int) -> HttpResponse:
    if not apply(enrollment=_find(pk), by=person(request)):
        messages.info(request, _("This enrollment is not waiting to be turned on."))
    return redirect("console:alert_enrollment", pk)


@requires(ENROLL)
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    if not discard(enrollment=_find(pk)):
        messages.info(request, _("What was turned on stays on record; it can be taken back."))
        return redirect("console:alert_enrollment", pk)
    messages.success(request, _("Discarded. Nothing was changed."))
    return redirect("console:alert_enrollments")


@requires(ENROLL)
@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    enrollment = _find(pk)
    if request.method == "POST":
        if not take_back_later(enrollment=enrollment, by=person(request)):
            messages.info(request, _("It is not on any more."))
        return redirect("console:alert_enrollment", enrollment.pk)
    return render_dialog(request, "console/alerts/enrollment_undo.html", {"enrollment": enrollment})


def _context(pk: int) -> dict[str, Any]:
    enrollment = _find(pk)
    tone, drawing = CHIPS[EnrollmentState(enrollment.state)]
    return {
        "enrollment": enrollment,
        "tone": tone,
        "drawing": drawing,
        "is_live": enrollment.state in AT_WORK,
        "share": share_done(enrollment),
        "criteria": criteria_words(enrollment.criteria),
        **_reach_context(Reach(**enrollment.reach)),
    }


def criteria_words(criteria: dict[str, Any]) -> list[str]:
    """The stored criteria, as people read them."""
    words = []
    if chosen := criteria.get("recurring_payments"):
        names = ", ".join(str(RecurringPayment(one).label) for one in chosen)
        words.append(_("Recurring payment: %(names)s") % {"names": names})
    if chosen := criteria.get("payment_methods"):
        names = ", ".join(str(PaymentMethod(one).label) for one in chosen)
        words.append(_("Paid by: %(names)s") % {"names": names})
    if chosen := criteria.get("cycles"):
        words.append(_("Cycles: %(names)s") % {"names": ", ".join(chosen)})
    if criteria.get("key_accounts") is not None:
        words.append(
            _("Key accounts alone") if criteria["key_accounts"] else _("All but key accounts")
        )
    accounts = criteria.get("accounts")
    if accounts is not None or criteria.get("account_list") is not None:
        count = criteria.get("account_count", 0) if accounts is None else len(accounts)
        words.append(
            ngettext("A list of one account", "A list of %(n)s accounts", count)
            % {"n": f"{count:,}"}
        )
    return words


def _find(pk: int) -> Enrollment:
    return get_object_or_404(
        Enrollment.objects.select_related("type", "created_by", "undone_by"), pk=pk
    )


def _reach_context(reach: Reach) -> dict[str, Any]:
    """Channels as columns, reasons as rows."""
    channels = [c for c in Channel if c.value in {**reach.channels, **reach.left_out}]
    reasons = [r for r in LeftOut if any(r.value in row for row in reach.left_out.values())]
    return {
        "reach": reach,
        "to_ask": sum(row.get(LeftOut.WAITING_YES.value, 0) for row in reach.left_out.values()),
        "reach_channels": channels,
        "reached": [reach.channels.get(channel.value, 0) for channel in channels],
        "left_out": [
            (reason.label, [reach.left_out.get(c.value, {}).get(reason.value, 0) for c in channels])
            for reason in reasons
        ],
    }
