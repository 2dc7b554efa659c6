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
from delivery.webhooks.signature import public_address, sign
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


def resend(request: HttpRequest) -> datetime:
    """Svix's HMAC of the event's id, the attempt's time and the body. Returns the time."""
    key_text = settings.RESEND_WEBHOOK_KEY
    if not key_text:
        raise RefusedError("Resend is not set up here: RESEND_WEBHOOK_KEY is not set.")
    id_, told, given = (
        request.headers.get(f"svix-{n}", "") for n in ("id", "timestamp", "signature")
    )
    try:
        key = resend_key(key_text)
    except ValueError as error:
        raise RefusedError(_UNFIT) from error
    signed = f"{id_}.{told}.".encode("utf-8", "replace") + request.body
    expected = base64.b64encode(hmac.digest(key, signed, "sha256"))
    # While a key is changed there is one for each.
    versions = [one.partition(",") for one in given.split()]
    fits = [
        hmac.compare_digest(expected, value.encode("utf-8", "replace"))
        for version, _, value in versions
        if version == "v1"
    ]
    if not (id_ and any(fits)):
        raise RefusedError(_UNFIT)
    return of_seconds(told)


def resend_key(text: str) -> bytes:
    """Raises ValueError where it is none."""
    key = base64.b64decode(text.removeprefix("whsec_"), validate=True)
    if not key:
        raise ValueError("no key of Resend's")
    return key


def mandrill(request: HttpRequest) -> None:
    """An HMAC of the address that it was given and of the form. It signs no time."""
    key = settings.MANDRILL_WEBHOOK_KEY
    if not key:
        raise RefusedError("Mandrill is not set up here: MANDRILL_WEBHOOK_KEY is not set.")
    given = request.headers.get("X-Mandrill-Signature", "").encode("utf-8", "replace")
    url = public_address(request, settings.PUBLIC_URL)
    scheme, _, rest = url.partition("://")
    # Our secret is part of the address, where it has one.
    urls = [url, f"{scheme}://{settings.WEBHOOK_SECRET}@{rest}"]
    fields = list(request.POST.lists())
    fits = [hmac.compare_digest(sign(key, one, fields).encode(), given) for one in urls]
    if not any(fits):
        raise RefusedError(
            "The signature does not fit. Look whether MANDRILL_WEBHOOK_KEY is this webhook's, "
            "and PUBLIC_URL the address that Mandrill was given."
        )


def secret_alone(request: HttpRequest) -> None:
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
