"""Twilio's word on texts, and members' replies."""

import logging

from django.http import HttpRequest, HttpResponse
from twilio.twiml.messaging_response import MessagingResponse

from common.choices import Channel, Language
from customers.choices import ConsentSource
from customers.consent import NUMBER_CHANNELS, grant, opt_out
from customers.models import Customer
from delivery.webhooks.choices import EventKind
from delivery.webhooks.events import Event, keep
from delivery.webhooks.forms import field, needed, number_or_nothing, sid
from delivery.webhooks.replies import Word, answer_to, word_in
from delivery.webhooks.twilio_hook import once, twilio_hook, twiml

log = logging.getLogger(__name__)
_TOLL_FREE = ("+1800", "+1833", "+1844", "+1855", "+1866", "+1877", "+1888")


@twilio_hook
def status(request: HttpRequest) -> HttpResponse:
    """What became of a text (RULES 14, 15)."""
    message_sid, word = sid(request, "MessageSid"), needed(request, "MessageStatus")
    keep(
        [
            Event(
                provider="twilio_text",
                kind=EventKind.REPORT,
                name=f"{message_sid}:{word}:{field(request, 'ErrorCode')}",
                provider_id=message_sid,
                address=number_or_nothing(request, "To"),
                payload=request.POST.dict(),
            )
        ]
    )
    return HttpResponse(status=204)


@twilio_hook
@once(provider="twilio_text", kind=EventKind.TEXT, id_field="MessageSid")
def inbound(request: HttpRequest) -> HttpResponse:
    """A member texted us. Only exact keywords are acted on (RULES 12)."""
    number = number_or_nothing(request, "From")
    body = field(request, "Body")[:1600]
    word = word_in(body)
    if not number or word is None:
        log.info("A text that is no keyword came in (%d characters).", len(body))
        return twiml(str(MessagingResponse()))
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
    return twiml(str(answer))


def _is_answered_already(request: HttpRequest) -> bool:
    """One confirmation is allowed (RULES 6): where Twilio or the carrier sends it, we do not."""
    return bool(field(request, "OptOutType")) or field(request, "To").startswith(_TOLL_FREE)
