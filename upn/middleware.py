"""What every answer carries: a request id, a strict policy for content; a line in the log."""

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from common.csp import HEADER, STRICT
from common.log_context import log_context

Answer = Callable[[HttpRequest], HttpResponseBase]
REQUEST_ID = "X-Request-ID"
_GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}").fullmatch
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
            if not request.path_info.startswith(_UNLOGGED):
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
