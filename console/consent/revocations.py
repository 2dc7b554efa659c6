"""A refusal that came to people rather than to a machine (RULES 7), and taking one's slip back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from console.access import requires
from console.consent.forms import RevocationForm
from console.consent.ledger import CHANGE, address_context, show
from console.mass_notifications.shared import person
from customers import consent
from customers.choices import ConsentSource
from customers.ledger import reading
from customers.models import ConsentEvent


@requires(CHANGE)
@require_POST
def record(request: HttpRequest) -> HttpResponse:
    address = reading.read_address(request.POST.get("revocation-address", "")[:254])
    form = RevocationForm(address, request.POST)
    if not form.is_valid():
        if not address:
            messages.error(request, _("This is no phone number and no email."))
            return redirect("console:consent_find")
        context = address_context(request, address, revocation=form)
        return render(request, "console/consent/address.html", context, status=422)
    consent.opt_out(
        address=address,
        channels=form.chosen,
        source=form.told_by,
        words=form.cleaned_data["words"],
        purpose=form.cleaned_data["purpose"],
        taken_by=person(request),
        said_at=form.said_at,
    )
    messages.success(request, _("Written down. It holds from now on, for queued messages too."))
    return show(request, address)


@requires(CHANGE)
@require_POST
def undo(request: HttpRequest, event: int) -> HttpResponse:
    """One's own slip of the last hour: a new line takes it back, with those written with it."""
    mine = get_object_or_404(ConsentEvent, pk=event)
    someone = person(request)
    if not reading.may_undo(mine, someone):
        raise PermissionDenied(
            _(
                "Only who wrote a line down can take it back, within an hour. After that, it needs "
                "the member's word."
            )
        )
    with transaction.atomic():
        together = ConsentEvent.objects.filter(
            address=mine.address, at=mine.at, action=mine.action, taken_by=someone
        )
        undone = [
            consent.undo(
                event=line,
                source=ConsentSource.CSR,
                words=f"Line {line.pk} was a slip of who wrote it down.",
                taken_by=someone,
            )
            for line in together.order_by("id")
        ]
    if any(undone):
        messages.success(request, _("Taken back. Both lines stay in the ledger."))
    return show(request, mine.address)
