"""The page behind the link at the foot of a mail: no sign-in, no name, no address (RULES 20).

The link alone says for which address; it is opaque, and so is the page. It works without cookies,
and a mail program's one-click POST (RFC 8058) brings none: the token is the only right there is to
abuse, so there is nothing for a CSRF token to guard.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from common.access import public
from common.phones import display_phone
from delivery.models import Message
from delivery.unsubscribing import is_sample_link, list_of_mail, mail_of_link, refused_lists
from portal.preferences import throttling
from portal.preferences.changing import one_click, start, stop
from portal.preferences.rows import Row, Section, sections

_ONE_CLICK = ("List-Unsubscribe", "one-click")
_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


@public("The signed link in a mail is the key; the page shows nothing about anybody.")
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    response = _answer(request, token)
    add_never_cache_headers(response)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    if is_sample_link(token):
        return _sample(request)
    message = mail_of_link(token)
    if message is None:
        may_try = throttling.may_try_links(request)
        return _not_a_link(request) if may_try else _too_often(request)
    if not throttling.may_use_link(token):
        return _too_often(request)
    _speak(request, message.content.language)
    if request.method == "POST" and _is_one_click(request):
        return _one_click(message)
    return _page(request, message)


def _is_one_click(request: HttpRequest) -> bool:
    """Whether a mail program asks. Some name no type of their form, or end it with a line break:
    to answer them with a page would be a yes that ends nothing."""
    form = request.POST if request.content_type in _FORMS else QueryDict(request.body)
    name, value = _ONE_CLICK
    return form.get(name, "").strip().lower() == value


def _speak(request: HttpRequest, language: str) -> None:
    """The mail's language, unless the visitor has chosen another."""
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()


def _one_click(message: Message) -> HttpResponse:
    listed = sections(refused=(), this="")
    if one_click(message, listed):
        return _plain(_("You will get no more of these emails at this address."), 200)
    return _plain(_("This email belongs to no list that can be ended."), 400)


def _plain(words: str, status: int) -> HttpResponse:
    return HttpResponse(f"{words}\n", status=status, content_type="text/plain; charset=utf-8")


def _page(request: HttpRequest, message: Message) -> HttpResponse:
    """The page; after a button, with what was done in words, and the way back."""
    before = _sections(message)
    done: dict[str, Any] = {}
    if request.method == "POST":
        done = _press(request, message, [row for section in before for row in section.rows])
    return _show(request, _sections(message) if done else before, done)


def _sections(message: Message) -> list[Section]:
    return sections(refused=refused_lists(message), this=list_of_mail(message))


def _press(request: HttpRequest, message: Message, rows: list[Row]) -> dict[str, Any]:
    """What a button did. Names that are on no button of ours do nothing."""
    asked = request.POST.getlist("stop") + request.POST.getlist("start")
    chosen = [row for row in rows if row.list in asked]
    if request.POST.get("all") == "stop":
        chosen = [row for row in rows if not row.stopped]
        stop(message, rows=chosen, button=_("Stop everything but what you must send"))
        return {"did": "stop_all", "rows": chosen}
    if not chosen:
        return {}
    undo = "undo" in request.POST
    if "start" in request.POST:
        button = _("Undo") if undo else _("Send again")
        start(message, rows=chosen, button=button, everything=rows)
        return {"did": "start", "rows": chosen}
    stop(message, rows=chosen, button=_("Undo") if undo else _("Stop"))
    return {"did": "stop", "rows": chosen}


def _show(
    request: HttpRequest, listed: list[Section], done: dict[str, Any], *, sample: bool = False
) -> HttpResponse:
    rows = [row for section in listed for row in section.rows]
    return render(
        request,
        "portal/preferences/page.html",
        {
            "sections": listed,
            "this": next((row for row in rows if row.is_this), None),
            "anything": any(not row.stopped for row in rows),
            "done": done,
            "sample": sample,
            "phone": display_phone(settings.UTILITY_PHONE),
        },
    )


def _sample(request: HttpRequest) -> HttpResponse:
    """The link of a preview: the page as members see it, with buttons that change nothing."""
    return _show(request, sections(refused=(), this=""), {}, sample=True)


def _not_a_link(request: HttpRequest) -> HttpResponse:
    return _words(
        request,
        404,
        title=_("This link does not work"),
        words=_(
            "It may have been cut off on its way, or the email is so old that we no longer have "
            "it. Nothing was changed."
        ),
    )


def _too_often(request: HttpRequest) -> HttpResponse:
    response = _words(
        request,
        429,
        title=_("That was too often"),
        words=_("Please wait a minute, and open the link again."),
    )
    response["Retry-After"] = "60"
    return response


def _words(request: HttpRequest, status: int, *, title: str, words: str) -> HttpResponse:
    return render(
        request,
        "portal/preferences/no_link.html",
        {"title": title, "words": words, "phone": display_phone(settings.UTILITY_PHONE)},
        status=status,
    )
