"""What Twilio's requests say, checked; a request that lacks it is answered 400, in words."""

import re
from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse

_SID = re.compile(r"[A-Z]{2}[0-9a-f]{32}")
_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
Hook = Callable[..., HttpResponse]


class MalformedError(Exception):
    """The text is the answer."""


def field(request: HttpRequest, name: str) -> str:
    """A field's value without what the database can't hold; "" where it is missing."""
    return request.POST.get(name, "").replace("\x00", "").strip()


def needed(request: HttpRequest, name: str) -> str:
    value = field(request, name)
    if not value:
        raise MalformedError(f"{name} is missing.")
    return value


def sid(request: HttpRequest, name: str) -> str:
    value = needed(request, name)
    if not _SID.fullmatch(value):
        raise MalformedError(f"{name} is not an id of Twilio's: SM or CA and 32 digits of 0-9a-f.")
    return value


def number_or_nothing(request: HttpRequest, name: str) -> str:
    """A telephone number in E.164; "" for short codes, hidden and other senders."""
    value = field(request, name)
    return value if _NUMBER.fullmatch(value) else ""


def answers_malformed(view: Hook) -> Hook:
    @wraps(view)
    def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except MalformedError as error:
            return HttpResponse(str(error), status=400, content_type="text/plain; charset=utf-8")

    return answered
