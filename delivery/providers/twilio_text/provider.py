"""Texts by Twilio: a messaging service or a number of ours."""

import time
from datetime import datetime
from typing import Any

from django.conf import settings

from common.choices import Channel
from customers.choices import ConsentSource
from customers.consent import NUMBER_CHANNELS, opt_out
from delivery.choices import Status
from delivery.providers.base import InDoubtError, LastWord, Outcome, ProviderError
from delivery.providers.twilio.asking import PAGE, Entry
from delivery.providers.twilio.client import hook, may_call_back
from delivery.providers.twilio.codes import Kind
from delivery.providers.twilio.one_by_one import TwilioOneByOne
from delivery.providers.twilio.threads import own_connection
from delivery.providers.twilio_text.codes import CODES
from delivery.providers.twilio_text.reading import event_name, is_last, read_status
from delivery.rendering import Outgoing
from delivery.words import HOW_TO_STOP, render_text


class TwilioText(TwilioOneByOne):
    name = "twilio_text"
    channel = Channel.TEXT
    codes = CODES

    def send(self, message: Outgoing) -> str:
        parameters: dict[str, Any] = {
            "to": message.address,
            "body": render_text(message),
            **_origin(message.sender.address),
        }
        if may_call_back():
            parameters["status_callback"] = hook("status")
        try:
            sid = self._client.messages.create(**parameters).sid
        except ProviderError as error:
            self._learn(message, error)
            raise
        except (KeyError, TypeError, ValueError) as error:
            raise InDoubtError("Twilio's answer could not be read.") from error
        if not sid:
            raise InDoubtError("Twilio's answer had no id.")
        return str(sid)

    def body_of(self, outgoing: Outgoing) -> str:
        return render_text(outgoing)

    def says(self, entry: Entry, body: str) -> bool:
        """With or without the line that a first text has (RULES 12)."""
        extras = ("", *(f" {how}" for how in HOW_TO_STOP.values()))
        return bool(body) and any(entry.body.strip() == body + extra for extra in extras)

    def newest(self, address: str) -> list[Entry]:
        # Not by DateSent: a text that still waits in Twilio's queue has none.
        texts = self._client.messages.list(to=address, limit=PAGE, page_size=PAGE)
        return [
            Entry(
                sid=text.sid,
                by_us=text.direction == "outbound-api",
                made_at=text.date_created.timestamp() if text.date_created else time.time(),
                body=text.body or "",
                outcome=self._as_listed(text),
            )
            for text in texts
        ]

    def fetch_last_word(self, sid: str) -> LastWord | None:
        text = self._client.messages(sid).fetch()
        status, code = str(text.status), str(text.error_code or "")
        if not is_last(status):
            return None
        return LastWord(
            event_name(sid, status, code),
            {"MessageSid": sid, "MessageStatus": status, "ErrorCode": code},
            # What can't be read is handed on as it was written.
            text.date_updated if isinstance(text.date_updated, datetime) else None,
        )

    def _as_listed(self, text: Any) -> Outcome:
        reading = read_status(str(text.status), str(text.error_code or ""))
        return Outcome(
            status=reading.status or Status.SENT,
            provider_id=text.sid,
            code=reading.code,
            reason=reading.reason,
            bad_address=reading.bad_address,
        )

    def _learn(self, message: Outgoing, error: ProviderError) -> None:
        """RULES 15: the carrier knows of a STOP that we missed; from now on we know it too."""
        known = CODES.get(error.code)
        if known is not None and known.kind == Kind.OPTED_OUT:
            with own_connection():
                opt_out(
                    address=message.address,
                    channels=NUMBER_CHANNELS,
                    source=ConsentSource.PROVIDER,
                    words=known.words,
                )


def _origin(own: str) -> dict[str, str]:
    """Whom the text comes from: the messaging service, a sender's own number, or the settings'."""
    service, number = settings.TWILIO_MESSAGING_SERVICE_SID, settings.TWILIO_FROM_NUMBER
    if service:
        chosen = {"messaging_service_sid": service}
        # Another number than the settings' was chosen for this sender: one of the service's pool.
        return {**chosen, "from_": own} if own and own != number else chosen
    if own or number:
        return {"from_": own or number}
    raise ProviderError(
        "No number to text from: set TWILIO_FROM_NUMBER or the sender's number.",
        permanent=False,
        down=True,
        code="no_sender",
    )
