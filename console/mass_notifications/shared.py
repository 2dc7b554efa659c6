"""What the pages of a mass notification share: finding it, refusing in words, dialogs."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from mass_notifications.errors import Refused
from mass_notifications.models import MassNotification

READ = "mass_notifications.view_massnotification"
ADD = "mass_notifications.add_massnotification"
CHANGE = "mass_notifications.change_massnotification"
DELETE = "mass_notifications.delete_massnotification"
PROCESS = "mass_notifications.process_massnotification"
APPROVE = "mass_notifications.approve_massnotification"
RESULTS = "mass_notifications.view_results"


def find(pk: int) -> MassNotification:
    return get_object_or_404(
        MassNotification.objects.select_related(
            "type", "file", "batch", "created_by", "processed_by", "approved_by"
        ),
        pk=pk,
    )


def person(request: HttpRequest) -> User:
    """Who asks; every view here is behind `requires`, so it is somebody."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def deck_url(notification: MassNotification) -> str:
    return reverse("console:mass_one", args=[notification.pk])


def do(
    request: HttpRequest, notification: MassNotification, action: Callable[[], str], to: str = ""
) -> HttpResponse:
    """Do it, say what happened, and go back to the deck (or to `to`)."""
    try:
        words = action()
    except Refused as refused:
        messages.error(request, refused.words)
    except ValidationError as invalid:
        messages.error(request, " ".join(invalid.messages))
    else:
        if words:
            messages.success(request, words)
    return redirect(to or deck_url(notification))


def take_over(form: BaseForm, error: Refused | ValidationError) -> None:
    """Show what a write function refused beside the field that it is about."""
    if isinstance(error, Refused):
        form.add_error(error.field if error.field in form.fields else None, error.words)
        return
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for field, words in error.message_dict.items():
        for word in words:
            form.add_error(field if field in form.fields else None, word)


def render_dialog(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    """A page that htmx may also show in a dialog: the same template on another base."""
    in_dialog = request.headers.get("HX-Request") == "true"
    base = "console/dialog_base.html" if in_dialog else "console/small_page_base.html"
    response = render(request, template, {**context, "base": base}, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
