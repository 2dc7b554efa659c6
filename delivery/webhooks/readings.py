"""What an event means in our terms: a report on a message, or something about an address.

Pure tables. The words of Twilio are read by its providers' own (RULES 14, 15); those of email
services were brought into one form by Anymail when they came in (see email_events.py).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from delivery.calls.models import Ending
from delivery.choices import Status
from delivery.providers.twilio.reading import Reading as TwilioReading
from delivery.providers.twilio_text.reading import read_status as read_text
from delivery.providers.twilio_voice.reading import read_status as read_call
from delivery.reported import Report
from delivery.webhooks.models import WebhookEvent


class About(Enum):
    """What an event does besides moving its message, each of which takes its own transaction."""

    NOTHING = "nothing"
    OPTED_OUT = "opted out"
    BAD_ADDRESS = "bad address"
    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    UNSUBSCRIBED = "unsubscribed"
    CALL_ENDED = "call ended"


@dataclass(frozen=True, slots=True)
class Reading:
    """`report` is None where the event moves no message. `ending`: how a call ended."""

    report: Report | None = None
    about: About = About.NOTHING
    ending: Ending | None = None
    code: str = ""


def read(event: WebhookEvent) -> Reading:
    return _READERS[event.provider](event)


def _text(event: WebhookEvent) -> Reading:
    code = _word(event, "ErrorCode")
    return _twilio(event, read_text(_word(event, "MessageStatus"), "" if code == "0" else code))


def _call(event: WebhookEvent) -> Reading:
    found = read_call(
        _word(event, "CallStatus"),
        sip_code=_word(event, "SipResponseCode"),
        answered_by=_word(event, "AnsweredBy"),
    )
    if found.ending is None:
        return Reading()
    return Reading(about=About.CALL_ENDED, ending=found.ending, code=found.code)


def _twilio(event: WebhookEvent, reading: TwilioReading) -> Reading:
    if reading.status is None:
        return Reading()
    about = About.NOTHING
    if reading.opted_out:
        about = About.OPTED_OUT
    elif reading.bad_address:
        about = About.BAD_ADDRESS
    return Reading(
        _report(event, reading.status, code=reading.code, reason=reading.reason,
                bad_address=reading.bad_address),
        about,
    )  # fmt: skip


# Anymail's word → ours. What is not here says nothing that we keep.
_MAIL: Mapping[str, Status] = {
    "sent": Status.SENT,
    "delivered": Status.DELIVERED,
    "opened": Status.OPENED,
    "clicked": Status.OPENED,
    "bounced": Status.BOUNCED,
    "rejected": Status.FAILED,
    "failed": Status.FAILED,
}
_REJECTED = {
    "invalid": "The email service says that there is no such address.",
    "bounced": "The email service won't send to this address after a bounce.",
    "spam": "The email service won't send to this address after a complaint.",
    "unsubscribed": "The email service won't send to this address: its holder unsubscribed there.",
}
_FAULTY = frozenset({"invalid", "bounced"})


def _mail(event: WebhookEvent) -> Reading:
    word = _word(event, "type")
    if word == "complained":
        return Reading(about=About.COMPLAINT)
    if word == "unsubscribed":
        return Reading(about=About.UNSUBSCRIBED)
    status = _MAIL.get(word)
    if status is None or _is_by_machine(event, word):
        return Reading()
    if word == "bounced":
        return Reading(_report(event, status, code=_word(event, "code")), About.BOUNCE)
    if status != Status.FAILED:
        return Reading(_report(event, status))
    why = _word(event, "reject_reason")
    faulty = word == "rejected" and why in _FAULTY
    return Reading(
        _report(
            event,
            status,
            code=why or word,
            reason=_REJECTED.get(why, "The email service could not send the message."),
            bad_address=faulty,
        ),
        About.BAD_ADDRESS if faulty else About.NOTHING,
    )


_PROXY = frozenset({"proxy_open", "unique_proxy_open"})


def _is_by_machine(event: WebhookEvent, word: str) -> bool:
    """Mail programs that load every picture open what nobody has read."""
    told = event.payload.get("told")
    if word != "opened" or not isinstance(told, dict):
        return False
    if told.get("sg_machine_open") is True or told.get("event") in _PROXY:  # SendGrid, Brevo
        return True
    wrapped = told.get("msys")  # SparkPost
    return isinstance(wrapped, dict) and any(
        isinstance(one, dict) and one.get("is_prefetched") is True for one in wrapped.values()
    )


def _report(
    event: WebhookEvent,
    status: Status,
    *,
    code: str = "",
    reason: str = "",
    bad_address: bool = False,
) -> Report:
    return Report(
        provider=event.provider,
        status=status,
        provider_id=event.provider_id,
        message_key=event.message_key,
        address=event.address,
        code=code,
        reason=reason,
        bad_address=bad_address,
        at=event.told_at,
    )


def _word(event: WebhookEvent, name: str) -> str:
    value = event.payload.get(name, "")
    return value if isinstance(value, str) else ""


_READERS: Mapping[str, Callable[[WebhookEvent], Reading]] = {
    "twilio_text": _text,
    "twilio_voice": _call,
    "anymail": _mail,
}
