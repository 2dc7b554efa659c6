"""Amazon's SNS, which carries the reports of SES: signatures, and a topic's wish to be heard.

Anymail does not check the signature. Here a message must be signed by Amazon **and** come with our
secret (proofs.py), since anybody can have a topic that Amazon signs for; it is asked first, so that
nobody else makes us fetch certificates.
"""

import base64
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.conf import settings
from django.core.cache import cache
from django.utils.dateparse import parse_datetime

from delivery.webhooks.refusing import MalformedError, RefusedError

SIGNED_FIELDS: Mapping[str, tuple[str, ...]] = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
    ),
    "UnsubscribeConfirmation": (
        "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
    ),
}  # fmt: skip
_HASHES = {"1": hashes.SHA1, "2": hashes.SHA256}
_HOST = re.compile(r"sns\.[a-z0-9-]{3,30}\.amazonaws\.com(\.cn)?")
_CERTIFICATE = re.compile(r"/SimpleNotificationService-[0-9a-f]{20,64}\.pem")
_ARN = re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]{3,30}:\d{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?")
_SECONDS = (3.0, 5.0)
_LARGEST = 20_000
_KEPT_SECONDS = 24 * 3600


def is_topic(arn: str) -> bool:
    return _ARN.fullmatch(arn) is not None


def read_message(body: bytes) -> dict[str, str]:
    """The fields of an SNS message. Raises MalformedError."""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedError("This is not JSON.") from error
    if not isinstance(message, dict) or message.get("Type") not in SIGNED_FIELDS:
        raise MalformedError("This is not a message of Amazon SNS.")
    return {name: value for name, value in message.items() if isinstance(value, str)}


def check_signature(message: Mapping[str, str]) -> datetime:
    """The time that Amazon signed. Raises RefusedError or MalformedError."""
    algorithm = _HASHES.get(message.get("SignatureVersion", ""))
    url = message.get("SigningCertURL", "")
    if algorithm is None or not _is_amazons(url, _CERTIFICATE):
        raise RefusedError("It is not signed as Amazon SNS signs.")
    topics = settings.SES_TOPIC_ARNS
    if not is_topic(message.get("TopicArn", "")) or (topics and message["TopicArn"] not in topics):
        raise RefusedError("It is of a topic that is not ours: see SES_TOPIC_ARNS.")
    try:
        signature = base64.b64decode(message.get("Signature", ""), validate=True)
        _key(url).verify(signature, signed_text(message), padding.PKCS1v15(), algorithm())
    except (ValueError, InvalidSignature) as error:
        raise RefusedError("The signature does not fit.") from error
    try:
        told_at = parse_datetime(message.get("Timestamp", ""))
    except ValueError:
        told_at = None
    if told_at is None:
        raise MalformedError("Its time can't be read.")
    return told_at if told_at.tzinfo else told_at.replace(tzinfo=UTC)


def signed_text(message: Mapping[str, str]) -> bytes:
    """What Amazon signs: names and values of some fields, a line each."""
    names = SIGNED_FIELDS[message["Type"]]
    return "".join(f"{name}\n{message[name]}\n" for name in names if name in message).encode(
        "utf-8", "replace"
    )


def confirm_subscription(payload: Mapping[str, Any]) -> None:
    """Tell Amazon that we want to hear of a topic, whose message was checked when it came.

    Raises requests.RequestException where Amazon can't be reached or says no.
    """
    url = str(payload.get("confirm", ""))
    if not _is_amazons(url, re.compile("/?")):
        return
    _fetch(url)


def _key(url: str) -> rsa.RSAPublicKey:
    """Raises RefusedError where the certificate can't be had, ValueError where it can't be read."""
    name = f"webhooks:sns:{url}"
    known = cache.get(name)
    try:
        pem = _fetch(url) if known is None else known
    except requests.RequestException as error:
        raise RefusedError("Amazon's certificate can't be had just now.") from error
    key = x509.load_pem_x509_certificate(pem).public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise RefusedError("It is not signed as Amazon SNS signs.")
    if known is None:
        cache.set(name, pem, _KEPT_SECONDS)
    return key


def _is_amazons(url: str, path: re.Pattern[str]) -> bool:
    """Whether it is a plain https address of Amazon SNS: we fetch no other."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return (
        parts.scheme == "https"
        and _HOST.fullmatch(parts.netloc) is not None
        and path.fullmatch(parts.path) is not None
    )


def _fetch(url: str) -> bytes:
    if settings.SNS_API_URL:  # as for every provider: where requests go instead
        base, parts = urlsplit(settings.SNS_API_URL), urlsplit(url)
        url = urlunsplit((base.scheme, base.netloc, parts.path, parts.query, ""))
    answer = requests.get(url, timeout=_SECONDS, allow_redirects=False, stream=True)
    with answer:
        answer.raise_for_status()
        if answer.status_code != 200:
            raise requests.HTTPError(f"Amazon answered {answer.status_code}.")
        return bytes(answer.raw.read(_LARGEST, decode_content=True))
