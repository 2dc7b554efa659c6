"""A text's status and error code, read by the tables in `codes.py`."""

import logging

from delivery.choices import Status
from delivery.providers.twilio.codes import Kind, look_up
from delivery.providers.twilio.reading import Reading
from delivery.providers.twilio_text.codes import CODES, STATUSES

log = logging.getLogger(__name__)


def event_name(sid: str, status: str, code: str) -> str:
    """What makes one word on a text that word and no other, whether told or asked for."""
    return f"{sid}:{status}:{code}"


def is_last(status: str) -> bool:
    """Whether a text's status is its end; *sent* is not: the carrier may still say more."""
    return STATUSES.get(status) not in (None, Status.SENT)


def read_status(status: str, code: str) -> Reading:
    if status not in STATUSES:
        log.warning("Twilio's status %.20r of a text is not in our table.", status)
        return Reading(None)
    ours = STATUSES[status]
    if ours != Status.FAILED:
        return Reading(ours)
    if status == "canceled":
        return Reading(Status.FAILED, code="canceled", reason="The text was canceled at Twilio.")
    known = look_up(CODES, code)
    if known is None:
        return Reading(Status.FAILED, code=code[:40], reason="The text could not be delivered.")
    is_bad = known.kind == Kind.BAD_NUMBER
    return Reading(
        status=Status.BOUNCED if is_bad else Status.FAILED,
        code=code,
        reason=known.words,
        bad_address=is_bad,
        opted_out=known.kind == Kind.OPTED_OUT,
    )
