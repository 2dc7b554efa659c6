"""How Twilio's error codes are read. Each provider adds its own table to `ACCOUNT`."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from delivery.providers.base import ProviderError

log = logging.getLogger(__name__)
# Where Twilio does not say how long to wait.
SLOW_DOWN_SECONDS = 10.0
RETRY_SECONDS = 60.0


class Kind(Enum):
    BAD_NUMBER = "bad_number"  # the number is at fault, for this channel, for good
    OPTED_OUT = "opted_out"  # its holder said stop to the carrier, and we did not know
    SLOW_DOWN = "slow_down"
    RETRY = "retry"  # may work later
    REFUSED = "refused"  # this message will never go; nobody's number is at fault
    OUR_TROUBLE = "our_trouble"  # account or sender: every message would meet it, so they wait


@dataclass(frozen=True, slots=True)
class Code:
    kind: Kind
    words: str


ACCOUNT: Mapping[str, Code] = {
    "20003": Code(Kind.OUR_TROUBLE, "Twilio refused our account or its token."),
    "20005": Code(Kind.OUR_TROUBLE, "Our Twilio account is not active."),
    "20404": Code(Kind.OUR_TROUBLE, "Twilio does not know our account or sender."),
    "20429": Code(Kind.SLOW_DOWN, "Twilio asked us to slow down."),
    "20503": Code(Kind.SLOW_DOWN, "Twilio is overloaded."),
    "14107": Code(Kind.SLOW_DOWN, "Twilio asked us to slow down."),
    "30002": Code(Kind.OUR_TROUBLE, "Our Twilio account is suspended."),
}


def look_up(table: Mapping[str, Code], code: str) -> Code | None:
    """What a code means; an unknown one is logged, so that somebody adds it to the table."""
    known = table.get(code)
    if known is None and code:
        log.warning("Twilio's code %s is not in our table.", code)
    return known


def error_of(
    table: Mapping[str, Code], *, http_status: int, code: str, retry_after: float | None
) -> ProviderError:
    """The error for a refusal (an answer of 4xx, or 503): the message was certainly not taken."""
    known = look_up(table, code) if code != str(http_status) else None
    if known is None:
        known = _of_http_status(http_status)
    slow = known.kind == Kind.SLOW_DOWN
    if retry_after is None and slow:
        retry_after = SLOW_DOWN_SECONDS
    if retry_after is None and known.kind == Kind.RETRY:
        retry_after = RETRY_SECONDS
    return ProviderError(
        known.words,
        permanent=known.kind in (Kind.BAD_NUMBER, Kind.OPTED_OUT, Kind.REFUSED),
        retry_after=retry_after,
        code=code or str(http_status),
        bad_address=known.kind == Kind.BAD_NUMBER,
        down=known.kind == Kind.OUR_TROUBLE or http_status == 503,
    )


def _of_http_status(status: int) -> Code:
    if status == 429:
        return Code(Kind.SLOW_DOWN, "Twilio asked us to slow down.")
    if status == 503:
        return Code(Kind.SLOW_DOWN, "Twilio is not available.")
    if status in (401, 403, 404):
        return Code(Kind.OUR_TROUBLE, f"Twilio refused our account ({status}).")
    return Code(Kind.REFUSED, f"Twilio refused the message ({status}).")
