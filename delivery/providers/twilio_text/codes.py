"""Twilio's codes and statuses of texts, and ours (RULES 14, 15)."""

from collections.abc import Mapping

from delivery.choices import Status
from delivery.providers.twilio.codes import ACCOUNT, Code, Kind

_NOT_A_NUMBER = "This is not a telephone number."
_NO_TEXTS = "This number can't take texts. Offer voice."

CODES: Mapping[str, Code] = {
    **ACCOUNT,
    "21211": Code(Kind.BAD_NUMBER, _NOT_A_NUMBER),
    "21217": Code(Kind.BAD_NUMBER, _NOT_A_NUMBER),
    "21401": Code(Kind.BAD_NUMBER, _NOT_A_NUMBER),
    "21614": Code(Kind.BAD_NUMBER, _NO_TEXTS),
    "21635": Code(Kind.BAD_NUMBER, _NO_TEXTS),
    "30005": Code(Kind.BAD_NUMBER, "This number is unknown or no longer in service."),
    "30006": Code(Kind.BAD_NUMBER, "A landline, or a number that texts can't reach. Offer voice."),
    "21610": Code(Kind.OPTED_OUT, "The holder of this number said stop to the carrier."),
    "21611": Code(Kind.SLOW_DOWN, "Our number's queue at Twilio is full."),
    "30001": Code(Kind.SLOW_DOWN, "Our number's queue at Twilio is full."),
    "30022": Code(Kind.SLOW_DOWN, "The carrier's limit for our number is reached."),
    "30003": Code(Kind.RETRY, "The phone was off or out of reach."),
    "30008": Code(Kind.RETRY, "The carrier gave no reason."),
    "30009": Code(Kind.RETRY, "A part of the text got lost."),
    "30004": Code(Kind.REFUSED, "The carrier or the phone blocks texts from us."),
    "30007": Code(Kind.REFUSED, "The carrier filtered the text: look at our sender's standing."),
    "30034": Code(Kind.REFUSED, "Our number is not registered for texts with the carriers."),
    "30032": Code(Kind.REFUSED, "Our toll-free number is not verified."),
    "30023": Code(Kind.REFUSED, "The carrier's daily limit for our number is reached."),
    "30410": Code(Kind.RETRY, "The carrier did not answer in time."),
    "21408": Code(Kind.REFUSED, "Our Twilio account may not text that region."),
    "21612": Code(Kind.REFUSED, "Our number can't reach this number by text."),
    "21602": Code(Kind.REFUSED, "The text has no words."),
    "21605": Code(Kind.REFUSED, "The text is too long."),
    "21617": Code(Kind.REFUSED, "The text is too long."),
    "21608": Code(Kind.REFUSED, "A Twilio trial account texts only numbers that were verified."),
    "21603": Code(Kind.OUR_TROUBLE, "Twilio needs a number to send from."),
    "21606": Code(Kind.OUR_TROUBLE, "The number to send from is not ours at Twilio."),
    "21659": Code(Kind.OUR_TROUBLE, "The number to send from is not ours at Twilio."),
    "21660": Code(Kind.OUR_TROUBLE, "The number to send from is not ours at Twilio."),
    "21703": Code(Kind.OUR_TROUBLE, "Our messaging service has no number."),
    "21704": Code(Kind.OUR_TROUBLE, "Our messaging service has no number."),
    "21705": Code(Kind.OUR_TROUBLE, "Twilio does not know our messaging service."),
    "21609": Code(Kind.OUR_TROUBLE, "Twilio can't call back at PUBLIC_URL."),
}

# None: nothing that we keep.
STATUSES: Mapping[str, Status | None] = {
    "accepted": None,
    "scheduled": None,
    "queued": None,
    "sending": None,
    "receiving": None,
    "received": None,
    "sent": Status.SENT,
    "delivered": Status.DELIVERED,
    "read": Status.OPENED,
    "undelivered": Status.FAILED,
    "failed": Status.FAILED,
    "canceled": Status.FAILED,
}
