"""X-Twilio-Signature (RULES 16): nothing is acted on before it is known to be Twilio's."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterable
from functools import wraps
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_PORTS = {"https": 443, "http": 80}
Hook = Callable[..., HttpResponse]


def sign(token: str, url: str, fields: Iterable[tuple[str, list[str]]]) -> str:
    """The signature of a form sent to `url`: the URL, then each name and value in order of name."""
    text = url
    for name, values in sorted(fields):
        for value in sorted(set(values)):
            text += name + value
    digest = hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def is_signed(request: HttpRequest, *, token: str, public_url: str) -> bool:
    """Whether the request was signed with our token. Takes as long whatever is wrong with it."""
    given = request.headers.get("X-Twilio-Signature", "").encode()
    url = public_url.rstrip("/") + request.get_full_path()
    is_json = request.content_type == "application/json"
    fields = [] if is_json else list(request.POST.lists())
    # Twilio sometimes signs the port that the URL leaves out.
    matches = [
        hmac.compare_digest(sign(token, variant, fields).encode(), given)
        for variant in (url, _other_port(url))
    ]
    # What a JSON request says is signed by its hash, which is in the URL.
    body_hash = hashlib.sha256(request.body).hexdigest() if is_json else ""
    told_hash = request.GET.get("bodySHA256", "") if is_json else ""
    return any(matches) & hmac.compare_digest(body_hash.encode(), told_hash.encode())


def signed_by_twilio(view: Hook) -> Hook:
    """Answer 403 in words to whatever Twilio did not sign."""

    @wraps(view)
    def checked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        token = settings.TWILIO_AUTH_TOKEN
        if not token:
            return _refused("Twilio is not set up here: TWILIO_AUTH_TOKEN is not set.")
        if not is_signed(request, token=token, public_url=settings.PUBLIC_URL):
            return _refused(
                "The signature does not fit. Look whether TWILIO_AUTH_TOKEN is this account's "
                "and PUBLIC_URL the address that Twilio was given."
            )
        return view(request, *args, **kwargs)

    return checked


def _refused(words: str) -> HttpResponse:
    return HttpResponse(words, status=403, content_type="text/plain; charset=utf-8")


def _other_port(url: str) -> str:
    """The URL with its scheme's own port written out, or without a port where it has one."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    name = host.rsplit(":", 1)[0] if parts.port else host
    netloc = name if parts.port else f"{name}:{_PORTS[parts.scheme]}"
    return urlunsplit(parts._replace(netloc=netloc))
