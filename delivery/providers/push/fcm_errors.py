"""FCM's codes and what they mean to us (RULES 24).

https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from delivery.providers.base import ProviderError

log = logging.getLogger(__name__)

FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest"
# Google's own advice where FCM gives no time: a minute for a quota, ten seconds otherwise.
QUOTA_WAIT = 60.0
BUSY_WAIT = 10.0


@dataclass(frozen=True, slots=True)
class Meaning:
    reason: str
    permanent: bool = False
    bad_address: bool = False
    down: bool = False
    wait: float | None = None


MEANINGS: Mapping[str, Meaning] = {
    "UNREGISTERED": Meaning("The app is no longer on this phone.", True, bad_address=True),
    # Of the message, unless the answer names the token (see below).
    "INVALID_ARGUMENT": Meaning("Firebase can't read the message.", True),
    # The phone's app belongs to another Firebase project: or our credentials do, and then every
    # phone would say so. The device stays.
    "SENDER_ID_MISMATCH": Meaning("The app belongs to another Firebase project.", True),
    "QUOTA_EXCEEDED": Meaning("Firebase asks us to slow down.", wait=QUOTA_WAIT),
    "UNAVAILABLE": Meaning("Firebase is busy.", wait=BUSY_WAIT),
    "INTERNAL": Meaning("Firebase is out of order.", down=True, wait=BUSY_WAIT),
    # Apple's key in the Firebase project; phones with Android are not concerned.
    "THIRD_PARTY_AUTH_ERROR": Meaning("Firebase lacks a valid key for Apple's push.", wait=600.0),
    # General codes of Google's, where FCM gives none of its own.
    "UNAUTHENTICATED": Meaning("Firebase does not accept our credentials.", down=True),
    "PERMISSION_DENIED": Meaning("Our credentials may not send by Firebase.", down=True),
    "NOT_FOUND": Meaning("Firebase does not know the project.", down=True),
    "RESOURCE_EXHAUSTED": Meaning("Firebase asks us to slow down.", wait=QUOTA_WAIT),
    "DEADLINE_EXCEEDED": Meaning("Firebase is busy.", wait=BUSY_WAIT),
}
BAD_TOKEN = Meaning("The phone's token is not valid.", True, bad_address=True)


def read_error(*, status: int, body: object, retry_after: float | None) -> ProviderError:
    """The error that an answer of FCM's stands for; `body` is its JSON, or None."""
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        error = {}
    details = [each for each in error.get("details") or () if isinstance(each, dict)]
    code = next(
        (str(each.get("errorCode")) for each in details if each.get("@type") == FCM_ERROR),
        str(error.get("status") or ""),
    )
    meaning = MEANINGS.get(code)
    if code == "INVALID_ARGUMENT" and _names_token(error, details):
        meaning = BAD_TOKEN
    if meaning is None:
        log.warning("fcm: unknown answer %s %s", status, code)
        meaning = (
            Meaning("Firebase is out of order.", down=True, wait=BUSY_WAIT)
            if status >= 500
            else Meaning("Firebase asks us to slow down.", wait=QUOTA_WAIT)
            if status == 429
            else Meaning("Firebase refused the message.", True)
        )
    return ProviderError(
        meaning.reason,
        permanent=meaning.permanent,
        bad_address=meaning.bad_address,
        down=meaning.down,
        retry_after=retry_after if retry_after is not None else meaning.wait,
        code=code[:40] or str(status),
    )


def _names_token(error: Mapping[str, Any], details: list[dict[str, Any]]) -> bool:
    """Whether the invalid argument is the device's token. FCM says so in a field violation, or,
    in most cases, in its sentence alone."""
    for each in details:
        if each.get("@type") == BAD_REQUEST:
            violations = each.get("fieldViolations") or ()
            return any(violation.get("field") == "message.token" for violation in violations)
    return "registration token is not a valid" in str(error.get("message", ""))
