"""The file: upload, checking, columns, rows with a problem, who is left out."""

from collections.abc import Iterator

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.choices import Channel
from common.safe_exports import CONTENT_TYPE
from common.upload_limit import too_large
from console.access import requires
from console.mass_notifications.deck import deck, upload_zone
from console.mass_notifications.shared import CHANGE, READ, RESULTS, deck_url, do, find
from mass_notifications import columns, fixes, results, selectors, uploads
from mass_notifications.choices import EDITABLE, LeftOut, State
from mass_notifications.errors import Refused


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """The first file, or another in its place."""
    notification = find(pk)
    if request.method == "GET":
        return render(
            request,
            "console/mass_notifications/upload.html",
            {"notification": notification, **upload_zone(notification)},
        )
    problem = ""
    file = request.FILES.get("file")
    if too_large(request):
        problem = _(
            "The file is larger than %(most)d MB. Nothing was kept. Split it in two, or save it "
            "without pictures and empty sheets."
        ) % {"most": settings.UPN_MAX_FILE_BYTES // 1024**2}
    elif file is None:
        problem = _("Choose a file first.")
    else:
        try:
            uploads.file_store(notification=notification, upload=file)
        except Refused as refused:
            problem = refused.words
    if not problem:
        return _go_to(request, deck_url(notification))
    return render(
        request,
        "console/mass_notifications/upload.html",
        {"notification": notification, **upload_zone(notification), "errors": [problem]},
        # htmx puts the answer into the page only if it went well.
        status=200 if request.headers.get("HX-Request") == "true" else 400,
    )


def _go_to(request: HttpRequest, url: str) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = url
        return answer
    return redirect(url)


@requires(READ)
@require_GET
def check_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """One partial for page and poll. When the check is over the whole deck takes its place."""
    notification = find(pk)
    if notification.state != State.CHECKING:
        response = deck(request, pk)
        response["HX-Retarget"] = "#deck"
        response["HX-Reselect"] = "#deck"
        response["HX-Reswap"] = "outerHTML"
        return response
    return render(
        request,
        "console/mass_notifications/_checking.html",
        {"notification": notification, "progress": selectors.check_progress(notification)},
    )


@requires(CHANGE)
@require_http_methods(["GET", "POST"])
def match_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """What each column is, and a chance to say it better."""
    notification = find(pk)
    found = selectors.columns_of(notification)
    problem = ""
    if request.method == "POST":
        mapping = {column.index: request.POST.get(f"column-{column.index}", "") for column in found}
        try:
            columns.columns_remap(notification=notification, mapping=mapping)
        except Refused as refused:
            problem = refused.words
        else:
            messages.success(request, _("The file is checked again with your columns."))
            return redirect(deck_url(notification))
    return render(
        request,
        "console/mass_notifications/columns.html",
        {
            "notification": notification,
            "columns": [
                (column, request.POST.get(f"column-{column.index}", column.field))
                for column in found
            ],
            "choices": columns.column_choices(),
            "problem": problem,
        },
        status=400 if problem else 200,
    )


@requires(RESULTS)
@require_GET
def problems(request: HttpRequest, pk: int) -> HttpResponse:
    notification = find(pk)
    return render(
        request,
        "console/mass_notifications/problems.html",
        {
            "notification": notification,
            "summary": selectors.summary_of(notification),
            "page": selectors.problems_page(notification, after_row=_number(request, "after")),
            "after": _number(request, "after"),
            "may_fix": request.user.has_perm(CHANGE) and notification.state in EDITABLE,
            "next": request.get_full_path(),
        },
    )


@requires(CHANGE)
@require_POST
def fix(request: HttpRequest, pk: int) -> HttpResponse:
    """ "Use it", "Use both", or what a person typed, for one cell."""
    notification = find(pk)
    back = reverse("console:mass_problems", args=[pk])
    to = request.POST.get("next", "")
    # Only to a page of ours: the list of problems, at the place where one was.
    to = to if to.startswith(back) else ""

    def change() -> str:
        row, column = _posted(request, "row"), _posted(request, "column")
        values = [value.strip() for value in request.POST.getlist("value") if value.strip()]
        if row is None or column is None or not values:
            raise Refused(_("Type the right value first."))
        fixes.cell_fix(notification=notification, row=row, column=column, values=values)
        return _("Row %(row)d: taken over.") % {"row": row}

    return do(request, notification, change, to=to)


@requires(RESULTS)
@require_GET
def left_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Who gets nothing, on which channel, and why."""
    notification = find(pk)
    reason, channel = request.GET.get("reason", ""), request.GET.get("channel", "")
    return render(
        request,
        "console/mass_notifications/left_out.html",
        {
            "notification": notification,
            "page": selectors.left_out_page(
                notification,
                reason=reason if reason in LeftOut.values else "",
                channel=channel if channel in Channel.values else "",
                after_row=_number(request, "after"),
            ),
            "after": _number(request, "after"),
            "reason": reason,
            "channel": channel,
            "reasons": LeftOut.choices,
            "channels": [(c, Channel(c).label) for c in notification.channels],
        },
    )


@requires(RESULTS)
@require_GET
def problems_csv(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    return _download(results.problems_csv(find(pk)), f"rows-with-a-problem-{pk}.csv")


@requires(RESULTS)
@require_GET
def left_out_csv(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    return _download(results.left_out_csv(find(pk)), f"left-out-{pk}.csv")


@requires(RESULTS)
@require_GET
def results_csv(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    return _download(results.results_csv(find(pk)), f"results-{pk}.csv")


def _download(content: Iterator[bytes], name: str) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        content,
        content_type=CONTENT_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _number(request: HttpRequest, name: str) -> int:
    value = request.GET.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0


def _posted(request: HttpRequest, name: str) -> int | None:
    value = request.POST.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None
