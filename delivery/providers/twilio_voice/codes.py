"""Twilio's codes and statuses of calls, and ours."""

from collections.abc import Mapping

from delivery.calls.models import Ending
from delivery.providers.twilio.codes import ACCOUNT, Code, Kind

_NOT_A_NUMBER = "This is not a telephone number."

CODES: Mapping[str, Code] = {
    **ACCOUNT,
    "13223": Code(Kind.BAD_NUMBER, _NOT_A_NUMBER),
    "13224": Code(Kind.BAD_NUMBER, _NOT_A_NUMBER),
    "21211": Code(Kind.BAD_NUMBER, _NOT_A_NUMBER),
    "21217": Code(Kind.BAD_NUMBER, _NOT_A_NUMBER),
    "21401": Code(Kind.BAD_NUMBER, _NOT_A_NUMBER),
    "13225": Code(Kind.REFUSED, "Twilio does not call this number."),
    "13227": Code(Kind.REFUSED, "Our Twilio account may not call that region."),
    "21215": Code(Kind.REFUSED, "Our Twilio account may not call that region."),
    "21216": Code(Kind.REFUSED, "Twilio does not call this number."),
    "21219": Code(Kind.REFUSED, "A Twilio trial account calls only numbers that were verified."),
    "21205": Code(Kind.OUR_TROUBLE, "Twilio can't call back at PUBLIC_URL."),
    "21210": Code(Kind.OUR_TROUBLE, "The number to call from is not ours at Twilio."),
    "21212": Code(Kind.OUR_TROUBLE, "The number to call from is not a telephone number."),
    "21213": Code(Kind.OUR_TROUBLE, "Twilio needs a number to call from."),
    "10004": Code(Kind.SLOW_DOWN, "Too many calls at once for our Twilio account."),
}

# None: the call goes on.
ENDINGS: Mapping[str, Ending | None] = {
    "queued": None,
    "initiated": None,
    "ringing": None,
    "answered": None,
    "in-progress": None,
    "completed": Ending.ANSWERED,
    "busy": Ending.BUSY,
    "no-answer": Ending.NO_ANSWER,
    "failed": Ending.FAILED,
    "canceled": Ending.CANCELED,
}
# What the telephone network says where nobody has the number (RFC 3261: 404, 410, 604).
NOBODYS_NUMBER = frozenset({"404", "410", "604"})
