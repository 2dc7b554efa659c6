"""Staff sign in with a second factor: who has none yet is led to set one up (RULES 26).

allauth asks for the factor that somebody has; this sees to it that everybody has one.
"""

from collections.abc import Callable, Iterable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from common.access import public_because

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# Where a factor is set up, proved and dropped, and the way out.
_OPEN = ("account_logout", "account_reauthenticate", "set_language")


class SecondFactorMiddleware:
    """Keeps staff without a second factor out of everything but its set-up.

    `settings.STAFF_SECOND_FACTOR` turns it off, for a demonstration.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        user = request.user
        if not (settings.STAFF_SECOND_FACTOR and user.is_authenticated and user.is_staff):
            return None
        if _is_open(request, view) or has_second_factor(user):
            return None
        set_up = reverse("mfa_index")
        if request.headers.get("HX-Request") == "true":
            answer = HttpResponse(status=204)
            answer["HX-Redirect"] = set_up
            return answer
        messages.warning(
            request,
            _(
                "Set up a second factor first: an authenticator app or a passkey. The console "
                "opens when that is done."
            ),
        )
        return redirect(set_up)


def has_second_factor(user: Any) -> bool:
    return bool(Authenticator.objects.filter(user=user, type__in=FACTORS).exists())


def people_with_second_factor(people: Iterable[User]) -> set[int]:
    """The ids of those who have one."""
    found = Authenticator.objects.filter(user__in=list(people), type__in=FACTORS)
    return set(found.values_list("user_id", flat=True))


def _is_open(request: HttpRequest, view: Callable[..., Any]) -> bool:
    match = request.resolver_match
    name = (match.url_name or "") if match else ""
    return name.startswith("mfa_") or name in _OPEN or bool(public_because(view))
