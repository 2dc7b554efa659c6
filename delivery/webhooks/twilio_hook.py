"""What every hook of Twilio's has around it, and how it answers."""

from collections.abc import Callable
from functools import wraps

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from twilio.twiml.messaging_response import MessagingResponse

from common.access import public
from delivery.webhooks.choices import EventKind
from delivery.webhooks.events import Event, keep_applied
from delivery.webhooks.forms import field, sid
from delivery.webhooks.refusing import Hook, answers_refusals
from delivery.webhooks.signature import check_twilio


def twilio_hook(view: Hook) -> Hook:
    @wraps(view)
    def checked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        check_twilio(request)
        return view(request, *args, **kwargs)

    guarded = csrf_exempt(require_POST(answers_refusals(checked)))
    return public("Twilio calls it; its signature is checked first.")(guarded)


def once(*, provider: str, kind: EventKind, id_field: str) -> Callable[[Hook], Hook]:
    """For what is acted on in the request itself: the event and its effect are one transaction.

    Told again, it is answered without words and has no effect.
    """

    def decorate(view: Hook) -> Hook:
        @wraps(view)
        def taken(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            id_ = sid(request, id_field)
            event = Event(
                provider=provider,
                kind=kind,
                name=f"{kind}:{id_}:{field(request, 'Digits')}",
                provider_id=id_,
                payload=request.POST.dict(),
            )
            with transaction.atomic():
                if not keep_applied(event):
                    return twiml(str(MessagingResponse()))
                return view(request, *args, **kwargs)

        return taken

    return decorate


def twiml(words: str) -> HttpResponse:
    return HttpResponse(words, content_type="text/xml; charset=utf-8")
