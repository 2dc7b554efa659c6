"""What every hook of Twilio's has around it, and how it answers."""

from collections.abc import Callable

from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from common.access import public
from delivery.webhooks.forms import answers_malformed
from delivery.webhooks.signature import signed_by_twilio

Hook = Callable[..., HttpResponse]


def twilio_hook(view: Hook) -> Hook:
    guarded = csrf_exempt(require_POST(signed_by_twilio(answers_malformed(view))))
    return public("Twilio calls it; its signature is checked first.")(guarded)


def twiml(words: str) -> HttpResponse:
    return HttpResponse(words, content_type="text/xml; charset=utf-8")
