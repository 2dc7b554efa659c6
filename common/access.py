"""Who may open a view: every view says it, and a guard test walks all URLs to see that it does.

    @requires("mass_notifications.process")     # signed in, with this permission, or 403 in words
    @public("A provider calls it; the signature is checked inside.")

Both work for function views and for class-based ones (decorate the class).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.generic.base import View

AnyView = TypeVar("AnyView", bound=Callable[..., Any])

# The attribute under which a view carries what it asks for; as_view() keeps it.
REQUIRED = "required_permissions"
PUBLIC = "public_because"


def requires(*permissions: str) -> Callable[[AnyView], AnyView]:
    """Only for people who are signed in and have one of `permissions` ("delivery.view_sandbox").

    Others are led to the sign-in page, or told in words what they lack. An htmx request of
    somebody whose session ended makes the whole page go to the sign-in page.
    """
    if not permissions or any("." not in permission for permission in permissions):
        raise ValueError("requires() takes permissions as app.codename")

    def guard(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            if not any(request.user.has_perm(permission) for permission in permissions):
                raise PermissionDenied(_words(permissions))
            return view(request, *args, **kwargs)

        setattr(guarded, REQUIRED, permissions)
        return guarded

    return _for_functions_and_classes(guard)


def public(why: str) -> Callable[[AnyView], AnyView]:
    """Open to everybody, for the reason given."""

    def mark(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return view(request, *args, **kwargs)

        setattr(marked, PUBLIC, why)
        return marked

    if not why:
        raise ValueError("public() takes the reason")
    return _for_functions_and_classes(mark)


def required_permissions(view: Callable[..., Any]) -> tuple[str, ...]:
    """The permissions of which `view` asks one; empty where it is public or carries no mark."""
    return getattr(view, REQUIRED, ())


def public_because(view: Callable[..., Any]) -> str:
    """Why `view` is open to everybody; "" where it is not."""
    return getattr(view, PUBLIC, "")


def _for_functions_and_classes(
    guard: Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]],
) -> Callable[[AnyView], AnyView]:
    def decorate(view: Any) -> Any:
        if isinstance(view, type) and issubclass(view, View):
            return method_decorator(guard, name="dispatch")(view)
        return guard(view)

    return decorate


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        answer = HttpResponse(status=204)
        # The page that asked, not the fragment; its host is ours or it is not followed.
        page = urlsplit(request.headers.get("HX-Current-URL", "")).path
        answer["HX-Redirect"] = redirect_to_login(page or settings.LOGIN_REDIRECT_URL).url
        return answer
    return redirect_to_login(request.get_full_path())


def _words(permissions: tuple[str, ...]) -> str:
    names = []
    for permission in permissions:
        app_label, codename = permission.split(".", 1)
        known = Permission.objects.filter(
            content_type__app_label=app_label, codename=codename
        ).first()
        names.append(_(known.name) if known else permission)
    return _(
        "Your role does not include this: %(names)s. An administrator can change that on the "
        "People page."
    ) % {"names": " / ".join(names)}
