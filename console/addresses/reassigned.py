"""Reassigned numbers: the file for the FCC's database, and its answers (RULES 11)."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alerts.new_numbers import ask_for_new_numbers
from common.clock import now
from common.safe_exports import CONTENT_TYPE
from common.sentences import translated
from common.spreadsheets import SpreadsheetError
from console.access import requires
from customers.reassigned import HEADINGS, Answers, export_reassigned, import_reassigned
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
        "unknown": count_unknown() if is_configured() else None,
        "most": MOST_AT_ONCE,
    }
    return render(request, "console/addresses/reassigned.html", context, status=status)


@requires(RECORD)
@require_GET
def download(request: HttpRequest) -> StreamingHttpResponse:
    lines = (f"{number},{day.isoformat()}\r\n" for number, day in export_reassigned())
    response = StreamingHttpResponse(
        (line.encode() for piece in ([",".join(HEADINGS) + "\r\n"], lines) for line in piece),
        content_type=CONTENT_TYPE,
    )
    response["Content-Disposition"] = f'attachment; filename="numbers-{now():%Y-%m-%d}.csv"'
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
            answers = import_reassigned(path, name=upload.name or "")
        except SpreadsheetError as error:
            form.add_error("file", translated(error.message))
            return False
    asked = ask_for_new_numbers(answers.turned_off)
    messages.success(request, _words(answers, asked))
    for row, problem in answers.problems[:5]:
        messages.warning(request, f"{_('Row')} {row}: {translated(problem)}")
    return True


def _words(answers: Answers, asked: int) -> str:
    return _(
        "Yes: %(yes)s. Turned off now: %(off)s; members asked for another number: %(asked)s. "
        "No: %(no)s. No data: %(no_data)s. Rows with a problem: %(bad)s."
    ) % {
        "yes": f"{answers.yes:,}",
        "off": f"{len(answers.turned_off):,}",
        "asked": f"{asked:,}",
        "no": f"{answers.no:,}",
        "no_data": f"{answers.no_data:,}",
        "bad": f"{len(answers.problems):,}",
    }
