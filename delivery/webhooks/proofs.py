"""How an email service's webhook shows that it is theirs. Without its key set, none is believed."""

import base64
import binascii
import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key
from django.conf import settings
from django.http import HttpRequest

from delivery.webhooks.age import of_seconds
from delivery.webhooks.refusing import MalformedError, RefusedError
from delivery.webhooks.topics import check_signature, read_message

_UNFIT = "The signature does not fit."


def check_secret(request: HttpRequest, *, is_needed: bool) -> None:
    """The name and password in the address that the service was given.

    Asked for wherever WEBHOOK_SECRET is set, and where a service has no other proof (`is_needed`).
    """
    secret = settings.WEBHOOK_SECRET
    if not secret:
        if is_needed:
            raise RefusedError("This service is not set up here: WEBHOOK_SECRET is not set.")
        return
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    expected = base64.b64encode(secret.encode())
    fits = hmac.compare_digest(expected, given.strip().encode("utf-8", "replace"))
    if not fits or scheme.lower() != "basic":
        raise RefusedError(
            "The name and password of WEBHOOK_SECRET are missing in the address, or others.",
            asks_for_secret=True,
        )


def sendgrid(request: HttpRequest) -> datetime:
    """An ECDSA signature of time and body. Returns the time."""
    key_text = settings.SENDGRID_WEBHOOK_KEY
    if not key_text:
        raise RefusedError("SendGrid is not set up here: SENDGRID_WEBHOOK_KEY is not set.")
    signature = request.headers.get("X-Twilio-Email-Event-Webhook-Signature", "")
    told = request.headers.get("X-Twilio-Email-Event-Webhook-Timestamp", "")
    try:
        key = sendgrid_key(key_text)
        key.verify(
            base64.b64decode(signature.encode("utf-8", "replace"), validate=True),
            told.encode("utf-8", "replace") + request.body,
            ec.ECDSA(hashes.SHA256()),
        )
    except (InvalidSignature, binascii.Error, ValueError) as error:
        raise RefusedError(_UNFIT) from error
    return of_seconds(told)


def sendgrid_key(text: str) -> ec.EllipticCurvePublicKey:
    """Raises ValueError where it is none."""
    try:
        key = load_der_public_key(base64.b64decode(text))
    except UnsupportedAlgorithm as error:
        raise ValueError("no key of SendGrid's") from error
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise ValueError("no key of SendGrid's")
    return key


def mailgun(request: HttpRequest) -> datetime:
    """An HMAC of time and token, but not of the rest: so a token counts once (email_events.py)."""
    key = settings.MAILGUN_WEBHOOK_KEY
    if not key:
        raise RefusedError("Mailgun is not set up here: MAILGUN_WEBHOOK_KEY is not set.")
    signed = read_json(request).get("signature")
    if not isinstance(signed, dict):
        raise RefusedError(_UNFIT)
    told, token, signature = (str(signed.get(k, "")) for k in ("timestamp", "token", "signature"))
    mac = hmac.new(key.encode(), f"{told}{token}".encode("utf-8", "replace"), hashlib.sha256)
    fits = hmac.compare_digest(mac.hexdigest().encode(), signature.encode("utf-8", "replace"))
    if not (fits and token):
        raise RefusedError(_UNFIT)
    return of_seconds(told)


def ses(request: HttpRequest) -> datetime:
    return check_signature(read_message(request.body))


def postmark(request: HttpRequest) -> None:
    """It signs nothing: the secret is all that there is."""


def read_json(request: HttpRequest) -> dict[str, Any]:
    """Raises MalformedError."""
    try:
        found = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise MalformedError("This is not JSON.") from error
    if not isinstance(found, dict):
        raise MalformedError("This is not a JSON object.")
    return found
