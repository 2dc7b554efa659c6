"""FCM at the wire: Google's sign-in, the message, and what answers mean."""

import asyncio
import json
from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from common.choices import Purpose
from customers.choices import DeviceKind
from customers.models import Customer, Device
from delivery.choices import Status
from delivery.providers.base import Outcome
from delivery.providers.push.fcm import Fcm
from delivery.providers.push.provider import PushProvider
from tests.delivery.providers.outgoing import Otherwise, hand_over, make_outgoing, make_wording
from tests.delivery.providers.subscription import unb64
from tests.wire import Answer, HttpEndpoint, Request

SEND_PATH = "/v1/projects/pine-river/messages:send"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest"


def credentials(token_uri: str) -> str:
    pem = KEY.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return json.dumps(
        {
            "type": "service_account",
            "project_id": "pine-river",
            "private_key_id": "k1",
            "private_key": pem.decode(),
            "client_email": "push@pine-river.example.com",
            "client_id": "1",
            "token_uri": token_uri,
        }
    )


class Google:
    """Google's two services: the sign-in at /token, which counts its tokens, and FCM."""

    def __init__(self, endpoint: HttpEndpoint) -> None:
        self.endpoint = endpoint
        self.tokens = 0
        self.answers: list[Answer] = []
        endpoint.answer = self.answer

    def answer(self, request: Request) -> Answer:
        if request.path == "/token":
            self.tokens += 1
            token = {"access_token": f"t{self.tokens}", "expires_in": 3600, "token_type": "Bearer"}
            return Answer(body=json.dumps(token).encode())
        if self.answers:
            return self.answers.pop(0)
        return Answer(body=b'{"name": "projects/pine-river/messages/0:123%456"}')

    @property
    def sent(self) -> list[Request]:
        return [request for request in self.endpoint.requests if request.path == SEND_PATH]


def refusal(status: int, code: str, *, message: str = "", field: str = "") -> Answer:
    details: list[dict[str, object]] = [{"@type": FCM_ERROR, "errorCode": code}]
    if field:
        details.append({"@type": BAD_REQUEST, "fieldViolations": [{"field": field}]})
    error = {"code": status, "message": message, "status": code, "details": details}
    return Answer(status=status, body=json.dumps({"error": error}).encode())


@pytest.fixture
def google(http_endpoint: HttpEndpoint) -> Google:
    return Google(http_endpoint)


@pytest.fixture
def provider(google: Google) -> Iterator[PushProvider]:
    service = Fcm(
        credentials=credentials(f"{google.endpoint.url}/token"),
        api_url=google.endpoint.url,
        connections=4,
    )
    made = PushProvider(services={DeviceKind.FCM: service}, otherwise=Otherwise())
    yield made
    asyncio.run(made.close())


@pytest.fixture
def device(transactional_db: None) -> Device:
    customer = Customer.objects.create(number="1", name="MAE MILLER")
    return Device.objects.create(
        customer=customer, kind=DeviceKind.FCM, name="Phone", token="registration-token"
    )


def outcome_for(provider: PushProvider, device: Device) -> Outcome:
    return hand_over(provider, [make_outgoing(f"device:{device.pk}")])[0]


def test_the_phone_gets_words_url_and_key(
    provider: PushProvider, device: Device, google: Google
) -> None:
    message = make_outgoing(f"device:{device.pk}", wording=make_wording(purpose=Purpose.OUTAGE))
    (outcome,) = hand_over(provider, [message])
    assert (outcome.status, outcome.provider_id) == (Status.SENT, "0:123%456")
    (request,) = google.sent
    assert request.headers["Authorization"] == "Bearer t1"
    sent = json.loads(request.body)["message"]
    assert sent["token"] == "registration-token"
    assert sent["notification"]["title"] == "Pole work on Elm Rd"
    assert sent["data"]["key"] == message.key.hex
    assert all(isinstance(value, str) for value in sent["data"].values())
    # A second copy of the message takes the place of the first, on both kinds of phone.
    assert sent["android"]["collapse_key"] == message.key.hex
    assert sent["apns"]["headers"]["apns-collapse-id"] == message.key.hex
    assert (sent["android"]["priority"], sent["android"]["ttl"]) == ("high", "14400s")


def test_the_sign_in_is_signed_by_the_service_account_and_kept(
    provider: PushProvider, device: Device, google: Google
) -> None:
    for _ in range(3):
        outcome_for(provider, device)
    signing_in = [each for each in google.endpoint.requests if each.path == "/token"]
    assert len(signing_in) == 1
    assertion = parse_qs(signing_in[0].body.decode())["assertion"][0]
    head, claims, signature = assertion.split(".")
    KEY.public_key().verify(
        unb64(signature), f"{head}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256()
    )
    assert json.loads(unb64(claims))["scope"].endswith("/auth/firebase.messaging")


def test_a_refused_token_is_renewed_once(
    provider: PushProvider, device: Device, google: Google
) -> None:
    google.answers = [refusal(401, "UNAUTHENTICATED")]
    assert outcome_for(provider, device).status == Status.SENT
    assert [each.headers["Authorization"] for each in google.sent] == ["Bearer t1", "Bearer t2"]
    google.answers = [refusal(401, "UNAUTHENTICATED"), refusal(401, "UNAUTHENTICATED")]
    outcome = outcome_for(provider, device)
    assert (outcome.status, outcome.down) == (Status.QUEUED, True)
    assert len(google.sent) == 4


@pytest.mark.parametrize(
    ("answer", "status", "gone", "down", "wait"),
    [
        (refusal(404, "UNREGISTERED"), Status.FAILED, True, False, None),
        (refusal(400, "INVALID_ARGUMENT", field="message.token"), Status.FAILED, True, False, None),
        (
            refusal(
                400,
                "INVALID_ARGUMENT",
                message="The registration token is not a valid FCM registration token",
            ),
            Status.FAILED,
            True,
            False,
            None,
        ),
        (
            refusal(400, "INVALID_ARGUMENT", field="message.android.ttl"),
            Status.FAILED,
            False,
            False,
            None,
        ),
        (
            refusal(400, "INVALID_ARGUMENT", message="Message is too big"),
            Status.FAILED,
            False,
            False,
            None,
        ),
        (refusal(403, "SENDER_ID_MISMATCH"), Status.FAILED, False, False, None),
        (refusal(429, "QUOTA_EXCEEDED"), Status.QUEUED, False, False, 60),
        (refusal(503, "UNAVAILABLE"), Status.QUEUED, False, False, 10),
        (refusal(500, "INTERNAL"), Status.QUEUED, False, True, 10),
        (refusal(403, "PERMISSION_DENIED"), Status.QUEUED, False, True, None),
        # A 404 that speaks of the project and not of the phone.
        (Answer(status=404, body=b"<html>"), Status.FAILED, False, False, None),
        (refusal(418, "TEAPOT"), Status.FAILED, False, False, None),
        (Answer(status=502, body=b"Bad Gateway"), Status.QUEUED, False, True, 10),
    ],
)
def test_answers_mean_what_they_say(
    provider: PushProvider,
    device: Device,
    google: Google,
    answer: Answer,
    status: Status,
    gone: bool,
    down: bool,
    wait: float | None,
) -> None:
    google.answers = [answer]
    outcome = outcome_for(provider, device)
    assert (outcome.status, outcome.bad_address, outcome.down) == (status, gone, down)
    assert outcome.retry_after == wait
    device.refresh_from_db()
    assert device.enabled is not gone


@pytest.mark.parametrize("code", ["UNAVAILABLE", "QUOTA_EXCEEDED"])
def test_retry_after_is_kept_to(
    provider: PushProvider, device: Device, google: Google, code: str
) -> None:
    body = refusal(503, code).body
    google.answers = [Answer(status=503, body=body, headers={"Retry-After": "42"})]
    assert outcome_for(provider, device).retry_after == 42


def test_a_line_that_breaks_is_tried_again(
    provider: PushProvider, device: Device, google: Google
) -> None:
    google.answers = [Answer(drop=True)]
    outcome = outcome_for(provider, device)
    assert (outcome.status, outcome.down) == (Status.QUEUED, True)


def test_a_refused_sign_in_is_our_trouble(
    provider: PushProvider, device: Device, google: Google
) -> None:
    google.endpoint.answer = lambda request: Answer(
        status=400, body=b'{"error": "invalid_grant", "error_description": "Invalid JWT"}'
    )
    outcome = outcome_for(provider, device)
    assert (outcome.status, outcome.down) == (Status.QUEUED, True)
    assert not google.sent


def test_a_long_message_stays_under_four_kilobytes(
    provider: PushProvider, device: Device, google: Google
) -> None:
    wording = make_wording(subject="ñ" * 255, body="Ünïcode “quotes” 🌲 " * 900)
    hand_over(provider, [make_outgoing(f"device:{device.pk}", wording=wording)])
    sent = json.loads(google.sent[0].body)["message"]
    payload = json.dumps({"notification": sent["notification"], "data": sent["data"]})
    assert len(payload.encode()) < 4096


def test_settings_choose_the_services(settings: Settings, google: Google) -> None:
    settings.VAPID_PRIVATE_KEY = ""
    settings.FIREBASE_CREDENTIALS = credentials(f"{google.endpoint.url}/token")
    settings.FCM_API_URL = google.endpoint.url
    asyncio.run(PushProvider().close())
    settings.FIREBASE_CREDENTIALS = "/nowhere/firebase.json"
    with pytest.raises(ImproperlyConfigured, match="FIREBASE_CREDENTIALS: the file"):
        PushProvider()
    settings.FIREBASE_CREDENTIALS = '{"type": "service_account", "private_key": "secret"}'
    with pytest.raises(ImproperlyConfigured, match="not the JSON of a service account"):
        PushProvider()
    settings.FIREBASE_CREDENTIALS = ""
    settings.VAPID_PRIVATE_KEY = "not a key"
    with pytest.raises(ImproperlyConfigured, match="VAPID_PRIVATE_KEY"):
        PushProvider()
