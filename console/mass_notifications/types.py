"""The kinds of mass notifications: what a new one starts with, and how often one is due."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from common.choices import Purpose
from console.access import requires
from console.mass_notifications.forms import SPANISH, TypeForm
from console.mass_notifications.lists import EMERGENCY
from console.mass_notifications.shared import take_over
from mass_notifications import types
from mass_notifications.errors import Refused
from mass_notifications.models import NotificationType

VIEW = "mass_notifications.view_notificationtype"
ADD = "mass_notifications.add_notificationtype"
CHANGE = "mass_notifications.change_notificationtype"


@requires(VIEW)
@require_GET
def notification_types(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "console/mass_notifications/types.html",
        {
            "types": NotificationType.objects.order_by("-active", "name"),
            "may_add": request.user.has_perm(ADD),
            "may_change": request.user.has_perm(CHANGE),
        },
    )


@requires(ADD)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    return _edit(request, NotificationType())


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, get_object_or_404(NotificationType, pk=pk))


def _edit(request: HttpRequest, kind: NotificationType) -> HttpResponse:
    title = kind.name
    form = TypeForm(request.POST or None, instance=kind)
    if request.method == "POST" and form.is_valid():
        if kind.purpose == Purpose.EMERGENCY and not request.user.has_perm(EMERGENCY):
            raise PermissionDenied(_("Your role does not include sending emergencies."))
        try:
            types.type_save(type=kind)
        except (Refused, ValidationError) as error:
            take_over(form, error)
        else:
            messages.success(request, _("“%(name)s” is saved.") % {"name": kind.name})
            return redirect("console:mass_types")
    return render(
        request,
        "console/mass_notifications/type.html",
        {
            "form": form,
            "kind": kind,
            "title": title,
            "spanish": [form[name] for name in SPANISH],
            "spanish_open": any(form[name].value() for name in SPANISH),
        },
    )
