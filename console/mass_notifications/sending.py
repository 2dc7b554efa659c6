"""Process, schedule, approve, pause, resume, cancel, retry, and a test to oneself."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from console.access import requires
from console.mass_notifications.forms import ScheduleForm, TestForm
from console.mass_notifications.shared import (
    APPROVE,
    PROCESS,
    deck_url,
    do,
    find,
    person,
    render_dialog,
    take_over,
)
from mass_notifications import process, selectors
from mass_notifications.choices import State
from mass_notifications.errors import Refused
from mass_notifications.try_out import send_test


@requires(PROCESS)
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Process: first what will happen, exactly; then it happens."""
    notification = find(pk)
    if request.method == "POST":

        def go() -> str:
            state = process.process(notification=notification, by=person(request))
            if state == State.WAITING_APPROVAL:
                return _("It waits for somebody else's approval. Nothing is sent before that.")
            return _("Sending has begun.")

        return do(request, notification, go)
    return render_dialog(
        request,
        "console/mass_notifications/process.html",
        {
            "notification": notification,
            "summary": selectors.summary_of(notification),
            "blockers": process.blockers(notification),
            "sent_before": selectors.sent_before(notification),
        },
    )


@requires(PROCESS)
@require_http_methods(["GET", "POST"])
def schedule(request: HttpRequest, pk: int) -> HttpResponse:
    notification = find(pk)
    today = timezone.localtime()
    form = ScheduleForm(request.POST or None, initial={"day": today.strftime("%Y-%m-%d")})
    if request.method == "POST" and form.is_valid():
        at = form.cleaned_data["at"]
        try:
            state = process.process(notification=notification, by=person(request), at=at)
        except Refused as refused:
            take_over(form, refused)
        else:
            when = formats.date_format(timezone.localtime(at), "DATETIME_FORMAT")
            words = (
                _("It waits for somebody else's approval, and goes out on %(when)s.")
                if state == State.WAITING_APPROVAL
                else _("It will be sent on %(when)s. You can take it back until then.")
            )
            messages.success(request, words % {"when": when})
            return redirect(deck_url(notification))
    return render_dialog(
        request,
        "console/mass_notifications/schedule.html",
        {
            "notification": notification,
            "form": form,
            "zone": timezone.get_current_timezone_name(),
            "zone_short": today.tzname(),
            "now": today,
            "blockers": process.blockers(notification),
        },
    )


@requires(PROCESS)
@require_http_methods(["GET", "POST"])
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """ "Send a test to me": the first good row's values, to the person's own address."""
    notification = find(pk)
    form = TestForm(
        request.POST or None,
        channels=list(notification.channels),
        initial={"email": getattr(request.user, "email", "")},
    )
    if request.method == "POST" and form.is_valid():
        addresses = {name: value for name, value in form.cleaned_data.items() if value}
        try:
            sent = send_test(notification=notification, by=person(request), addresses=addresses)
        except Refused as refused:
            take_over(form, refused)
        else:
            messages.success(
                request,
                ngettext(
                    "One test message is on its way.",
                    "%(n)d test messages are on their way.",
                    len(sent),
                )
                % {"n": len(sent)},
            )
            return redirect(deck_url(notification))
    return render_dialog(
        request,
        "console/mass_notifications/test.html",
        {"notification": notification, "form": form},
    )


@requires(APPROVE)
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    notification = find(pk)

    def go() -> str:
        process.approve(notification=notification, by=person(request))
        return _("Approved.")

    return do(request, notification, go)


@requires(APPROVE)
@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    notification = find(pk)

    def go() -> str:
        process.send_back(notification=notification, by=person(request))
        return _("Sent back to be changed. Nothing was sent.")

    return do(request, notification, go)


@requires(PROCESS)
@require_POST
def unschedule(request: HttpRequest, pk: int) -> HttpResponse:
    notification = find(pk)

    def go() -> str:
        process.unschedule(notification=notification)
        return _("Taken off the schedule. Nothing was sent.")

    return do(request, notification, go)


@requires(PROCESS)
@require_POST
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    notification = find(pk)

    def go() -> str:
        process.pause(notification=notification)
        return _("Paused. What was already handed over still arrives; nothing more goes out.")

    return do(request, notification, go)


@requires(PROCESS)
@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    notification = find(pk)

    def go() -> str:
        process.resume(notification=notification)
        return _("Sending goes on.")

    return do(request, notification, go)


@requires(PROCESS)
@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel what is left: asked once more, because it can't be undone."""
    notification = find(pk)
    if request.method == "POST":

        def go() -> str:
            cancelled = process.cancel(notification=notification)
            return ngettext(
                "Cancelled: one message was not sent.",
                "Cancelled: %(n)s messages were not sent.",
                cancelled,
            ) % {"n": f"{cancelled:,}"}

        return do(request, notification, go)
    return render_dialog(
        request,
        "console/mass_notifications/cancel.html",
        {"notification": notification, "sending": selectors.sending(notification)},
    )


@requires(PROCESS)
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    notification = find(pk)

    def go() -> str:
        retried = process.retry_failed(notification=notification)
        return ngettext(
            "One failed message is tried again.",
            "%(n)s failed messages are tried again.",
            retried,
        ) % {"n": f"{retried:,}"}

    return do(request, notification, go)


@requires(PROCESS)
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Send what is in doubt again: asked once more, because some people may get it twice."""
    notification = find(pk)
    if request.method == "POST":

        def go() -> str:
            again = process.resend_doubtful(notification=notification)
            return ngettext(
                "One message in doubt is sent again.",
                "%(n)s messages in doubt are sent again.",
                again,
            ) % {"n": f"{again:,}"}

        return do(request, notification, go)
    return render_dialog(
        request,
        "console/mass_notifications/resend.html",
        {"notification": notification, "sending": selectors.sending(notification)},
    )
