"""Twilio's word on texts, and members' replies."""

from django.http import HttpRequest, HttpResponse
from twilio.twiml.messaging_response import MessagingResponse

from delivery.providers.twilio_text.reading import event_name
from delivery.replies.inbound import text_received
from delivery.webhooks.choices import EventKind
from delivery.webhooks.events import Event, keep
from delivery.webhooks.forms import field, needed, number_or_nothing, sid
from delivery.webhooks.twilio_hook import once, twilio_hook, twiml


@twilio_hook
def status(request: HttpRequest) -> HttpResponse:
    """What became of a text (RULES 14, 15)."""
    message_sid, word = sid(request, "MessageSid"), needed(request, "MessageStatus")
    keep(
        [
            Event(
                provider="twilio_text",
                kind=EventKind.REPORT,
                name=event_name(message_sid, word, field(request, "ErrorCode")),
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
    """Somebody texted us (RULES 5, 6, 12)."""
    answer = MessagingResponse()
    words = text_received(
        sid=sid(request, "MessageSid"),
        number=number_or_nothing(request, "From"),
        to=field(request, "To"),
        body=field(request, "Body"),
        opt_out_type=field(request, "OptOutType"),
    )
    if words:
        answer.message(words)
    return twiml(str(answer))
