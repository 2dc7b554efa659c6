"""A link was opened: the page with its button, and what to do where the link is over.

Whether a token was ever ours, and whose address it went to, can't be told from any answer.
"""

from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alerts.contact_changes import LinkState, caller_key, confirm_link, read_link, send_again
from common.access import public
from common.phones import display_phone

_WHY = "It is opened from an email; the signed token in its address is checked."
GONE = 410


@public(_WHY)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing, because mail scanners look; the button confirms."""
    if request.method == "POST" and confirm_link(token) is not LinkState.OVER:
        return redirect("verify", token)
    link = read_link(token)
    customer = link.row.customer if link.row is not None else None
    with translation.override(_language(request, customer.language if customer else "")):
        status = GONE if link.state is LinkState.OVER else 200
        return _page(request, {"state": link.state.value, "token": token}, status)


@public(_WHY)
@never_cache
@require_POST
def again(request: HttpRequest, token: str) -> HttpResponse:
    """A new link to where the old one went; the answer is the same whether there was one."""
    send_again(token, caller=caller_key(get_adapter(request).get_client_ip(request)))
    return redirect("verify_sent")


@public("It says the same to everybody.")
@require_GET
def sent(request: HttpRequest) -> HttpResponse:
    return _page(request, {"state": "sent"}, 200)


def _page(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
    answer = render(
        request,
        "portal/verification/page.html",
        {
            **context,
            "phone": settings.UTILITY_PHONE,
            "phone_shown": display_phone(settings.UTILITY_PHONE),
        },
        status=status,
    )
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _language(request: HttpRequest, of_member: str) -> str:
    """What the visitor chose, else the language of the email that they came from."""
    if settings.LANGUAGE_COOKIE_NAME in request.COOKIES or not of_member:
        return translation.get_language() or settings.LANGUAGE_CODE
    return of_member
