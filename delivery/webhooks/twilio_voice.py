"""Twilio's word on calls, and keys pressed in them."""

import logging
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from common.choices import Channel, Language
from customers.choices import ConsentSource
from customers.consent import opt_out
from delivery.models import Message
from delivery.providers.twilio_voice.script import STOP_KEY, goodbye_twiml, stopped_twiml
from delivery.webhooks.choices import EventKind
from delivery.webhooks.events import Event, keep
from delivery.webhooks.forms import field, needed, number_or_nothing, sid
from delivery.webhooks.twilio_hook import once, twilio_hook, twiml
from delivery.words import stopped_words

log = logging.getLogger(__name__)


@twilio_hook
def voice_status(request: HttpRequest) -> HttpResponse:
    """What became of a call."""
    call_sid, word = sid(request, "CallSid"), needed(request, "CallStatus")
    told = (word, field(request, "SipResponseCode"), field(request, "AnsweredBy"))
    keep(
        [
            Event(
                provider="twilio_voice",
                kind=EventKind.REPORT,
                name=":".join((call_sid, *told)),
                provider_id=call_sid,
                address=number_or_nothing(request, "To"),
                payload=request.POST.dict(),
            )
        ]
    )
    return HttpResponse(status=204)


@twilio_hook
@once(provider="twilio_voice", kind=EventKind.KEY, id_field="CallSid")
def gather(request: HttpRequest, key: UUID) -> HttpResponse:
    """A key was pressed in the call of message `key`: 9 ends such calls for good (RULES 10)."""
    if field(request, "Digits") != STOP_KEY:
        return twiml(goodbye_twiml())
    message = Message.objects.select_related("content", "customer").filter(key=key).first()
    number = message.address if message else number_or_nothing(request, "To")
    if not number:
        log.warning("Key 9 was pressed in a call that we do not know.")
        return twiml(goodbye_twiml())
    opt_out(
        address=number,
        channels=[Channel.VOICE],
        source=ConsentSource.VOICE_KEY,
        words=f"pressed {STOP_KEY}",
        customer=message.customer if message else None,
    )
    language = Language(message.content.language) if message else Language.ENGLISH
    return twiml(stopped_twiml(stopped_words(language), language))
