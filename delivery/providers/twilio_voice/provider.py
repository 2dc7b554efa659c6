"""Automated calls by Twilio: the script goes along with the request."""

import time
from typing import Any

from django.conf import settings

from common.choices import Channel
from delivery.choices import Status
from delivery.providers.base import InDoubtError, LastWord, Outcome, ProviderError
from delivery.providers.twilio.asking import PAGE, Entry
from delivery.providers.twilio.client import hook, may_call_back
from delivery.providers.twilio.one_by_one import TwilioOneByOne
from delivery.providers.twilio_voice.codes import CODES
from delivery.providers.twilio_voice.reading import event_name, is_last, read_status
from delivery.providers.twilio_voice.script import call_twiml
from delivery.rendering import Outgoing
from delivery.words import render_voice

# Twilio takes no longer script with a request.
MOST_TWIML = 4000


class TwilioVoice(TwilioOneByOne):
    name = "twilio_voice"
    channel = Channel.VOICE
    codes = CODES

    def send(self, message: Outgoing) -> str:
        number = message.sender.address or settings.TWILIO_VOICE_NUMBER
        if not number:
            raise ProviderError(
                "No number to call from: set TWILIO_VOICE_NUMBER or the sender's number.",
                permanent=False,
                down=True,
                code="no_sender",
            )
        # Which call it is stands in the addresses: its reports need no id that we may not know yet.
        this = f"{message.key}/{message.claim}"
        parameters: dict[str, Any] = {"to": message.address, "from_": number}
        if may_call_back():
            parameters["status_callback"] = hook(f"voice-status/{this}")
        if settings.TWILIO_MACHINE_DETECTION and may_call_back():
            _twiml(message)  # what can't be said is refused now, not when somebody picks up
            # Waits for a machine's greeting to end; then asks what to say, and says who answered.
            parameters |= {"machine_detection": "DetectMessageEnd", "url": hook(f"answer/{this}")}
        else:
            parameters["twiml"] = _twiml(message)
        try:
            sid = self._client.calls.create(**parameters).sid
        except (KeyError, TypeError, ValueError) as error:
            raise InDoubtError("Twilio's answer could not be read.") from error
        if not sid:
            raise InDoubtError("Twilio's answer had no id.")
        return str(sid)

    def body_of(self, outgoing: Outgoing) -> str:
        return ""

    def says(self, entry: Entry, body: str) -> bool:
        """Twilio's list does not say what was said: recipient and time must do."""
        return True

    def newest(self, address: str) -> list[Entry]:
        calls = self._client.calls.list(to=address, limit=PAGE, page_size=PAGE)
        return [
            Entry(
                sid=call.sid,
                by_us=call.direction == "outbound-api",
                made_at=call.date_created.timestamp() if call.date_created else time.time(),
                body="",
                outcome=_as_listed(call),
            )
            for call in calls
        ]

    def fetch_last_word(self, sid: str) -> LastWord | None:
        call = self._client.calls(sid).fetch()
        status, answered_by = str(call.status), str(call.answered_by or "")
        if not is_last(status):
            return None
        return LastWord(
            event_name(sid, status, answered_by=answered_by),
            {"CallSid": sid, "CallStatus": status, "AnsweredBy": answered_by},
        )


def _as_listed(call: Any) -> Outcome:
    reading = read_status(str(call.status), answered_by=str(call.answered_by or ""))
    # It was placed; how it ended is another matter (see delivery/calls/).
    return Outcome(Status.SENT, provider_id=call.sid, ending=reading.ending or "")


def _twiml(message: Outgoing) -> str:
    twiml = call_twiml(render_voice(message), on_key=hook(f"gather/{message.key}"))
    if len(twiml) > MOST_TWIML:
        raise ProviderError(
            f"The call's script is {len(twiml):,} characters long; {MOST_TWIML:,} is the most.",
            permanent=True,
            code="too_long",
        )
    return twiml
