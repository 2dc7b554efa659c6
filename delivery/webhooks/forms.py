"""What Twilio's requests say, checked; a request that lacks it is answered 400, in words."""

import re

from django.http import HttpRequest

from delivery.webhooks.refusing import MalformedError

_SID = re.compile(r"[A-Z]{2}[0-9a-f]{32}")
_NUMBER = re.compile(r"\+[1-9]\d{6,14}")

# What Twilio writes for a number that is hidden: ANONYMOUS, BLOCKED, RESTRICTED, UNAVAILABLE and
# UNKNOWN on a telephone's keys.
_HIDDEN = frozenset({"+266696687", "+2562533", "+7378742883", "+86282452253", "+8656696"})


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
    return value if _NUMBER.fullmatch(value) and value not in _HIDDEN else ""
