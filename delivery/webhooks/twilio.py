"""Twilio's word on texts and calls, keys pressed in calls, and members' replies."""

import logging
from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from twilio.twiml.messaging_response import MessagingResponse

from common.access import public
from common.choices import Channel, Language
from customers.choices import ConsentSource
from customers.consent import NUMBER_CHANNELS, grant, opt_out
from customers.models import Customer
from delivery.models import Message
from delivery.providers.twilio_text.reading import read_status as read_text_status
from delivery.providers.twilio_voice.reading import read_status as read_call_status
from delivery.providers.twilio_voice.script import STOP_KEY, goodbye_twiml, stopped_twiml
from delivery.webhooks import reports
from delivery.webhooks.forms import answers_malformed, field, needed, number_or_nothing, sid
from delivery.webhooks.replies import Word, answer_to, word_in
from delivery.webhooks.signature import signed_by_twilio
from delivery.words import stopped_words

log = logging.getLogger(__name__)
_TOLL_FREE = ("+1800", "+1833", "+1844", "+1855", "+1866", "+1877", "+1888")
Hook = Callable[..., HttpResponse]


def _hook(view: Hook) -> Hook:
    """What every hook of Twilio's has around it."""
    guarded = csrf_exempt(require_POST(signed_by_twilio(answers_malformed(view))))
    return public("Twilio calls it; its signature is checked first.")(guarded)


@_hook
def status(request: HttpRequest) -> HttpResponse:
    """What became of a text (RULES 14, 15)."""
    message_sid = sid(request, "MessageSid")
    code = field(request, "ErrorCode")
    reading = read_text_status(needed(request, "MessageStatus"), "" if code == "0" else code)
    if reading.opted_out and (number := number_or_nothing(request, "To")):
        opt_out(
            address=number,
            channels=NUMBER_CHANNELS,
            source=ConsentSource.PROVIDER,
            words=reading.reason,
        )
    if reading.status is not None:
        reports.take(
            provider="twilio_text",
            provider_id=message_sid,
            status=reading.status,
            code=reading.code,
            reason=reading.reason,
            bad_address=reading.bad_address,
        )
    return HttpResponse(status=204)


@_hook
def voice_status(request: HttpRequest) -> HttpResponse:
    """What became of a call."""
    call_sid = sid(request, "CallSid")
    reading = read_call_status(
        needed(request, "CallStatus"),
        sip_code=field(request, "SipResponseCode"),
        answered_by=field(request, "AnsweredBy"),
    )
    if reading.status is not None:
        reports.take(
            provider="twilio_voice",
            provider_id=call_sid,
            status=reading.status,
            code=reading.code,
            reason=reading.reason,
            bad_address=reading.bad_address,
        )
    return HttpResponse(status=204)


@_hook
def gather(request: HttpRequest, key: UUID) -> HttpResponse:
    """A key was pressed in the call of message `key`: 9 ends such calls for good (RULES 10)."""
    if field(request, "Digits") != STOP_KEY:
        return _twiml(goodbye_twiml())
    message = Message.objects.select_related("content", "customer").filter(key=key).first()
    number = message.address if message else number_or_nothing(request, "To")
    if not number:
        log.warning("Key 9 was pressed in a call that we do not know.")
        return _twiml(goodbye_twiml())
    opt_out(
        address=number,
        channels=[Channel.VOICE],
        source=ConsentSource.VOICE_KEY,
        words=f"pressed {STOP_KEY}",
        customer=message.customer if message else None,
    )
    language = Language(message.content.language) if message else Language.ENGLISH
    return _twiml(stopped_twiml(stopped_words(language), language))


@_hook
def inbound(request: HttpRequest) -> HttpResponse:
    """A member texted us. Only exact keywords are acted on (RULES 12)."""
    sid(request, "MessageSid")
    number = number_or_nothing(request, "From")
    body = field(request, "Body")[:1600]
    word = word_in(body)
    if not number or word is None:
        log.info("A text that is no keyword came in (%d characters).", len(body))
        return _twiml(str(MessagingResponse()))
    customer = Customer.objects.filter(mobile_number=number).order_by("pk").first()
    if word == Word.STOP:
        opt_out(
            address=number,
            channels=NUMBER_CHANNELS,
            source=ConsentSource.TEXT_REPLY,
            words=body,
            customer=customer,
        )
    elif word == Word.START:
        # They agreed to texts; that they want calls again too, nobody said.
        grant(
            address=number,
            channels=[Channel.TEXT],
            source=ConsentSource.TEXT_REPLY,
            words=body,
            customer=customer,
        )
    answer = MessagingResponse()
    if not _is_answered_already(request):
        language = Language(customer.language) if customer else Language.ENGLISH
        answer.message(answer_to(word, language))
    return _twiml(str(answer))


def _is_answered_already(request: HttpRequest) -> bool:
    """One confirmation is allowed (RULES 6): where Twilio or the carrier sends it, we do not."""
    return bool(field(request, "OptOutType")) or field(request, "To").startswith(_TOLL_FREE)


def _twiml(words: str) -> HttpResponse:
    return HttpResponse(words, content_type="text/xml; charset=utf-8")
