"""Exports for the print vendor: what was written, and asking for another (RULES 32)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from billing.choices import ExportState
from billing.models import BillExport, ExportRequest
from billing.print_vendor.asked import ask_for_export
from billing.print_vendor.export import manifest_path
from billing.print_vendor.run import Run
from console.access import requires
from console.mass_notifications.shared import person
from customers.models import Account

EXPORT = "billing.export_bills"
PAGE = 25
UNFINISHED_SHOWN = 5


class RunForm(forms.Form):
    date = forms.DateField(
        label=gettext_lazy("Date on the bills"), widget=forms.DateInput(attrs={"type": "date"})
    )
    cycle = forms.ChoiceField(label=gettext_lazy("Billing cycle"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = Account.objects.exclude(cycle="").order_by("cycle").values_list("cycle", flat=True)
        cycle = self.fields["cycle"]
        assert isinstance(cycle, forms.ChoiceField)  # noqa: S101 - as declared above
        cycle.choices = [("", _("All cycles")), *((name, name) for name in known.distinct())]


@requires(EXPORT)
@require_http_methods(["GET", "POST"])
def exports(request: HttpRequest) -> HttpResponse:
    form = RunForm(request.POST or None, initial={"date": timezone.localdate().isoformat()})
    if request.method == "POST" and form.is_valid():
        run = Run(form.cleaned_data["date"], form.cleaned_data["cycle"])
        ask_for_export(run=run, by=person(request))
        messages.success(
            request, _("The file is being written. It appears here once it is verified.")
        )
        return redirect("console:bill_exports")
    return render(request, "billing/exports.html", {"form": form, **_list(request)})


@requires(EXPORT)
@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """The lists alone; asked for again as long as something is being written."""
    return render(request, "billing/_exports.html", _list(request))


@requires(EXPORT)
@require_GET
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _file(pk, is_manifest=False)


@requires(EXPORT)
@require_GET
def manifest(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _file(pk, is_manifest=True)


def _list(request: HttpRequest) -> dict[str, Any]:
    asked = ExportRequest.objects.exclude(state=ExportState.DONE)[:UNFINISHED_SHOWN]
    return {
        "asked": asked,
        "is_live": any(_may_come(one) for one in asked),
        "page": Paginator(BillExport.objects.all(), PAGE).get_page(request.GET.get("page")),
    }


def _may_come(asked: ExportRequest) -> bool:
    """What has not come for an hour is not waited for: its worker is gone."""
    is_open = asked.state in (ExportState.WAITING, ExportState.WRITING)
    return is_open and timezone.now() - asked.asked_at < timedelta(hours=1)


def _file(pk: int, *, is_manifest: bool) -> FileResponse:
    export = get_object_or_404(BillExport, pk=pk)
    if not export.path:
        raise Http404
    path = Path(default_storage.path(export.path))
    path = manifest_path(path) if is_manifest else path
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        file, as_attachment=True, filename=path.name, content_type="application/octet-stream"
    )
    patch_cache_control(response, private=True, no_store=True)
    return response
