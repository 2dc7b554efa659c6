"""Twilio Lookup v2: what kind of line a number is, and its carrier. A look costs about a cent."""

import logging
from typing import Any, NamedTuple

import requests
from django.conf import settings

from customers.choices import LineType
from delivery.providers.retry_after import retry_after_seconds

log = logging.getLogger(__name__)

_SECONDS = (5.0, 20.0)
_SLOWER_SECONDS = 10.0
# https://www.twilio.com/docs/lookup/v2-api/line-type-intelligence
_TYPES = {
    "mobile": LineType.MOBILE,
    "landline": LineType.LANDLINE,
    "fixedVoip": LineType.VOIP,
    "nonFixedVoip": LineType.VOIP,
    "tollFree": LineType.TOLL_FREE,
    "personal": LineType.OTHER,
    "premium": LineType.OTHER,
    "sharedCost": LineType.OTHER,
    "uan": LineType.OTHER,
    "voicemail": LineType.OTHER,
    "pager": LineType.OTHER,
    "unknown": LineType.UNKNOWN,
}


# Error codes that are about the number alone; any other is about our account or the request.
_NO_SUCH_NUMBER = {20404}
_NOT_COVERED = {60600, 60601, 60607, 60610}


class Line(NamedTuple):
    line_type: LineType
    carrier: str


class LookupFailedError(Exception):
    """Twilio can't be asked just now, in words without the number. `retry_after` in seconds: it
    asked us to be slower."""

    def __init__(self, text: str, *, retry_after: float | None = None) -> None:
        super().__init__(text)
        self.retry_after = retry_after


def is_configured() -> bool:
    return bool(
        settings.TWILIO_LOOKUP and settings.TWILIO_ACCOUNT_SID and settings.TWILIO_AUTH_TOKEN
    )


def look_up(session: requests.Session, number: str) -> Line:
    """Raises LookupFailedError."""
    try:
        answer = session.get(
            f"{settings.TWILIO_LOOKUP_URL.rstrip('/')}/v2/PhoneNumbers/{number}",
            params={"Fields": "line_type_intelligence"},
            auth=(settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN),
            timeout=_SECONDS,
            allow_redirects=False,
        )
    except requests.RequestException as error:
        # Its own words hold the number.
        raise LookupFailedError("Twilio Lookup can't be reached.") from error
    if answer.status_code == 429:
        wait = retry_after_seconds(answer.headers.get("Retry-After")) or _SLOWER_SECONDS
        raise LookupFailedError("Twilio Lookup asks us to be slower.", retry_after=wait)
    if answer.status_code in (401, 403):
        raise LookupFailedError("Twilio Lookup refused our account or its token.")
    try:
        said = answer.json()
        if answer.status_code == 200:
            return _line(said)
        code = said.get("code")
    except (ValueError, AttributeError) as error:
        if answer.status_code == 200:
            raise LookupFailedError("Twilio Lookup's answer could not be read.") from error
        code = None
    # A proxy and a mistyped TWILIO_LOOKUP_URL say 404 too, and of every number.
    if answer.status_code == 404 and code in _NO_SUCH_NUMBER:
        return Line(LineType.NOT_A_NUMBER, "")
    if answer.status_code in (400, 404) and code in _NOT_COVERED:
        return Line(LineType.UNKNOWN, "")
    raise LookupFailedError(f"Twilio Lookup answered {answer.status_code}.")


def _line(said: dict[str, Any]) -> Line:
    if said.get("valid") is False:
        return Line(LineType.NOT_A_NUMBER, "")
    found = said.get("line_type_intelligence") or {}
    kind, code = found.get("type"), found.get("error_code")
    if not kind and code and code not in _NOT_COVERED:
        # Our account's trouble: the number must be asked about again.
        raise LookupFailedError(f"Twilio Lookup answered with error {code}.")
    if kind and kind not in _TYPES:
        log.warning("Twilio's line type %.20r is not in our table.", kind)
    return Line(
        _TYPES.get(kind or "unknown", LineType.OTHER), str(found.get("carrier_name") or "")[:120]
    )
