"""Requests read with care, errors answered in words."""

import json
from typing import Any

from django.db import OperationalError
from rest_framework.exceptions import NotAuthenticated, ParseError, Throttled
from rest_framework.parsers import JSONParser
from rest_framework.response import Response
from rest_framework.views import exception_handler


class CarefulJSONParser(JSONParser):
    """JSON that is nested without end is a mistake like any other."""

    def parse(self, *args: Any, **more: Any) -> Any:
        try:
            return super().parse(*args, **more)
        except RecursionError as error:
            raise ParseError("This JSON is nested too deeply.") from error


def in_words(error: Exception, context: dict[str, Any]) -> Response | None:
    """{"error": "What is wrong and what to do."}"""
    if isinstance(error, OperationalError):
        return Response(
            {"error": "The database cannot be reached just now. Tell it again in a minute."},
            status=503,
            headers={"Retry-After": "60"},
        )
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, NotAuthenticated):
        words = "A key is needed: Authorization: Bearer KEY."
    elif isinstance(error, Throttled):
        words = f"Too many requests. Come back in {getattr(error, 'wait', None) or 60} seconds."
    else:
        detail = response.data.get("detail") if isinstance(response.data, dict) else None
        words = str(detail) if detail else json.dumps(response.data)
    response.data = {"error": words}
    return response
