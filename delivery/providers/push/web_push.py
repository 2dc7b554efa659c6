"""Web Push (RFC 8030, 8188, 8291, 8292): an encrypted message to a browser."""

import logging
from urllib.parse import urlsplit

import requests
from http_ece import ECEException
from pywebpush import WebPusher, WebPushException

from delivery.providers.base import ProviderError
from delivery.providers.push.endpoints import EndpointError, Endpoints
from delivery.providers.push.service import PushService, Target, as_json, is_urgent, time_to_live
from delivery.providers.push.vapid import VapidTokens
from delivery.providers.retry_after import retry_after_seconds
from delivery.rendering import Outgoing
from delivery.words import render_push

log = logging.getLogger(__name__)

TIMEOUT = (5, 15)
# As much of an answer as is worth reading: a stranger may have written it.
ANSWER_LIMIT = 4096


class WebPush(PushService):
    def __init__(self, *, tokens: VapidTokens, endpoints: Endpoints) -> None:
        self._tokens = tokens
        self._endpoints = endpoints

    def send(self, target: Target, message: Outgoing) -> str:
        try:
            session = self._endpoints.session_for(target.token)
            headers = {
                "Authorization": self._authorization(target.token),
                "Content-Encoding": "aes128gcm",
                "Content-Type": "application/octet-stream",
                "TTL": str(time_to_live(message)),
                "Urgency": "high" if is_urgent(message) else "normal",
                # 32 characters of base64url's alphabet, so that a second copy takes the place
                # of the first.
                "Topic": message.key.hex,
            }
            with session.post(
                target.token,
                data=_encrypt(target, message),
                headers=headers,
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=True,
            ) as response:
                response.raw.read(ANSWER_LIMIT)
        except EndpointError as error:
            raise ProviderError(str(error), permanent=True, bad_address=True) from error
        except requests.RequestException as error:
            raise ProviderError(
                f"The push service did not answer ({type(error).__name__}).",
                permanent=False,
                down=self._endpoints.is_known(target.token),
            ) from error
        if response.status_code in (200, 201, 202):
            return response.headers.get("Location", "").rpartition("/")[2][:120]
        raise self._refusal(response, target)

    def _authorization(self, endpoint: str) -> str:
        parts = urlsplit(endpoint)
        try:
            return self._tokens.authorization(f"{parts.scheme}://{parts.netloc}")
        except ValueError as error:
            raise EndpointError("The push endpoint is not a plain https address.") from error

    def _refusal(self, response: requests.Response, target: Target) -> ProviderError:
        """What a status says about the device, the message, the service or us (RULES 23)."""
        status = response.status_code
        code = str(status)
        known = self._endpoints.is_known(target.token)
        retry_after = retry_after_seconds(response.headers.get("Retry-After"))
        if status in (404, 410):
            return ProviderError(
                "The browser has ended its subscription.",
                permanent=True,
                bad_address=True,
                code=code,
            )
        if status == 413:
            return ProviderError("The message is too long for push.", permanent=True, code=code)
        if status in (401, 403):
            return ProviderError(
                "The push service does not accept our VAPID key.",
                permanent=False,
                code=code,
                down=known,
            )
        if status == 429:
            return ProviderError(
                "The push service asks us to slow down.",
                permanent=False,
                code=code,
                retry_after=retry_after,
            )
        if status >= 500 or status == 408:
            return ProviderError(
                "The push service is out of order.",
                permanent=False,
                code=code,
                retry_after=retry_after,
                # A service that says when to come back is busy, not broken.
                down=known and retry_after is None,
            )
        log.warning("web push: unknown answer %s from device %s", status, target.id)
        return ProviderError("The push service refused the message.", permanent=True, code=code)

    def close(self) -> None:
        self._endpoints.close()


def _encrypt(target: Target, message: Outgoing) -> bytes:
    # render_push keeps title and body so short that this stays under 3 kB (RULES 23).
    note = render_push(message)
    payload = as_json({"title": note.title, "body": note.body, "url": note.url})
    try:
        pusher = WebPusher(
            {"endpoint": target.token, "keys": {"p256dh": target.p256dh, "auth": target.auth}}
        )
        return bytes(pusher.encode(payload)["body"])
    except (WebPushException, ECEException, ValueError, IndexError) as error:
        raise ProviderError(
            "The browser's keys are damaged.", permanent=True, bad_address=True
        ) from error
