"""A call's status, read by the tables in `codes.py`."""

import logging
from dataclasses import dataclass

from delivery.calls.models import Ending
from delivery.providers.twilio_voice.codes import ENDINGS, NOBODYS_NUMBER

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CallReading:
    """`ending` is None where the call goes on."""

    ending: Ending | None
    code: str = ""


def event_name(sid: str, status: str, *, sip_code: str = "", answered_by: str = "") -> str:
    """What makes one word on a call that word and no other, whether told or asked for."""
    return ":".join((sid, status, sip_code, answered_by))


def is_last(status: str) -> bool:
    """Whether a call with this status is over."""
    return ENDINGS.get(status) is not None


def read_status(status: str, *, sip_code: str = "", answered_by: str = "") -> CallReading:
    """`sip_code`: what the telephone network said of a call that failed. `answered_by`: `human`,
    `machine_…` or `fax`, where machines are told from people."""
    if status not in ENDINGS:
        log.warning("Twilio's status %.20r of a call is not in our table.", status)
        return CallReading(None)
    ending = ENDINGS[status]
    if ending is Ending.ANSWERED:
        return CallReading(answered(answered_by))
    if ending is Ending.FAILED and sip_code in NOBODYS_NUMBER:
        return CallReading(Ending.NOBODY, code=f"sip_{sip_code}")
    return CallReading(ending)


def answered(by: str) -> Ending:
    """Who picked up, in Twilio's word; a person where nobody looked."""
    if is_machine(by):
        return Ending.MACHINE
    return Ending.FAX if by == "fax" else Ending.ANSWERED


def is_machine(by: str) -> bool:
    return by.startswith("machine")
