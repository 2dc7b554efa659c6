"""The queue of bad addresses: what set each, what may be meant, and one click to mend it."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from alerts.address_repairs import RepairRefusedError, repair, undo_repair
from common.choices import Channel
from common.clock import now
from console.access import requires
from console.mass_notifications.shared import person
from customers.choices import EmailSlot, NumberSlot, RepairKind
from customers.models import AddressRepair, Customer
from delivery.bounces.queue import BadAddress, bad_page, count_bad

SEE = "customers.view_customer"
CHANGE = "customers.change_customer"
CHANNELS = (Channel.EMAIL, Channel.TEXT, Channel.VOICE)
ON_A_PAGE = 25
# What one did lately can be undone from the queue itself.
_UNDO_WITHIN = timedelta(hours=12)
_UNDO_SHOWN = 3
SLOTS = {choice.value: choice.label for choices in (EmailSlot, NumberSlot) for choice in choices}
_DONE = {
    RepairKind.SUGGESTION: gettext_lazy("%(name)s: %(new)s is used from now on."),
    RepairKind.CONFIRMED: gettext_lazy("%(name)s: the address is used again."),
    RepairKind.REMOVED: gettext_lazy("%(name)s: the address is removed."),
    RepairKind.HOME_NUMBER: gettext_lazy("%(name)s: the number takes calls as the home number."),
}


class _Rows:
    """The queue as a paginator reads it: the page alone is fetched."""

    def __init__(self, channel: Channel | None) -> None:
        self._channel = channel
        self._count: int | None = None

    def __len__(self) -> int:
        if self._count is None:
            self._count = count_bad(self._channel)
        return self._count

    def __getitem__(self, part: slice) -> list[BadAddress]:
        return bad_page(channel=self._channel, limit=part.stop - part.start, offset=part.start or 0)


@requires(SEE)
@require_GET
def bad_addresses(request: HttpRequest) -> HttpResponse:
    chosen = request.GET.get("channel", "")
    channel = Channel(chosen) if chosen in CHANNELS else None
    paginator: Paginator[Any] = Paginator(_Rows(channel), ON_A_PAGE)  # type: ignore[arg-type]
    page: Page[Any] = paginator.get_page(request.GET.get("page"))
    return render(
        request,
        "console/addresses/queue.html",
        {
            "page": page,
            "rows": [(row, SLOTS[row.slot]) for row in page],
            "channel": channel,
            "tabs": _tabs(channel, paginator.count),
            "may_change": request.user.has_perm(CHANGE),
            "lately": _lately(request),
            "kinds": RepairKind,
        },
    )


@requires(CHANGE)
@require_POST
def mend(request: HttpRequest, pk: int, slot: str) -> HttpResponse:
    kind = request.POST.get("kind", "")
    if slot not in SLOTS or kind not in RepairKind.values:
        raise Http404
    customer = get_object_or_404(Customer, pk=pk)
    try:
        repair(
            customer=customer,
            slot=slot,
            address=request.POST.get("address", ""),
            kind=RepairKind(kind),
            by=person(request),
        )
    except RepairRefusedError as refused:
        messages.error(request, str(refused))
    else:
        if "member" in request.POST:
            words = _DONE[RepairKind(kind)] % {"name": customer.name, "new": _now(customer, slot)}
            messages.success(request, words + " " + _("Bad addresses has the undo."))
    if "member" in request.POST:
        return redirect("console:customer", customer.number)
    # What was done stands above the queue, with its undo.
    return redirect(_back(request))


@requires(CHANGE)
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(AddressRepair.objects.select_related("customer"), pk=pk)
    try:
        undo_repair(repair=row, by=person(request))
    except RepairRefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("%(name)s: undone.") % {"name": row.customer.name})
    return redirect(_back(request))


def _now(customer: Customer, slot: str) -> str:
    customer.refresh_from_db()
    return str(getattr(customer, slot) or "")


def _tabs(channel: Channel | None, count: int) -> list[dict[str, Any]]:
    url = reverse("console:bad_addresses")
    every = [
        (None, _("All")),
        *((one, one.label) for one in CHANNELS),
    ]
    return [
        {
            "href": f"{url}?{urlencode({'channel': one.value})}" if one else url,
            "label": label,
            "here": one == channel,
            **({"count": count} if one == channel else {}),
        }
        for one, label in every
    ]


def _lately(request: HttpRequest) -> list[tuple[AddressRepair, str]]:
    """What this person did last, and what it means."""
    rows = (
        AddressRepair.objects.select_related("customer")
        .filter(by=person(request), undone_at=None, at__gt=now() - _UNDO_WITHIN)
        .order_by("-at")[:_UNDO_SHOWN]
        if request.user.has_perm(CHANGE)
        else []
    )
    return [
        (row, _DONE[RepairKind(row.kind)] % {"name": row.customer.name, "new": row.new})
        for row in rows
    ]


def _back(request: HttpRequest) -> str:
    """The same part of the queue; nothing of what was posted leads anywhere else."""
    chosen = request.POST.get("channel", "")
    query = {"channel": chosen} if chosen in CHANNELS else {}
    if (page := request.POST.get("page", "")).isdigit():
        query["page"] = page
    url = reverse("console:bad_addresses")
    return f"{url}?{urlencode(query)}" if query else url
