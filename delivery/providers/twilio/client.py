"""Twilio's REST client over HTTP of our own: our endpoint, timeouts, one pool of connections.

Whatever goes wrong on the way is told apart here: certainly not taken (ProviderError), or nobody
knows (InDoubtError).
"""

import json
import logging
import os
import ssl
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from delivery.providers.base import InDoubtError, ProviderError
from delivery.providers.retry_after import retry_after_seconds
from delivery.providers.twilio.codes import Code, error_of

# Twilio's library logs recipients at INFO.
log = logging.getLogger("upn.twilio.wire")
log.setLevel(logging.ERROR)

CONNECT_SECONDS = 5.0
READ_SECONDS = 20.0


class Wire(HttpClient):  # type: ignore[misc]
    """Sends what Twilio's library built to TWILIO_API_URL. Used by several threads at a time."""

    def __init__(self, *, codes: Mapping[str, Code], connections: int) -> None:
        super().__init__(log, False, READ_SECONDS)
        self._codes = codes
        self._base = urlsplit(str(settings.TWILIO_API_URL))
        self._session = requests.Session()
        # Proxies and certificates of the machine, read once instead of for each request; and
        # never a password from ~/.netrc.
        self._session.trust_env = False
        self._session.proxies = get_environ_proxies(settings.TWILIO_API_URL)
        self._session.verify = (
            os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
        )
        adapter = HTTPAdapter(pool_connections=1, pool_maxsize=connections, max_retries=0)
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, adapter)

    def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        try:
            answer = self._session.request(
                method,
                self._to_base(uri),
                params=params,  # type: ignore[arg-type]
                data=data,
                headers=headers,
                auth=auth,
                timeout=(CONNECT_SECONDS, timeout or READ_SECONDS),
                allow_redirects=allow_redirects,
            )
        except requests.RequestException as error:
            raise _of_broken_line(error) from error
        if answer.status_code >= 300:
            raise self._refusal(answer)
        return Response(answer.status_code, answer.text, answer.headers)

    def close(self) -> None:
        self._session.close()

    def _to_base(self, uri: str) -> str:
        parts = urlsplit(uri)
        path = self._base.path.rstrip("/") + parts.path
        return urlunsplit((self._base.scheme, self._base.netloc, path, parts.query, ""))

    def _refusal(self, answer: requests.Response) -> ProviderError | InDoubtError:
        if answer.status_code >= 500 and answer.status_code != 503:
            # It broke while it worked on our request, or a gateway lost sight of it.
            return InDoubtError(f"Twilio broke on the request ({answer.status_code}).")
        return error_of(
            self._codes,
            http_status=answer.status_code,
            code=_code_in(answer.text),
            retry_after=retry_after_seconds(answer.headers.get("Retry-After")),
        )


def rest_client(wire: Wire) -> Client:
    return Client(settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, http_client=wire)


def hook(path: str) -> str:
    """The public URL of one of our webhooks, such as `hook("status")`."""
    base: str = settings.PUBLIC_URL
    return f"{base.rstrip('/')}/hooks/twilio/{path}/"


def may_call_back() -> bool:
    """Whether the other side can reach us: Twilio refuses a message with a loopback callback."""
    ours = urlsplit(settings.PUBLIC_URL).hostname or ""
    theirs = urlsplit(settings.TWILIO_API_URL).hostname or ""
    is_loopback = ours in {"localhost", "::1"} or ours.startswith("127.")
    return not (is_loopback and theirs.endswith("twilio.com"))


def _code_in(body: str) -> str:
    try:
        payload = json.loads(body)
    except ValueError:
        return ""
    code = payload.get("code") if isinstance(payload, dict) else None
    return str(code)[:40] if isinstance(code, int | str) else ""


def _of_broken_line(error: requests.RequestException) -> ProviderError | InDoubtError:
    """Whether the request can have reached Twilio."""
    if _never_connected(error):
        return ProviderError(
            "Twilio can't be reached.", permanent=False, code="unreachable", down=True
        )
    return InDoubtError("The line to Twilio broke after the message was written.")


def _never_connected(error: requests.RequestException) -> bool:
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.ProxyError):
        return True
    cause = error.args[0] if error.args else None
    if isinstance(cause, MaxRetryError):
        cause = cause.reason
    if isinstance(cause, NewConnectionError | ConnectTimeoutError):
        return True
    # A certificate is looked at before anything is written.
    return isinstance(error, requests.exceptions.SSLError) and any(
        isinstance(link, ssl.SSLCertVerificationError) for link in _chain(error)
    )


def _chain(error: BaseException) -> list[BaseException]:
    links: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and at not in links:
        links.append(at)
        links += [arg for arg in at.args if isinstance(arg, BaseException)]
        at = at.__cause__ or at.__context__ or getattr(at, "reason", None)
    return links
