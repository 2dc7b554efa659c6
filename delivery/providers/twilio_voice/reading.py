"""A call's status, read by the tables in `codes.py`."""

import logging

from delivery.choices import Status
from delivery.providers.twilio.reading import Reading
from delivery.providers.twilio_voice.codes import NOBODYS_NUMBER, STATUSES, WORDS

log = logging.getLogger(__name__)


def read_status(status: str, *, sip_code: str = "", answered_by: str = "") -> Reading:
    """`sip_code`: what the telephone network said of a call that failed. `answered_by`: `human`,
    `machine_…` or `fax`, where machines are told from people."""
    if status not in STATUSES:
        log.warning("Twilio's status %.20r of a call is not in our table.", status)
        return Reading(None)
    ours = STATUSES[status]
    if ours == Status.DELIVERED:
        is_machine = answered_by.startswith("machine")
        return Reading(
            ours,
            code="machine" if is_machine else "",
            reason="An answering machine took the call." if is_machine else "",
        )
    if status == "failed" and sip_code in NOBODYS_NUMBER:
        return Reading(
            Status.BOUNCED,
            code=f"sip_{sip_code}",
            reason="Nobody has this number.",
            bad_address=True,
        )
    return Reading(ours, code=status if ours == Status.FAILED else "", reason=WORDS.get(status, ""))
