"""X-Twilio-Signature (RULES 16): nothing is acted on before it is known to be Twilio's.

Twilio signs no time. What was recorded and is sent again has no effect: an event's key is that of
its message and status, and statuses only move forward; the keys of texts to us and of keys pressed
in calls are kept for good.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.encoding import escape_uri_path

from delivery.webhooks.refusing import RefusedError

_PORTS = {"https": 443, "http": 80}
_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"


def sign(token: str, url: str, fields: Iterable[tuple[str, list[str]]]) -> str:
    """The signature of a form sent to `url`: the URL, then each name and value in order of name."""
    text = url
    for name, values in sorted(fields):
        for value in sorted(set(values)):
            text += name + value
    digest = hmac.new(token.encode(), text.encode("utf-8", "replace"), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def is_signed(request: HttpRequest, *, token: str, public_url: str) -> bool:
    """Whether the request was signed with our token."""
    given = request.headers.get("X-Twilio-Signature", "").encode("utf-8", "replace")
    url = public_address(request, public_url)
    is_json = request.content_type == _JSON
    fields = [] if is_json else list(request.POST.lists())

    def fits(variant: str) -> bool:
        return hmac.compare_digest(sign(token, variant, fields).encode(), given)

    # What a JSON request says is signed by its hash, which is in the URL.
    body_hash = hashlib.sha256(request.body).hexdigest() if is_json else ""
    told_hash = request.GET.get("bodySHA256", "") if is_json else ""
    # Twilio sometimes signs the port that the URL leaves out.
    return (fits(url) or fits(_other_port(url))) and hmac.compare_digest(
        body_hash.encode(), told_hash.encode()
    )


def check_twilio(request: HttpRequest) -> None:
    """Raises RefusedError for whatever Twilio did not sign."""
    token = settings.TWILIO_AUTH_TOKEN
    if not token:
        raise RefusedError("Twilio is not set up here: TWILIO_AUTH_TOKEN is not set.")
    if request.content_type not in ("", _FORM, _JSON) or not is_signed(
        request, token=token, public_url=settings.PUBLIC_URL
    ):
        raise RefusedError(
            "The signature does not fit. Look whether TWILIO_AUTH_TOKEN is this account's "
            "and PUBLIC_URL the address that Twilio was given."
        )


def public_address(request: HttpRequest, public_url: str) -> str:
    """The address as the provider called it. What a proxy says of itself is not asked: host, port
    and the path before ours are those of PUBLIC_URL."""
    query = request.META.get("QUERY_STRING", "")
    path = escape_uri_path(request.path_info)
    return f"{public_url.rstrip('/')}{path}{'?' if query else ''}{query}"


def _other_port(url: str) -> str:
    """The URL with its scheme's own port written out, or without a port where it has one."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    name = host.rsplit(":", 1)[0] if parts.port else host
    netloc = name if parts.port else f"{name}:{_PORTS[parts.scheme]}"
    return urlunsplit(parts._replace(netloc=netloc))
