"""What every answer carries: a request id, a strict policy for content; a line in the log."""

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import get_resolver, set_urlconf
from django.utils import translation

from common.csp import HEADER, STRICT
from common.log_context import log_context

Answer = Callable[[HttpRequest], HttpResponseBase]
REQUEST_ID = "X-Request-ID"
_GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}").fullmatch
_HOOKS = "/hooks/"
_UNLOGGED = ("/healthz", "/readyz", "/metrics", "/static/")

log = logging.getLogger("upn.requests")


class RequestIdMiddleware:
    """The proxy's id of the request or a new one, in the answer and in each line of the log.

    The line of a request names its route, never its address: a query may hold a name or a number.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get(REQUEST_ID, "")
        request_id = given if _GIVEN_ID(given) else uuid.uuid4().hex
        started = time.perf_counter()
        with log_context(request_id=request_id):
            response = self.get_response(request)
            if not _is_unlogged(request, response):
                _log(request, response, milliseconds=(time.perf_counter() - started) * 1000)
        response[REQUEST_ID] = request_id
        return response


class ContentSecurityPolicyMiddleware:
    """The strict policy, unless the view set one of its own (common/csp.py)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.setdefault(HEADER, STRICT)
        return response


class HooksMiddleware:
    """The short way for what providers call: no session, no cookie, no user, no language of a
    browser. They come by the hundred a second, and each middleware is paid for by all of them."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self._answer_hook = convert_exception_to_response(_answer_hook)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(_HOOKS):
            response: HttpResponseBase = self._answer_hook(request)  # type: ignore[assignment]
            return response
        return self.get_response(request)


def _answer_hook(request: HttpRequest) -> HttpResponseBase:
    set_urlconf(None)
    match = get_resolver().resolve(request.path_info)
    request.resolver_match = match
    # The thread may still speak the language of whoever it answered before.
    with translation.override(settings.LANGUAGE_CODE):
        response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    return response


def _is_unlogged(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Accepted webhooks stand in a table, by the hundred a second; refused ones nowhere else."""
    if request.path_info.startswith(_HOOKS):
        return response.status_code < 400
    return request.path_info.startswith(_UNLOGGED)


def _log(request: HttpRequest, response: HttpResponseBase, *, milliseconds: float) -> None:
    match = request.resolver_match
    user = getattr(request, "user", None)
    log.info(
        "%s %s %d",
        request.method,
        match.route if match else "(no such page)",
        response.status_code,
        extra={
            "method": request.method,
            "status": response.status_code,
            "milliseconds": round(milliseconds, 1),
            "user": user.pk if user is not None and user.is_authenticated else None,
        },
    )
