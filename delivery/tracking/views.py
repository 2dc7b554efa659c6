"""Where counted links lead, and the picture that tells of an opening: on our own host alone.

A link's target is looked up in the wording that was sent; nothing in the request says where to go,
so nobody can make a link of ours lead elsewhere.
"""

import base64

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from common.access import public
from delivery.as_sent import outgoing_of
from delivery.link_tokens import Use
from delivery.mime import mail_template
from delivery.models import Message
from delivery.tracking.collecting import note
from delivery.tracking.numbering import Place, place_of

_PICTURE = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


@public("A link in a mail; its token is signed, and it leads where the mail says.")
@require_safe
def click(request: HttpRequest, token: str) -> HttpResponse:
    place = place_of(Use.CLICK, token)
    message = _mail(place)
    target = ""
    if place is not None and message is not None:
        outgoing = outgoing_of(message)
        target = mail_template(outgoing.wording, outgoing.sender).target(place.link, outgoing)
    if not target or place is None:
        return render(request, "delivery/no_such_link.html", status=404)
    _note(request, place)
    response = HttpResponseRedirect(target)
    add_never_cache_headers(response)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@public("A picture in a mail: the same for everybody, whatever is asked.")
@require_safe
def opened(request: HttpRequest, token: str) -> HttpResponse:
    place = place_of(Use.OPEN, token)
    if place is not None and place.message_id:
        _note(request, place)
    response = HttpResponse(_PICTURE, content_type="image/gif")
    add_never_cache_headers(response)
    return response


def _mail(place: Place | None) -> Message | None:
    if place is None or not place.message_id:
        return None
    return (
        Message.objects.select_related("content", "sender")
        .filter(pk=place.message_id, channel="email", content__tracked=True)
        .first()
    )


def _note(request: HttpRequest, place: Place) -> None:
    note(
        message_id=place.message_id,
        link=place.link,
        method=request.method or "",
        user_agent=request.headers.get("User-Agent", ""),
    )
