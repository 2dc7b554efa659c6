"""All mass notifications, a new one, what it is called and what it is for, and the approvals."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.choices import Purpose
from console.access import requires
from console.mass_notifications.forms import NewForm, SettingsForm
from console.mass_notifications.shared import (
    ADD,
    APPROVE,
    CHANGE,
    DELETE,
    READ,
    deck_url,
    do,
    find,
    person,
    render_dialog,
    take_over,
)
from mass_notifications import drafts, selectors
from mass_notifications.choices import EDITABLE, State
from mass_notifications.errors import Refused

PAGE = 25
EMERGENCY = "mass_notifications.send_emergency"


@requires(READ)
def notifications(request: HttpRequest) -> HttpResponse:
    search = request.GET.get("q", "").strip()
    state = request.GET.get("state", "")
    found = selectors.notifications(
        search=search, state=state, sort=request.GET.get("sort") or "-created"
    )
    return render(
        request,
        "console/mass_notifications/list.html",
        {
            "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
            "search": search,
            "state": state,
            "states": State.choices,
            "filtered": bool(search or state),
            "may_add": request.user.has_perm(ADD),
        },
    )


@requires(ADD)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    form = NewForm(request.POST or None, initial={"type": request.GET.get("type")})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        kind = data.get("type")
        changes = {name: data[name] for name in ("purpose", "channels") if data[name]}
        _check_emergency(request, str(changes.get("purpose", kind.purpose if kind else "")))
        try:
            notification = drafts.notification_create(
                name=data["name"], by=person(request), type=kind
            )
            if changes:
                drafts.notification_update(notification=notification, changes=changes)
        except (Refused, ValidationError) as error:
            take_over(form, error)
        else:
            return redirect(deck_url(notification))
    return render(request, "console/mass_notifications/new.html", {"form": form})


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, channels and purpose."""
    notification = find(pk)
    form = SettingsForm(request.POST or None, instance=find(pk))
    if request.method == "POST" and form.is_valid():
        _check_emergency(request, form.cleaned_data["purpose"])
        try:
            drafts.notification_update(notification=notification, changes=form.cleaned_data)
        except (Refused, ValidationError) as error:
            take_over(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(deck_url(notification))
    return render_dialog(
        request,
        "console/mass_notifications/settings.html",
        {"form": form, "notification": notification},
    )


@requires(DELETE)
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    notification = find(pk)
    if request.method == "POST":
        try:
            drafts.notification_delete(notification=notification)
        except Refused as refused:
            messages.error(request, refused.words)
            return redirect(deck_url(notification))
        messages.success(
            request, _("“%(name)s” is deleted, its file too.") % {"name": notification.name}
        )
        return redirect("console:mass_list")
    return render_dialog(
        request, "console/mass_notifications/delete.html", {"notification": notification}
    )


@requires(CHANGE)
@require_http_methods(["POST"])
def good_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """ "Send the good rows": those with a problem stay behind, or hold everything up again."""
    notification = find(pk)
    wanted = request.POST.get("on") == "1"

    def change() -> str:
        drafts.notification_update(notification=notification, changes={"good_rows_only": wanted})
        if wanted:
            return _("The good rows will be sent; those with a problem stay behind.")
        return _("Nothing will be sent until every row is good.")

    return do(request, notification, change)


@requires(APPROVE)
def approvals(request: HttpRequest) -> HttpResponse:
    waiting = selectors.notifications(state=State.WAITING_APPROVAL, sort="processed")
    return render(
        request,
        "console/mass_notifications/approvals.html",
        {
            "page": Paginator(waiting, PAGE).get_page(request.GET.get("page")),
            "states": State,
            "editable": EDITABLE,
        },
    )


def _check_emergency(request: HttpRequest, purpose: str) -> None:
    """RULES 3: an emergency is restricted to those who may."""
    if purpose == Purpose.EMERGENCY and not request.user.has_perm(EMERGENCY):
        raise PermissionDenied(
            _("Your role does not include sending emergencies. Choose another purpose.")
        )
