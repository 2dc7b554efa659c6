"""One bill, as the member sees it, and as PDF."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET

from billing.ebills.copies import copies_of
from billing.ebills.pdf import CONTENT_TYPE, bill_pdf
from billing.ebills.shown import ShownBill, State, Usage, kwh_words, shown_bill
from billing.models import Bill
from console.access import requires

VIEW = "billing.view_bill"
CHART_HEIGHT = 120
CHIPS = {
    State.DUE: ("info", "clock"),
    State.PAST_DUE: ("bad", "warn"),
    State.PAID: ("ok", "check"),
    State.CREDIT: ("ok", "check"),
}


class ChartBar(NamedTuple):
    """A bar of the SVG: across in percent, up and down in its own pixels."""

    usage: Usage
    x: str
    middle: str
    width: str
    y: int
    height: int
    kwh: str


@requires(VIEW)
@require_GET
def bill(request: HttpRequest, pk: int) -> HttpResponse:
    shown = _shown(pk)
    tone, drawing = CHIPS[shown.state]
    response = render(
        request,
        "billing/bill.html",
        {
            "shown": shown,
            "bill": shown.bill,
            "account": shown.bill.account,
            "customer": shown.bill.account.customer,
            "copies": copies_of(shown.bill.account),
            "payments": shown.bill.payments.order_by("at"),
            "bars": _bars(shown.usage),
            "chart_height": CHART_HEIGHT,
            "tone": tone,
            "drawing": drawing,
        },
    )
    patch_cache_control(response, private=True, no_store=True)
    return response


@requires(VIEW)
@require_GET
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    shown = _shown(pk)
    response = HttpResponse(bill_pdf(shown), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'inline; filename="{_file_name(shown)}"'
    patch_cache_control(response, private=True, no_store=True)
    return response


def _shown(pk: int) -> ShownBill:
    return shown_bill(get_object_or_404(Bill.objects.select_related("account__customer"), pk=pk))


def _file_name(shown: ShownBill) -> str:
    return f"bill-{re.sub(r'[^A-Za-z0-9-]+', '-', shown.bill.number)}.pdf"


def _bars(usage: Sequence[Usage]) -> list[ChartBar]:
    """At most a sixth of the width each, so that two bills don't look like walls."""
    step = 100 / max(len(usage), 6)
    bars = []
    for number, month in enumerate(usage):
        height = max(round(month.share * CHART_HEIGHT), 1)
        bars.append(
            ChartBar(
                usage=month,
                x=f"{(number + 0.2) * step:.2f}%",
                middle=f"{(number + 0.5) * step:.2f}%",
                width=f"{step * 0.6:.2f}%",
                y=CHART_HEIGHT - height,
                height=height,
                kwh=kwh_words(month.kwh),
            )
        )
    return bars
