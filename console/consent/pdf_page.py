"""The ledger of an address as a file to print and to send on."""

import logging

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from common.clock import now
from console.access import requires
from console.consent.ledger import VIEW
from console.consent.pdf import CONTENT_TYPE, ledger_pdf
from console.mass_notifications.shared import person
from customers.ledger import reading
from customers.ledger.chain import head
from customers.ledger.standing import standing

log = logging.getLogger(__name__)


@requires(VIEW)
@require_GET
def download(request: HttpRequest, line: int) -> HttpResponse:
    address = reading.address_of_line(line)
    if not address:
        raise Http404
    someone = person(request)
    log.info("Person %s made a PDF of the consent ledger of line %s.", someone.pk, line)
    lines = reading.with_seals(list(reading.events_of(address).order_by("id")))
    made = ledger_pdf(
        address=address,
        lines=lines,
        standing=standing(address),
        holders=reading.holders_of(address),
        head=head(),
        made_by=someone.get_full_name() or someone.get_username(),
        made_at=now(),
    )
    response = HttpResponse(made, content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="consent-ledger-{line}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
