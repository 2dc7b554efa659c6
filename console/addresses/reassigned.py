"""Reassigned numbers: the file for the FCC's database, and its answers (RULES 11)."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alerts.new_numbers import ask_for_new_numbers
from common.safe_exports import CONTENT_TYPE
from common.sentences import translated
from common.spreadsheets import SpreadsheetError
from console.access import requires
from customers.reassigned import (
    HEADINGS,
    Answers,
    count_to_ask,
    export_reassigned,
    import_reassigned,
    parts_to_ask,
)
from delivery.lookup.numbers import MOST_AT_ONCE, count_unknown
from delivery.lookup.twilio import is_configured
from delivery.tasks import look_up_numbers

RECORD = "customers.change_consent"


class AnswersForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File with the answers"),
        error_messages={"required": gettext_lazy("Choose a file first.")},
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.xlsm,.xls,.ods"}),
    )


@requires(RECORD)
@require_http_methods(["GET", "POST"])
def reassigned(request: HttpRequest) -> HttpResponse:
    form = AnswersForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        form = AnswersForm(request.POST, request.FILES)
        if form.is_valid() and _take(request, form):
            return redirect("console:reassigned")
        status = 400
    context = {
        "form": form,
        "count": count_to_ask(),
        "parts": range(1, parts_to_ask() + 1),
        "unknown": count_unknown() if is_configured() else None,
        "most": MOST_AT_ONCE,
    }
    return render(request, "console/addresses/reassigned.html", context, status=status)


@requires(RECORD)
@require_GET
def download(request: HttpRequest, part: int = 1) -> StreamingHttpResponse:
    if not 1 <= part <= parts_to_ask():
        raise Http404
    lines = (f"{number},{day.isoformat()}\r\n" for number, day in export_reassigned(part=part))
    response = StreamingHttpResponse(
        (line.encode() for piece in ([",".join(HEADINGS) + "\r\n"], lines) for line in piece),
        content_type=CONTENT_TYPE,
    )
    name = f"numbers-{localdate():%Y-%m-%d}" + (f"-{part}" if part > 1 else "")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "no-store"
    return response


@requires(RECORD)
@require_POST
def look_up(request: HttpRequest) -> HttpResponse:
    """Line types, in the background; the most of them that one run takes."""
    unknown = min(count_unknown(), MOST_AT_ONCE) if is_configured() else 0
    if unknown:
        look_up_numbers.delay()
        messages.success(
            request,
            _(
                "The lines of %(n)s numbers are being looked up. Landlines will be listed among "
                "the bad addresses."
            )
            % {"n": f"{unknown:,}"},
        )
    else:
        messages.info(request, _("There is nothing to look up."))
    return redirect("console:reassigned")


def _take(request: HttpRequest, form: AnswersForm) -> bool:
    upload: UploadedFile[Any] = form.cleaned_data["file"]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "answers"
        with path.open("wb") as kept:
            for piece in upload.chunks():
                kept.write(piece)
        try:
            answers = import_reassigned(path, name=upload.name or "", ask=ask_for_new_numbers)
        except SpreadsheetError as error:
            form.add_error("file", translated(error.message))
            return False
    messages.success(request, _words(answers))
    if answers.given_since:
        messages.info(request, _given_since(answers.given_since))
    for row, problem in answers.problems[:5]:
        messages.warning(request, f"{_('Row')} {row}: {translated(problem)}")
    return True


def _words(answers: Answers) -> str:
    return _(
        "Yes: %(yes)s. Turned off now: %(off)s; members asked for another number: %(asked)s. "
        "No: %(no)s. No data: %(no_data)s. Rows with a problem: %(bad)s."
    ) % {
        "yes": f"{answers.yes:,}",
        "off": f"{len(answers.turned_off):,}",
        "asked": f"{answers.asked:,}",
        "no": f"{answers.no:,}",
        "no_data": f"{answers.no_data:,}",
        "bad": f"{len(answers.problems):,}",
    }


def _given_since(count: int) -> str:
    return ngettext(
        "%(n)s number was given or verified again after the date that was asked about, and stays "
        "on. It is in the next file with its new date.",
        "%(n)s numbers were given or verified again after the date that was asked about, and stay "
        "on. They are in the next file with their new dates.",
        count,
    ) % {"n": f"{count:,}"}
