"""The page for what broke: it must not depend on what may be broken."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseServerError
from django.template.loader import render_to_string


def server_error(request: HttpRequest) -> HttpResponseServerError:
    """No database, no session, no user: nothing but words."""
    return HttpResponseServerError(
        render_to_string(
            "500.html",
            {
                "utility_name": settings.UTILITY_NAME,
                "utility_short_name": settings.UTILITY_SHORT_NAME,
                "utility_address": settings.UTILITY_ADDRESS,
            },
        )
    )
