"""Twilio's word on calls: who answered, how they ended, keys pressed in them, and calls back."""

import logging
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from common.choices import Language
from customers.models import Customer
from delivery.as_sent import outgoing_of
from delivery.calls.endings import note_who_answered
from delivery.calls.keys import STOP_KEY, Answer, press_key, stop_number
from delivery.calls.models import Ending
from delivery.models import Message
from delivery.providers.base import ProviderError
from delivery.providers.twilio.client import hook
from delivery.providers.twilio_voice.reading import answered, event_name
from delivery.providers.twilio_voice.script import (
    call_twiml,
    goodbye_twiml,
    last_words_twiml,
    machine_twiml,
    question_twiml,
)
from delivery.webhooks.choices import EventKind
from delivery.webhooks.events import Event, keep, keep_applied
from delivery.webhooks.forms import field, needed, number_or_nothing, sid
from delivery.webhooks.twilio_hook import twilio_hook, twiml
from delivery.words import called_back_words, not_stopped_words, render_voice, stopped_words

log = logging.getLogger(__name__)
PROVIDER = "twilio_voice"


@twilio_hook
def voice_status(request: HttpRequest, key: UUID | None = None, claim: int = 0) -> HttpResponse:
    """What became of a call: of the one that was placed for that claim of message `key`."""
    call_sid, word = sid(request, "CallSid"), needed(request, "CallStatus")
    keep(
        [
            Event(
                provider=PROVIDER,
                kind=EventKind.REPORT,
                name=event_name(
                    call_sid,
                    word,
                    sip_code=field(request, "SipResponseCode"),
                    answered_by=field(request, "AnsweredBy"),
                ),
                provider_id=call_sid,
                message_key=key,
                address=number_or_nothing(request, "To"),
                payload={"claim": claim, **request.POST.dict()},
            )
        ]
    )
    return HttpResponse(status=204)


@twilio_hook
def answer(request: HttpRequest, key: UUID, claim: int) -> HttpResponse:
    """Somebody or something picked up: what to say. Asked only where machines are detected."""
    message = _message(key)
    who = answered(field(request, "AnsweredBy"))
    if message is None or who is Ending.FAX:
        return twiml(goodbye_twiml())
    note_who_answered(message=message, claim=claim, who=who)
    try:
        script = render_voice(outgoing_of(message, for_provider=True))
    except ProviderError:
        log.exception("A call was answered and had nothing to say.")
        return twiml(goodbye_twiml())
    on_key = _gather_url(key, heard=1)
    if who is Ending.MACHINE:
        return twiml(machine_twiml(script, on_key=on_key))
    return twiml(call_twiml(script, on_key=on_key))


@twilio_hook
def gather(request: HttpRequest, key: UUID) -> HttpResponse:
    """A key was pressed in the call of message `key` (RULES 10)."""
    call_sid, digits = sid(request, "CallSid"), field(request, "Digits")
    heard = _count(request, "heard", first=1)
    message = _message(key)
    with transaction.atomic():
        # Told again, it is answered again, and has no second effect.
        is_new = keep_applied(_key_event(request, f"key:{call_sid}:{digits}:{heard}", call_sid))
        if message is None:
            return _gone(request, digits, is_new=is_new)
        after = press_key(message=message, digits=digits, heard=heard, is_new=is_new)
    if after.answer is Answer.STOPPED:
        return twiml(last_words_twiml({Language(message.content.language): after.words}))
    if after.answer is Answer.AGAIN:
        script = render_voice(outgoing_of(message, for_provider=True))
        return twiml(call_twiml(script, on_key=_gather_url(key, heard=heard + 1)))
    return twiml(goodbye_twiml())


@twilio_hook
def call_back(request: HttpRequest) -> HttpResponse:
    """Somebody calls the opt-out number, as our message on their machine says."""
    call_sid, digits = sid(request, "CallSid"), field(request, "Digits")
    number = number_or_nothing(request, "From")
    if digits == STOP_KEY and number:
        language = _language_of(number) or Language.ENGLISH
        with transaction.atomic():
            if keep_applied(_key_event(request, f"back:{call_sid}:{digits}", call_sid)):
                stop_number(
                    number=number,
                    words=f"called back and pressed {STOP_KEY}: {called_back_words(language)}",
                )
        return twiml(last_words_twiml({language: stopped_words(language)}))
    if digits == STOP_KEY:
        return twiml(last_words_twiml({one: not_stopped_words(one) for one in Language}))
    asked = _count(request, "asked", first=0)
    if asked >= _MOST_ASKED:
        return twiml(goodbye_twiml())
    known = _language_of(number)
    languages = [known] if known else list(Language)
    lines = {language: called_back_words(language) for language in languages}
    return twiml(question_twiml(lines, on_key=f"{hook('call-back')}?asked={asked + 1}"))


# A wrong key on the line that opts out is asked about again.
_MOST_ASKED = 3
_COUNTS = frozenset(str(n) for n in range(1, 10))


def _count(request: HttpRequest, name: str, *, first: int) -> int:
    """How often it was said before, as the address that we gave has it."""
    written = request.GET.get(name, "")
    return int(written) if written in _COUNTS else first


def _key_event(request: HttpRequest, name: str, call_sid: str) -> Event:
    return Event(
        provider=PROVIDER,
        kind=EventKind.KEY,
        name=name,
        provider_id=call_sid,
        payload=request.POST.dict(),
    )


def _gone(request: HttpRequest, digits: str, *, is_new: bool) -> HttpResponse:
    """The message is no longer with us; the person's word counts all the same."""
    number = number_or_nothing(request, "To")
    if digits != STOP_KEY or not number:
        return twiml(goodbye_twiml())
    if is_new:
        stop_number(number=number, words=f"pressed {STOP_KEY}")
    language = _language_of(number) or Language.ENGLISH
    return twiml(last_words_twiml({language: stopped_words(language)}))


def _message(key: UUID) -> Message | None:
    return (
        Message.objects.select_related("content", "customer", "sender")
        .filter(key=key, channel="voice")
        .first()
    )


def _gather_url(key: UUID, *, heard: int) -> str:
    return f"{hook(f'gather/{key}')}?heard={heard}"


def _language_of(number: str) -> Language | None:
    if not number:
        return None
    found = Customer.objects.filter(mobile_number=number).order_by("pk").first()
    found = found or Customer.objects.filter(home_number=number).order_by("pk").first()
    return Language(found.language) if found else None
