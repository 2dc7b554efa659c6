"""Email services' word on mail: proof first, then its age, then one row for each event."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from common.access import public
from delivery.webhooks.age import refuse_old
from delivery.webhooks.email_events import SERVICES
from delivery.webhooks.events import keep
from delivery.webhooks.proofs import check_secret
from delivery.webhooks.refusing import answers_refusals


@public("Email services call it; each one's signature or secret is checked first.")
@csrf_exempt
@require_http_methods(["POST", "HEAD"])
@answers_refusals
def email(request: HttpRequest, service: str) -> HttpResponse:
    if request.method == "HEAD":  # some look whether the address is there
        return HttpResponse()
    ours = SERVICES[service]
    check_secret(request, is_needed=ours.needs_secret)
    told_at = ours.check(request)
    if told_at is not None:
        refuse_old(told_at)
    keep(ours.read(request))
    # Mailgun, Postmark, SparkPost and others take no other code for a yes, and would tell it again.
    return HttpResponse()
