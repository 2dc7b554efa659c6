"""What is kept of a provider's fields: all but what people wrote, where they were and with what.

Keys are looked at without regard to case. What a text said is the business of whoever reads it;
links hold tokens; the headers and words of a mail are in the outbox already.
"""

import math
from collections.abc import Mapping
from typing import Any

_NOT_KEPT = frozenset(
    {
        # what was written
        "body", "subject", "headers", "commonheaders", "content", "html", "text", "messageheaders",
        "message-headers", "attachments", "buttontext", "buttonpayload", "raw", "rawemail", "dump",
        "speechresult", "transcriptiontext", "profilename", "callername", "callertranscript",
        # where and with what
        "ip", "ipaddress", "sourceip", "ip_address", "geo", "geolocation", "useragent",
        "user-agent", "user_agent", "client", "client-info", "os", "platform", "caller", "called",
        "agent", "device_used", "geo_ip", "location", "source_ip", "user_agent_parsed",
        "destination_ip", "opens", "clicks",
        *(f"{side}{what}" for side in ("from", "to", "caller", "called")
          for what in ("city", "state", "zip", "country")),
        # where links lead, and what proves things
        "url", "link", "originallink", "mirror_link", "target_link_url", "signature",
        "signingcerturl", "unsubscribeurl", "subscribeurl", "token", "linktags", "storage",
    }
)  # fmt: skip
_LONGEST = 2000
_MOST = 60
_DEEPEST = 6


def kept(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload as it is stored: also never longer, deeper or odder than the database takes."""
    return _mapping(payload, _DEEPEST)


def clean(text: str, most: int = _LONGEST) -> str:
    """Text as the database takes it."""
    if text.isascii() and "\x00" not in text:
        return text[:most]
    return text.replace("\x00", "").encode("utf-8", "replace").decode()[:most]


def _mapping(values: Mapping[str, Any], depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in values.items():
        folded = name.lower()
        if folded in _NOT_KEPT or folded.startswith("media"):
            continue
        found[clean(name, 80)] = _value(value, depth - 1)
        if len(found) == _MOST:
            break
    return found


def _value(value: object, depth: int) -> object:
    if isinstance(value, str):
        return clean(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**63 else clean(str(float(value)))
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if depth <= 0:
        return None
    if isinstance(value, Mapping):
        return _mapping(value, depth)
    if isinstance(value, list):
        return [_value(one, depth - 1) for one in value[:_MOST]]
    return None
