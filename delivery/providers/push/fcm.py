"""FCM HTTP v1: a message to the app on a phone, by way of a Firebase project."""

import json
import logging
import threading
from typing import Any
from urllib.parse import quote

import requests
from django.utils import timezone
from firebase_admin.credentials import Certificate
from google.auth.exceptions import GoogleAuthError, RefreshError
from google.auth.transport.requests import Request
from requests.adapters import HTTPAdapter

from delivery.providers.base import ProviderError
from delivery.providers.push.fcm_errors import read_error
from delivery.providers.push.service import PushService, Target, as_json, is_urgent, time_to_live
from delivery.providers.retry_after import retry_after_seconds
from delivery.rendering import Outgoing
from delivery.words import render_push

log = logging.getLogger(__name__)

TIMEOUT = (5, 15)
SCOPE = "https://www.googleapis.com/auth/firebase.messaging"


def read_credentials(text: str) -> Certificate:
    """A service account: the path of its JSON file, or the JSON itself. Raises ValueError."""
    try:
        return Certificate(json.loads(text) if text.lstrip().startswith("{") else text)
    except json.JSONDecodeError as error:
        raise ValueError("the JSON can't be read.") from error
    except OSError as error:
        raise ValueError(f"the file can't be read: {error.strerror}.") from error
    except ValueError as error:
        # Google's words may hold what is in the file.
        raise ValueError("that is not the JSON of a service account.") from error


class Fcm(PushService):
    def __init__(self, *, credentials: str, api_url: str, connections: int) -> None:
        """`credentials` as for `read_credentials`. Raises ValueError where they are no good."""
        certificate = read_credentials(credentials)
        if not certificate.project_id:
            raise ValueError("they name no project.")
        # No more rights than sending takes; firebase-admin asks for all of Firebase.
        self._google = certificate.get_credential().with_scopes([SCOPE])
        self._url = (
            f"{api_url.rstrip('/')}/v1/projects/{quote(certificate.project_id)}/messages:send"
        )
        self._session = requests.Session()
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=connections))
        # google-auth asks with any session; one of its own keeps the two kinds of calls apart.
        self._token_session = requests.Session()
        self._lock = threading.Lock()

    def send(self, target: Target, message: Outgoing) -> str:
        body = as_json({"message": compose(target.token, message)})
        token = self._token()
        response = self._post(body, token)
        if response.status_code == 401:
            # The token may have been revoked before its time: once more with a new one.
            response = self._post(body, self._token(instead_of=token))
        if response.status_code == 200:
            name = str((_json(response) or {}).get("name", ""))
            return name.rpartition("/")[2][:120]
        raise read_error(
            status=response.status_code,
            body=_json(response),
            retry_after=retry_after_seconds(response.headers.get("Retry-After")),
        )

    def _post(self, body: bytes, token: str) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        try:
            return self._session.post(self._url, data=body, headers=headers, timeout=TIMEOUT)
        except requests.RequestException as error:
            raise ProviderError(
                f"Firebase did not answer ({type(error).__name__}).", permanent=False, down=True
            ) from error

    def _token(self, instead_of: str = "") -> str:
        """An access token, kept for as long as it is good; a new one `instead_of` a refused one."""
        with self._lock:
            if not self._google.valid or self._google.token == instead_of:
                try:
                    self._google.refresh(Request(self._token_session))
                except RefreshError as error:
                    log.error("fcm: Google refused our credentials")
                    raise ProviderError(
                        "Google does not accept our Firebase credentials.",
                        permanent=False,
                        down=True,
                    ) from error
                except GoogleAuthError as error:
                    raise ProviderError(
                        "Google's sign-in did not answer.", permanent=False, down=True
                    ) from error
            return str(self._google.token)

    def close(self) -> None:
        self._session.close()
        self._token_session.close()


def compose(token: str, message: Outgoing) -> dict[str, Any]:
    """The message as FCM takes it. A second copy replaces the first, by the message's key.

    render_push keeps title and body so short that it stays under 4,096 bytes (RULES 24).
    """
    note = render_push(message)
    key = message.key.hex
    seconds = time_to_live(message)
    urgent = is_urgent(message)
    expires = int(timezone.now().timestamp()) + seconds
    return {
        "token": token,
        "notification": {"title": note.title, "body": note.body},
        "data": {"url": note.url, "key": key},
        "android": {
            "collapse_key": key,
            "priority": "high" if urgent else "normal",
            "ttl": f"{seconds}s",
            "notification": {"tag": key},
        },
        "apns": {
            "headers": {
                "apns-collapse-id": key,
                "apns-priority": "10" if urgent else "5",
                "apns-expiration": str(expires),
            }
        },
    }


def _json(response: requests.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None
