"""Files of facts: upload, see what would come of it, import, see what came of it."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.choices import FactFileState, Kind
from billing.fact_files.taking import (
    AT_WORK,
    SUFFIXES,
    FileRefusedError,
    file_discard,
    file_import,
    file_take,
    rows_so_far,
)
from billing.models import FactFile
from common.upload_limit import too_large
from console.access import requires
from console.mass_notifications.shared import person

IMPORT = "billing.import_facts"
PAGE = 25
PROBLEMS = 50
CHIPS = {
    FactFileState.CHECKING: ("info", "search"),
    FactFileState.CHECKED: ("warn", "eye"),
    FactFileState.IMPORTING: ("info", "upload"),
    FactFileState.DONE: ("ok", "check"),
    FactFileState.FAILED: ("bad", "x"),
}


class UploadForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("What is in it"),
        choices=[("", gettext_lazy("Choose the kind")), *Kind.choices],
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("This file is empty. Check that you chose the right one."),
        },
    )


@requires(IMPORT)
@require_http_methods(["GET", "POST"])
def files(request: HttpRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    too_big = _("This file is larger than %(most)d MB. Split it in two.") % {
        "most": settings.UPN_MAX_FILE_BYTES // 1024**2
    }
    if request.method == "POST" and form.is_valid():
        try:
            file = file_take(
                kind=Kind(form.cleaned_data["kind"]),
                upload=form.cleaned_data["file"],
                by=person(request),
            )
        except FileRefusedError as refused:
            form.add_error("file", refused.problem)
        else:
            return redirect("console:fact_file", file.pk)
    elif request.method == "POST" and too_large(request):
        form.errors["file"] = form.error_class([too_big])
    found = FactFile.objects.select_related("uploaded_by")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "billing/fact_files.html",
        {
            "form": form,
            "page": page,
            "lines": [(file, *CHIPS[FactFileState(file.state)]) for file in page],
            "accept": ",".join(sorted(SUFFIXES)),
            "max_bytes": settings.UPN_MAX_FILE_BYTES,
            "too_big": too_big,
            "hint": _(
                "CSV, Excel or OpenDocument, up to %(most)d MB. The first row holds the headings."
            )
            % {"most": settings.UPN_MAX_FILE_BYTES // 1024**2},
        },
    )


@requires(IMPORT)
@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "billing/fact_file.html", _context(request, pk))


@requires(IMPORT)
@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The part that changes; asked for again as long as a worker is at it."""
    return render(request, "billing/_fact_file.html", _context(request, pk))


@requires(IMPORT)
@require_POST
def take_over(request: HttpRequest, pk: int) -> HttpResponse:
    file = get_object_or_404(FactFile, pk=pk)
    if not file_import(file=file, by=person(request)):
        messages.info(request, _("This file is not waiting to be imported."))
    return redirect("console:fact_file", pk)


@requires(IMPORT)
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    file = get_object_or_404(FactFile, pk=pk)
    if not file_discard(file=file):
        messages.info(request, _("What was imported stays on record."))
        return redirect("console:fact_file", pk)
    messages.success(request, _("“%(name)s” is discarded.") % {"name": file.name})
    return redirect("console:fact_files")


def _context(request: HttpRequest, pk: int) -> dict[str, Any]:
    file = get_object_or_404(FactFile.objects.select_related("uploaded_by", "imported_by"), pk=pk)
    report = file.report or {}
    tone, drawing = CHIPS[FactFileState(file.state)]
    return {
        "file": file,
        "report": report,
        "tone": tone,
        "drawing": drawing,
        "is_live": file.state in AT_WORK,
        "rows": rows_so_far(file),
        "to_import": report.get("new", 0) + report.get("changed", 0),
        "problems": _page(request, report, "problems"),
        "remarks": _page(request, report, "remarks"),
    }


def _page(request: HttpRequest, report: dict[str, Any], words: str) -> Any:
    return Paginator(report.get(words, []), PROBLEMS).get_page(request.GET.get(words))
