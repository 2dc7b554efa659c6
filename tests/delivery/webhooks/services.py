"""The providers' side: each one's events, and the proof that it gives with them, written anew."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID
from django.test import Client

from tests.delivery.webhooks.calling import PUBLIC_URL, signature

SECRET = "mail:a-secret-for-tests"
MAILGUN_KEY = "a-mailgun-key-for-tests"
TOPIC = "arn:aws:sns:us-east-1:123456789012:mail-events"
CERTIFICATE_URL = (
    "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-"
    "0123456789abcdef0123456789abcdef.pem"
)
RESEND_KEY = "whsec_" + base64.b64encode(b"a-resend-key-for-tests").decode()
MANDRILL_KEY = "a-mandrill-key-for-tests"
EMAIL_SERVICES = (
    "sendgrid", "mailgun", "postmark", "ses", "resend", "mandrill", "brevo", "mailjet", "sparkpost",
)  # fmt: skip
SERVICES = (*EMAIL_SERVICES, "twilio_text", "twilio_voice")
MAIL_ID = "mail-0"
SIDS = {"twilio_text": "SM" + "0a" * 16, "twilio_voice": "CA" + "0b" * 16}
NUMBER = "+14785550111"
_PATHS = {
    "twilio_text": "/hooks/twilio/status/",
    "twilio_voice": "/hooks/twilio/voice-status/",
}


@dataclass(frozen=True)
class Case:
    """An event of the corpus, and what it must come to for a message that was sent."""

    service: str
    name: str
    event: dict[str, Any]
    status: str
    code: str = ""
    bad: bool = False
    complaint: bool = False
    unsubscribed: bool = False
    opted_out: bool = False

    def __str__(self) -> str:
        return f"{self.service}: {self.name}"


def corpus(service: str) -> list[Case]:
    path = Path(__file__).parent / "corpus" / f"{service}.json"
    return [Case(service=service, **one) for one in json.loads(path.read_text())]


CORPUS = [case for service in SERVICES for case in corpus(service)]


@dataclass(frozen=True)
class Hook:
    """A request as a provider makes it."""

    path: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"

    def post(self, client: Client, **headers: str) -> Any:
        return client.post(
            self.path,
            self.body,
            content_type=self.content_type,
            headers={**self.headers, **headers},
            secure=True,
        )

    def without(self, header: str) -> "Hook":
        return replace(self, headers={k: v for k, v in self.headers.items() if k != header})

    def with_headers(self, **headers: str) -> "Hook":
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **named})


def hook_of(
    service: str, event: Mapping[str, Any], *, key: UUID | None = None, at: float | None = None
) -> Hook:
    """The event of a message: with our key where the provider carries it, else by its id.

    `at`: when it is signed, now by default.
    """
    moment = time.time() if at is None else at
    match service:
        case "sendgrid":
            one = {**event, "anymail_id": MAIL_ID, **_metadata(key)}
            return sendgrid([one], at=moment)
        case "mailgun":
            return mailgun({**event, "user-variables": _metadata(key)}, at=moment)
        case "postmark":
            return postmark({**event, "Metadata": _metadata(key)})
        case "resend":
            headers = [{"name": "X-Metadata", "value": json.dumps(_metadata(key))}]
            data = {**event["data"], "headers": headers}
            return resend({**event, "data": data}, at=moment)
        case "mandrill":
            return mandrill([{**event, "msg": {**event["msg"], "metadata": _metadata(key)}}])
        case "brevo":
            return with_secret("brevo", {**event, "X-Mailin-custom": json.dumps(_metadata(key))})
        case "mailjet":
            return with_secret("mailjet", {**event, "Payload": json.dumps(_metadata(key))})
        case "sparkpost":
            one = {**event, "rcpt_meta": _metadata(key)}
            return with_secret("sparkpost", [{"msys": {"message_event": one}}])
        case "ses":
            mail = {
                "messageId": MAIL_ID,
                "destination": ["member0@example.com"],
                "headers": [{"name": "X-Metadata", "value": json.dumps(_metadata(key))}],
                "commonHeaders": {"subject": "Work on your line"},
            }
            return sns({**event, "mail": mail}, at=moment)
        case _:
            return twilio(service, event)


def twilio(service: str, event: Mapping[str, str]) -> Hook:
    sid = {"twilio_text": "MessageSid", "twilio_voice": "CallSid"}[service]
    form = {sid: SIDS[service], "To": NUMBER, "From": "+14785550100", **event}
    path = _PATHS[service]
    return Hook(
        path,
        urlencode(form).encode(),
        {"X-Twilio-Signature": signature(PUBLIC_URL + path, form)},
        "application/x-www-form-urlencoded",
    )


def sendgrid(events: object, *, at: float | None = None) -> Hook:
    body = events if isinstance(events, bytes) else json.dumps(events).encode()
    told = str(int(time.time() if at is None else at))
    signed = sendgrid_key().sign(told.encode() + body, ec.ECDSA(hashes.SHA256()))
    return Hook(
        "/hooks/sendgrid/",
        body,
        {
            "Authorization": basic(),
            "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signed).decode(),
            "X-Twilio-Email-Event-Webhook-Timestamp": told,
        },
    )


def mailgun(event: object, *, at: float | None = None, token: str = "") -> Hook:
    told, token = str(int(time.time() if at is None else at)), token or uuid4().hex * 2
    mac = hmac.new(MAILGUN_KEY.encode(), f"{told}{token}".encode(), hashlib.sha256).hexdigest()
    signed = {"timestamp": told, "token": token, "signature": mac}
    body = json.dumps({"signature": signed, "event-data": event}).encode()
    return Hook("/hooks/mailgun/", body, {"Authorization": basic()})


def postmark(event: object) -> Hook:
    return with_secret("postmark", event)


def with_secret(service: str, told: object) -> Hook:
    """Of a service that signs nothing."""
    return Hook(f"/hooks/{service}/", json.dumps(told).encode(), {"Authorization": basic()})


def resend(event: object, *, at: float | None = None, id: str = "") -> Hook:
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    told, id = str(int(time.time() if at is None else at)), id or f"msg_{uuid4().hex}"
    key = base64.b64decode(RESEND_KEY.removeprefix("whsec_"))
    mac = hmac.new(key, f"{id}.{told}.".encode() + body, hashlib.sha256).digest()
    return Hook(
        "/hooks/resend/",
        body,
        {
            "Authorization": basic(),
            "svix-id": id,
            "svix-timestamp": told,
            "svix-signature": f"v1,{base64.b64encode(mac).decode()}",
        },
    )


def mandrill(events: object) -> Hook:
    words = events if isinstance(events, str) else json.dumps(events)
    host = PUBLIC_URL.removeprefix("https://")
    signed = f"https://{SECRET}@{host}/hooks/mandrill/mandrill_events{words}"
    mac = hmac.new(MANDRILL_KEY.encode(), signed.encode(), hashlib.sha1).digest()
    return Hook(
        "/hooks/mandrill/",
        urlencode({"mandrill_events": words}).encode(),
        {
            "Authorization": basic(),
            "X-Mandrill-Signature": base64.b64encode(mac).decode(),
        },
        "application/x-www-form-urlencoded",
    )


def sns(
    event: object, *, at: float | None = None, kind: str = "Notification", **fields: str
) -> Hook:
    """`fields`: of the SNS message, in place of the usual ones; they are signed, too."""
    moment = datetime.fromtimestamp(time.time() if at is None else at, UTC)
    message = {
        "Type": kind,
        "MessageId": str(uuid4()),
        "TopicArn": TOPIC,
        "Message": json.dumps(event),
        "Timestamp": moment.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "SignatureVersion": "2",
        "SigningCertURL": CERTIFICATE_URL,
        **fields,
    }
    names = ["Message", "MessageId", "Timestamp", "TopicArn", "Type"]
    if kind != "Notification":
        names = [
            "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
        ]  # fmt: skip
    elif "Subject" in message:
        names.insert(2, "Subject")
    text = "".join(f"{name}\n{message[name]}\n" for name in names)
    algorithm = hashes.SHA1() if message["SignatureVersion"] == "1" else hashes.SHA256()
    signed = _amazon()[0].sign(text.encode(), padding.PKCS1v15(), algorithm)
    message["Signature"] = base64.b64encode(signed).decode()
    return Hook(
        "/hooks/ses/",
        json.dumps(message).encode(),
        {"Authorization": basic(), "X-Amz-Sns-Message-Type": kind},
        "text/plain",
    )


def basic(secret: str = SECRET) -> str:
    return f"Basic {base64.b64encode(secret.encode()).decode()}"


@cache
def sendgrid_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def sendgrid_public() -> str:
    """As SendGrid's page shows it."""
    der = sendgrid_key().public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )  # fmt: skip
    return base64.b64encode(der).decode()


def amazons_certificate() -> bytes:
    return _amazon()[1]


@cache
def _amazon() -> tuple[rsa.RSAPrivateKey, bytes]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return key, certificate.public_bytes(serialization.Encoding.PEM)


def _metadata(key: UUID | None) -> dict[str, str]:
    return {"key": str(key)} if key else {}
