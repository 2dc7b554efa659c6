"""The enhanced status code of a bounce, in each email service's own fields (RULES 21).

"" where a service names none: then the server's words decide (`delivery.bounces.verdicts`).
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
# What services call a bounce where they pass no code on.
_AMAZON = {
    "noemail": "5.1.1",
    "suppressed": "5.1.1",
    "onaccountsuppressionlist": "5.1.1",
    "mailboxfull": "5.2.2",
    "messagetoolarge": "5.3.4",
    "contentrejected": "5.7.1",
    "attachmentrejected": "5.7.1",
}
_POSTMARK = {"HardBounce": "5.1.1", "SoftBounce": "4.0.0", "VirusNotification": "5.7.1"}


def _sendgrid(raw: Mapping[str, Any], address: str) -> str:
    return _code(raw.get("status"))


def _mailgun(raw: Mapping[str, Any], address: str) -> str:
    data = _dict(raw.get("event-data"))
    status = _dict(data.get("delivery-status"))
    if data.get("reason") == "suppress-bounce":
        return "5.1.1"
    return _code(status.get("enhanced-code")) or _code(status.get("bounce-code"))


def _postmark(raw: Mapping[str, Any], address: str) -> str:
    words = " ".join(str(raw.get(name, "")) for name in ("Details", "Description"))
    found = _ENHANCED.search(words)
    return found[0] if found else _POSTMARK.get(str(raw.get("Type", "")), "")


def _amazon(raw: Mapping[str, Any], address: str) -> str:
    bounce = _dict(raw.get("bounce"))
    for one in bounce.get("bouncedRecipients") or ():
        told = _dict(one)
        if told.get("emailAddress") == address and (code := _code(told.get("status"))):
            return code
    kind = str(bounce.get("bounceSubType", "")).lower()
    if kind in _AMAZON:
        return _AMAZON[kind]
    return "4.0.0" if bounce.get("bounceType") == "Transient" else ""


CODES: Mapping[str, Callable[[Mapping[str, Any], str], str]] = {
    "sendgrid": _sendgrid,
    "mailgun": _mailgun,
    "postmark": _postmark,
    "ses": _amazon,
}


def _code(value: object) -> str:
    text = str(value or "").strip()
    return text if _ENHANCED.fullmatch(text) else ""


def _dict(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
