"""Web Push at the wire: what a push service gets, what a browser reads, what answers mean."""

import asyncio
import json
import time
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from io import StringIO

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from common.choices import Purpose
from customers.choices import DeviceKind
from customers.models import Customer, Device
from delivery.checks import provider_settings
from delivery.choices import Status
from delivery.providers.base import Doubt, Outcome
from delivery.providers.push.checks import check_settings
from delivery.providers.push.endpoints import Endpoints, is_public
from delivery.providers.push.provider import PushProvider
from delivery.providers.push.vapid import VapidTokens
from delivery.providers.push.web_push import WebPush
from tests.delivery.providers.outgoing import Otherwise, hand_over, make_outgoing, make_wording
from tests.delivery.providers.subscription import Subscription, b64, read_vapid, unb64
from tests.wire import Answer, HttpEndpoint

VAPID_KEY = b64(
    ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value.to_bytes(32)
)


def make_provider(*, allow: bool = True) -> PushProvider:
    service = WebPush(
        tokens=VapidTokens(private_key=VAPID_KEY, contact="mailto:it@pineriver.example.com"),
        endpoints=Endpoints(connections=4, allow_hosts=["127.0.0.1"] if allow else []),
    )
    return PushProvider(services={DeviceKind.WEB_PUSH: service}, otherwise=Otherwise())


@pytest.fixture
def provider(transactional_db: None) -> Iterator[PushProvider]:
    made = make_provider()
    yield made
    asyncio.run(made.close())


@pytest.fixture
def subscription() -> Subscription:
    return Subscription()


def make_device(endpoint: str, subscription: Subscription, *, enabled: bool = True) -> Device:
    customer = Customer.objects.create(number=str(Customer.objects.count() + 1), name="MAE MILLER")
    return Device.objects.create(
        customer=customer,
        kind=DeviceKind.WEB_PUSH,
        name="Firefox",
        token=endpoint,
        p256dh=subscription.p256dh,
        auth=subscription.auth,
        enabled=enabled,
    )


@pytest.fixture
def device(http_endpoint: HttpEndpoint, subscription: Subscription) -> Device:
    http_endpoint.answer = lambda request: Answer(
        status=201, headers={"Location": f"{http_endpoint.url}/message/m-1"}
    )
    return make_device(f"{http_endpoint.url}/push/abc", subscription)


def outcome_for(provider: PushProvider, device: Device, **kwargs: Purpose) -> Outcome:
    message = make_outgoing(f"device:{device.pk}", wording=make_wording(**kwargs))  # type: ignore[arg-type]
    return hand_over(provider, [message])[0]


def test_the_reader_of_these_tests_reads_the_example_of_rfc_8291() -> None:
    key = ec.derive_private_key(
        int.from_bytes(unb64("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94")), ec.SECP256R1()
    )
    body = (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInm"
        "YWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQe"
        "xSgSxsj_Qulcy4a-fN"
    )
    reader = Subscription(key, unb64("BTBZMqHH6r4Tts7J_aSIgg"))
    assert reader.decrypt(unb64(body)) == b"When I grow up, I want to be a watermelon"


def test_the_browser_reads_title_body_and_url(
    provider: PushProvider,
    device: Device,
    subscription: Subscription,
    http_endpoint: HttpEndpoint,
) -> None:
    message = make_outgoing(f"device:{device.pk}")
    (outcome,) = hand_over(provider, [message])
    assert (outcome.status, outcome.provider_id) == (Status.SENT, "m-1")
    (request,) = http_endpoint.requests
    assert request.path == "/push/abc"
    note = json.loads(subscription.decrypt(request.body))
    assert note["title"] == "Pole work on Elm Rd"
    assert note["body"].endswith("we work on Elm Rd tomorrow.")
    assert note["url"].startswith("http")
    assert request.headers["Content-Encoding"] == "aes128gcm"
    # A second copy of the message takes the place of the first (RFC 8030, 5.4).
    assert request.headers["Topic"] == message.key.hex
    assert len(request.headers["Topic"]) == 32
    assert request.headers["TTL"] == "86400"
    assert request.headers["Urgency"] == "normal"


def test_another_library_decrypts_it_too(
    provider: PushProvider, device: Device, subscription: Subscription, http_endpoint: HttpEndpoint
) -> None:
    outcome_for(provider, device)
    plain = http_ece.decrypt(
        http_endpoint.requests[0].body,
        private_key=subscription.key,
        auth_secret=subscription.auth_secret,
        version="aes128gcm",
    )
    assert json.loads(plain)["title"] == "Pole work on Elm Rd"


@pytest.mark.parametrize(
    ("purpose", "urgency", "seconds"),
    [
        (Purpose.OUTAGE, "high", 4 * 3600),
        (Purpose.EMERGENCY, "high", 4 * 3600),
        (Purpose.ACCOUNT, "normal", 24 * 3600),
        (Purpose.VERIFICATION, "high", 600),
    ],
)
def test_urgency_and_time_to_live_follow_the_purpose(
    provider: PushProvider,
    device: Device,
    http_endpoint: HttpEndpoint,
    purpose: Purpose,
    urgency: str,
    seconds: int,
) -> None:
    outcome_for(provider, device, purpose=purpose)
    headers = http_endpoint.requests[0].headers
    assert (headers["Urgency"], headers["TTL"]) == (urgency, str(seconds))


def test_vapid_says_who_we_are_for_less_than_a_day_and_is_signed_once(
    provider: PushProvider, device: Device, http_endpoint: HttpEndpoint
) -> None:
    outcome_for(provider, device)
    outcome_for(provider, device)
    first, second = (request.headers["Authorization"] for request in http_endpoint.requests)
    claims, key = read_vapid(first)
    assert claims["aud"] == http_endpoint.url
    assert claims["sub"] == "mailto:it@pineriver.example.com"
    assert 3600 < claims["exp"] - time.time() < 24 * 3600
    assert len(unb64(key)) == 65
    assert first == second


def test_a_long_message_stays_under_three_kilobytes(
    provider: PushProvider, device: Device, subscription: Subscription, http_endpoint: HttpEndpoint
) -> None:
    wording = make_wording(subject="ñ" * 255, body="Ünïcode “quotes” 🌲 " * 900)
    hand_over(provider, [make_outgoing(f"device:{device.pk}", wording=wording)])
    body = http_endpoint.requests[0].body
    assert len(body) < 3000
    assert json.loads(subscription.decrypt(body))["body"].endswith("…")


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_ended_removes_the_device(
    provider: PushProvider, device: Device, http_endpoint: HttpEndpoint, status: int
) -> None:
    http_endpoint.answer = lambda request: Answer(status=status)
    outcome = outcome_for(provider, device)
    assert (outcome.status, outcome.bad_address) == (Status.FAILED, True)
    device.refresh_from_db()
    assert not device.enabled


def test_too_large_is_final_and_the_device_stays(
    provider: PushProvider, device: Device, http_endpoint: HttpEndpoint
) -> None:
    http_endpoint.answer = lambda request: Answer(status=413)
    outcome = outcome_for(provider, device)
    assert (outcome.status, outcome.bad_address) == (Status.FAILED, False)
    device.refresh_from_db()
    assert device.enabled


def test_retry_after_is_kept_to_in_seconds_and_as_a_date(
    provider: PushProvider, device: Device, http_endpoint: HttpEndpoint
) -> None:
    http_endpoint.answer = lambda request: Answer(status=429, headers={"Retry-After": "37"})
    outcome = outcome_for(provider, device)
    assert (outcome.status, outcome.retry_after, outcome.down) == (Status.QUEUED, 37, False)
    at = format_datetime(timezone.now() + timedelta(seconds=90), usegmt=False)
    http_endpoint.answer = lambda request: Answer(status=503, headers={"Retry-After": at})
    outcome = outcome_for(provider, device)
    assert outcome.status == Status.QUEUED
    assert outcome.retry_after is not None
    assert 80 < outcome.retry_after <= 90


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_vapid_key_is_our_trouble(
    provider: PushProvider, device: Device, http_endpoint: HttpEndpoint, status: int
) -> None:
    http_endpoint.answer = lambda request: Answer(status=status)
    outcome = outcome_for(provider, device)
    assert (outcome.status, outcome.down, outcome.bad_address) == (Status.QUEUED, True, False)


def test_a_line_that_breaks_is_tried_again(
    provider: PushProvider, device: Device, http_endpoint: HttpEndpoint
) -> None:
    http_endpoint.answer = lambda request: Answer(drop=True)
    outcome = outcome_for(provider, device)
    assert (outcome.status, outcome.down) == (Status.QUEUED, True)


def test_a_redirect_is_not_followed(
    provider: PushProvider, device: Device, http_endpoint: HttpEndpoint
) -> None:
    http_endpoint.answer = lambda request: Answer(
        status=307, headers={"Location": f"{http_endpoint.url}/elsewhere"}
    )
    assert outcome_for(provider, device).status == Status.FAILED
    assert [request.path for request in http_endpoint.requests] == ["/push/abc"]


def test_damaged_keys_remove_the_device(
    provider: PushProvider, http_endpoint: HttpEndpoint, subscription: Subscription
) -> None:
    device = make_device(f"{http_endpoint.url}/push/x", subscription)
    Device.objects.filter(pk=device.pk).update(p256dh="AAAA")
    outcome = outcome_for(provider, device)
    assert (outcome.status, outcome.bad_address) == (Status.FAILED, True)
    assert not http_endpoint.requests


def test_an_endpoint_in_our_own_network_gets_nothing(
    transactional_db: None, http_endpoint: HttpEndpoint, subscription: Subscription
) -> None:
    provider = make_provider(allow=False)
    port = http_endpoint.url.rpartition(":")[2]
    devices = [
        make_device(endpoint, subscription)
        for endpoint in (
            f"http://127.0.0.1:{port}/push/plain",
            f"https://127.0.0.1:{port}/push/loopback",
            f"https://localhost:{port}/push/name",
            f"https://user:secret@localhost:{port}/push/credentials",
            f"https://[::1]:{port}/push/six",
            "https://[::1/push/broken",
        )
    ]
    outcomes = hand_over(provider, [make_outgoing(f"device:{each.pk}") for each in devices])
    assert all(outcome.bad_address for outcome in outcomes)
    assert all("push endpoint" in each.reason for each in outcomes)
    assert not http_endpoint.requests
    assert not Device.objects.filter(enabled=True).exists()


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2600::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("::ffff:10.1.2.3", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_private_addresses_are_known_in_each_disguise(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_unknown_and_disabled_devices_fail_in_words(
    provider: PushProvider, http_endpoint: HttpEndpoint, subscription: Subscription
) -> None:
    off = make_device(f"{http_endpoint.url}/push/off", subscription, enabled=False)
    addresses = [f"device:{off.pk}", "device:999999", "device:x", "mae@example.com"]
    outcomes = hand_over(provider, [make_outgoing(address) for address in addresses])
    assert {outcome.status for outcome in outcomes} == {Status.FAILED}
    assert {outcome.reason for outcome in outcomes} == {
        "This browser or phone is no longer registered."
    }
    assert not http_endpoint.requests


def test_a_window_is_answered_in_its_order_with_other_kinds_to_the_sandbox(
    provider: PushProvider, device: Device, http_endpoint: HttpEndpoint
) -> None:
    phone = Device.objects.create(
        customer=device.customer, kind=DeviceKind.FCM, name="Phone", token="fcm-token"
    )
    window = [
        make_outgoing(address, id=number)
        for number, address in enumerate(
            [f"device:{phone.pk}", f"device:{device.pk}", "device:0", f"device:{phone.pk}"]
        )
    ]
    outcomes = hand_over(provider, window)
    assert [outcome.provider_id for outcome in outcomes] == ["other-0", "m-1", "", "other-3"]
    assert len(http_endpoint.requests) == 1


def test_what_is_in_doubt_is_sent_again(provider: PushProvider, device: Device) -> None:
    doubt = Doubt(id=3, key="", address=f"device:{device.pk}", handed_at_latest=0)
    assert provider.ask([doubt])[3].status == Status.QUEUED


def test_the_keys_that_we_make_fit_each_other(settings: Settings) -> None:
    out = StringIO()
    call_command("make_vapid_keys", stdout=out)
    made = dict(line.split("=", 1) for line in out.getvalue().split())
    settings.VAPID_PRIVATE_KEY = made["VAPID_PRIVATE_KEY"]
    settings.VAPID_PUBLIC_KEY = made["VAPID_PUBLIC_KEY"]
    settings.VAPID_CONTACT = "mailto:it@pineriver.example.com"
    assert check_settings() == []
    settings.VAPID_PUBLIC_KEY = VAPID_KEY
    assert [message.id for message in check_settings()] == ["delivery.E014"]
    settings.VAPID_CONTACT = "the office"
    assert [message.id for message in check_settings()] == ["delivery.E013"]
    settings.VAPID_PRIVATE_KEY = "nonsense"
    (complaint,) = provider_settings(None)[:1]
    assert complaint.id == "delivery.E013"
    assert "nonsense" not in complaint.msg
