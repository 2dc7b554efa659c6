"""Bulk enrollment: see whom it reaches, turn it on, take it back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from alerts.choices import EnrollmentState, LeftOut
from alerts.enrollment import Reach, dry_run, enroll, take_back
from alerts.models import Enrollment
from billing.choices import PaymentMethod
from common.choices import Channel
from console.access import requires
from console.alerts.enrollment_form import EnrollmentForm
from console.alerts.shared import ENROLL
from console.mass_notifications.shared import person, render_dialog, take_over
from customers.choices import RecurringPayment

SHOWN = 50


@requires(ENROLL)
@require_GET
def enrollments(request: HttpRequest) -> HttpResponse:
    rows = Enrollment.objects.select_related("type", "created_by")[:SHOWN]
    return render(
        request,
        "console/alerts/enrollments.html",
        {"enrollments": [(row, criteria_words(row.criteria)) for row in rows]},
    )


@requires(ENROLL)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The first sending of the form is the dry run; the second, of the same, does it."""
    form = EnrollmentForm(
        request.POST or None, request.FILES or None, initial={"channels": [Channel.EMAIL.value]}
    )
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        type, channels, criteria = form.chosen()
        seen = form.fingerprint()
        try:
            if request.POST.get("seen") == seen and "apply" in request.POST:
                enrollment = enroll(
                    type=type, channels=channels, criteria=criteria, by=person(request)
                )
                messages.success(request, _done(enrollment))
                return redirect("console:alert_enrollment", enrollment.pk)
            reach = dry_run(type=type, channels=channels, criteria=criteria)
        except ValidationError as error:
            take_over(form, error)
        else:
            context |= {
                "seen": seen,
                "changed": "apply" in request.POST,
                "type": type,
                **_reach_context(reach),
            }
    return render(request, "console/alerts/enrollment_new.html", context)


@requires(ENROLL)
@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    enrollment = _find(pk)
    return render(
        request,
        "console/alerts/enrollment.html",
        {
            "enrollment": enrollment,
            "undone": enrollment.state == EnrollmentState.UNDONE,
            "criteria": criteria_words(enrollment.criteria),
            **_reach_context(Reach(**enrollment.reach)),
        },
    )


@requires(ENROLL)
@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    enrollment = _find(pk)
    if request.method == "POST":
        count = take_back(enrollment=enrollment, by=person(request))
        messages.success(
            request,
            ngettext(
                "Taken back for one account. What members chose since stays.",
                "Taken back for %(n)s accounts. What members chose since stays.",
                count,
            )
            % {"n": f"{count:,}"},
        )
        return redirect("console:alert_enrollment", enrollment.pk)
    return render_dialog(request, "console/alerts/enrollment_undo.html", {"enrollment": enrollment})


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
    if (accounts := criteria.get("accounts")) is not None:
        words.append(
            ngettext("A list of one account", "A list of %(n)s accounts", len(accounts))
            % {"n": f"{len(accounts):,}"}
        )
    return words


def _find(pk: int) -> Enrollment:
    return get_object_or_404(
        Enrollment.objects.select_related("type", "created_by", "undone_by"), pk=pk
    )


def _done(enrollment: Enrollment) -> str:
    count = enrollment.reach["accounts"]
    return ngettext(
        "“%(name)s” is on for one more account.",
        "“%(name)s” is on for %(n)s more accounts.",
        count,
    ) % {"name": enrollment.type.name, "n": f"{count:,}"}


def _reach_context(reach: Reach) -> dict[str, Any]:
    """Channels as columns, reasons as rows."""
    channels = [c for c in Channel if c.value in {**reach.channels, **reach.left_out}]
    reasons = [r for r in LeftOut if any(r.value in row for row in reach.left_out.values())]
    return {
        "reach": reach,
        "reach_channels": channels,
        "reached": [reach.channels.get(channel.value, 0) for channel in channels],
        "left_out": [
            (reason.label, [reach.left_out.get(c.value, {}).get(reason.value, 0) for c in channels])
            for reason in reasons
        ],
    }
