"""A view's own Content-Security-Policy, where the site's strict one does not fit."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase

HEADER = "Content-Security-Policy"
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; frame-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
# For somebody else's HTML that we show in a frame of our own (the sandbox's mail): its styles and
# its data: images work, its scripts, links home and forms do not.
FRAMED_MAIL = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
    "base-uri 'none'; form-action 'none'; sandbox"
)


def content_security_policy(
    policy: str,
) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Answer with `policy` instead of the site's. Where it lets our own pages frame the view,
    X-Frame-Options follows."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def with_policy(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            response = view(request, *args, **kwargs)
            response[HEADER] = policy
            if "frame-ancestors 'self'" in policy:
                response["X-Frame-Options"] = "SAMEORIGIN"
            return response

        return with_policy

    return decorate
