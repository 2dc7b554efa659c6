"""What is forged, altered, too old or not set up is refused, and leaves nothing behind."""

import base64
import json
import time
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import Settings

from delivery.models import WebhookEvent
from delivery.webhooks.applying import apply_due
from delivery.webhooks.signature import sign
from tests.delivery.webhooks.calling import PUBLIC_URL, TAKEN
from tests.delivery.webhooks.conftest import sent
from tests.delivery.webhooks.services import (
    CORPUS,
    EMAIL_SERVICES,
    MANDRILL_KEY,
    Hook,
    basic,
    corpus,
    hook_of,
    mailgun,
    mandrill,
    postmark,
    resend,
    sendgrid,
    sns,
    with_secret,
)
from tests.wire import Answer, HttpEndpoint, Request

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("amazon")]
SIGNED_WITH_TIME = ("sendgrid", "mailgun", "ses", "resend")
DAY = 24 * 3600


def delivered(service: str, *, at: float | None = None) -> Hook:
    case = next(case for case in CORPUS if case.service == service and case.status == "delivered")
    return hook_of(service, case.event, at=at)


def assert_refused(client: Client, hook: Hook, status: int = 403, **headers: str) -> str:
    answer = hook.post(client, **headers)
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"].startswith("text/plain")
    assert not WebhookEvent.objects.exists()
    return str(answer.content.decode())


@pytest.mark.parametrize("service", EMAIL_SERVICES)
@pytest.mark.parametrize(
    "secret", ["", "Basic", basic("mail:another"), basic(""), "Basic é", "Basic ????", "Bearer x"]
)
def test_who_does_not_know_the_secret_is_asked_for_it(
    client: Client, service: str, secret: str
) -> None:
    hook = delivered(service).with_headers(Authorization=secret)
    answer = hook.post(client)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Basic ")
    assert not WebhookEvent.objects.exists()


@pytest.mark.parametrize(
    ("service", "setting"),
    [
        ("sendgrid", "SENDGRID_WEBHOOK_KEY"),
        ("mailgun", "MAILGUN_WEBHOOK_KEY"),
        ("postmark", "WEBHOOK_SECRET"),
        ("ses", "WEBHOOK_SECRET"),
        ("resend", "RESEND_WEBHOOK_KEY"),
        ("mandrill", "MANDRILL_WEBHOOK_KEY"),
        ("brevo", "WEBHOOK_SECRET"),
        ("mailjet", "WEBHOOK_SECRET"),
        ("sparkpost", "WEBHOOK_SECRET"),
    ],
)
def test_a_service_that_is_not_set_up_is_not_believed(
    client: Client, settings: Settings, service: str, setting: str
) -> None:
    hook = delivered(service)
    setattr(settings, setting, "")
    assert setting in assert_refused(client, hook)


def test_a_signed_service_needs_no_secret(client: Client, settings: Settings) -> None:
    settings.WEBHOOK_SECRET = ""
    assert delivered("sendgrid").without("Authorization").post(client).status_code in TAKEN


@pytest.mark.parametrize("service", SIGNED_WITH_TIME)
def test_what_was_signed_long_ago_is_refused(
    client: Client, settings: Settings, service: str
) -> None:
    settings.WEBHOOK_MAX_AGE = DAY
    old = delivered(service, at=time.time() - DAY - 60)
    assert "too long ago" in assert_refused(client, old)
    assert delivered(service, at=time.time() - DAY + 60).post(client).status_code in TAKEN


@pytest.mark.parametrize("service", SIGNED_WITH_TIME)
def test_what_is_signed_in_the_future_is_refused(client: Client, service: str) -> None:
    assert "clock" in assert_refused(client, delivered(service, at=time.time() + 3600))


@pytest.mark.parametrize("service", EMAIL_SERVICES)
def test_a_replay_has_no_effect(client: Client, service: str) -> None:
    hook = delivered(service)
    for _ in range(3):
        assert hook.post(client).status_code in TAKEN
    assert WebhookEvent.objects.count() == 1


def test_mailgun_can_change_its_words_for_a_token_only_once(client: Client) -> None:
    """Mailgun's signature says nothing of the event, so whoever saw one could forge another."""
    message = sent("mailgun")
    told = corpus("mailgun")
    first = mailgun({**told[0].event, "user-variables": {"key": str(message.key)}}, token="a" * 50)
    first.post(client)
    whole: dict[str, Any] = json.loads(first.body)
    forged = {
        **whole,
        "event-data": {**told[1].event, "user-variables": {"key": str(message.key)}},
    }
    replace(first, body=json.dumps(forged).encode()).post(client)
    apply_due()
    message.refresh_from_db()
    assert message.status == "delivered"


@pytest.mark.parametrize("signature", ["", "AAAA", "é", "====", "-", "A" * 5000])
def test_sendgrids_signature_must_fit(client: Client, signature: str) -> None:
    header = "X-Twilio-Email-Event-Webhook-Signature"
    assert_refused(client, delivered("sendgrid").with_headers(**{header: signature}))


def test_sendgrids_time_is_signed_too(client: Client) -> None:
    old = delivered("sendgrid", at=time.time() - 2 * DAY)
    header = "X-Twilio-Email-Event-Webhook-Timestamp"
    assert_refused(client, old.with_headers(**{header: str(int(time.time()))}))


@pytest.mark.parametrize("key", ["no key", "AAAA", base64.b64encode(b"x" * 91).decode()])
def test_a_key_that_is_none_lets_nobody_in(client: Client, settings: Settings, key: str) -> None:
    hook = delivered("sendgrid")
    settings.SENDGRID_WEBHOOK_KEY = key
    assert_refused(client, hook)


@pytest.mark.parametrize(
    "signed",
    [None, [], "x", {}, {"timestamp": 1, "token": "", "signature": ""},
     {"timestamp": None, "token": {}, "signature": []}, {"timestamp": "é", "token": "é"}],
)  # fmt: skip
def test_mailguns_signature_must_fit(client: Client, signed: object) -> None:
    whole = json.loads(delivered("mailgun").body)
    body = json.dumps({**whole, "signature": signed}).encode()
    assert_refused(client, replace(delivered("mailgun"), body=body))


@pytest.mark.parametrize(
    "signature", ["", "v1,", "v1,AAAA", "v2,AAAA", "é", "v1", "v1a,v1 , v1,====", "v1,é" * 900]
)
def test_resends_signature_must_fit(client: Client, signature: str) -> None:
    assert_refused(client, delivered("resend").with_headers(**{"svix-signature": signature}))


def test_of_resends_signatures_one_must_fit(client: Client) -> None:
    """While its key is changed, it signs with both."""
    hook = delivered("resend")
    both = f"v1,AAAA {hook.headers['svix-signature']}"
    assert hook.with_headers(**{"svix-signature": both}).post(client).status_code == 200


@pytest.mark.parametrize("name", ["svix-id", "svix-timestamp"])
def test_resends_id_and_time_are_signed_too(client: Client, name: str) -> None:
    hook = delivered("resend")
    assert_refused(client, hook.with_headers(**{name: hook.headers[name] + "1"}))
    assert_refused(client, hook.without(name))


@pytest.mark.parametrize("key", ["whsec_", "whsec_é", "not base64"])
def test_a_key_of_resends_that_is_none_lets_nobody_in(
    client: Client, settings: Settings, key: str
) -> None:
    hook = delivered("resend")
    settings.RESEND_WEBHOOK_KEY = key
    assert_refused(client, hook)


@pytest.mark.parametrize("signature", ["", "AAAA", "é", "=" * 28])
def test_mandrills_signature_must_fit(client: Client, signature: str) -> None:
    hook = delivered("mandrill").with_headers(X_Mandrill_Signature=signature)
    assert "MANDRILL_WEBHOOK_KEY" in assert_refused(client, hook)


def test_mandrill_may_be_given_an_address_without_a_secret(
    client: Client, settings: Settings
) -> None:
    settings.WEBHOOK_SECRET = ""
    form = {"mandrill_events": json.dumps([corpus("mandrill")[0].event])}
    signed = sign(
        MANDRILL_KEY, f"{PUBLIC_URL}/hooks/mandrill/", [(k, [v]) for k, v in form.items()]
    )
    hook = replace(
        delivered("mandrill"),
        body=urlencode(form).encode(),
        headers={"X-Mandrill-Signature": signed},
    )
    assert hook.post(client).status_code == 200
    other = replace(hook, body=urlencode({"mandrill_events": "[]"}).encode())
    assert other.post(client).status_code == 403


# ── Amazon ──────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("version", ["1", "2"])
def test_both_versions_of_amazons_signature_are_known(client: Client, version: str) -> None:
    assert sns(corpus("ses")[0].event, SignatureVersion=version).post(client).status_code in TAKEN


@pytest.mark.parametrize(
    "url",
    [
        "https://sns.us-east-1.amazonaws.com.evil.example/SimpleNotificationService-" + "0" * 32,
        "https://evil.example/SimpleNotificationService-" + "0" * 32 + ".pem",
        "http://sns.us-east-1.amazonaws.com/SimpleNotificationService-" + "0" * 32 + ".pem",
        "https://sns.us-east-1.amazonaws.com@evil.example/SimpleNotificationService-00.pem",
        "https://sns.us-east-1.amazonaws.com:8443/SimpleNotificationService-" + "0" * 32 + ".pem",
        "https://sns.us-east-1.amazonaws.com/bucket/evil.pem",
        "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-../evil.pem",
        "https://[evil/x.pem",
        "",
    ],
)
def test_no_certificate_is_fetched_from_anybody_else(
    client: Client, amazon: HttpEndpoint, url: str
) -> None:
    assert_refused(client, sns({}, SigningCertURL=url))
    assert amazon.requests == []


def test_no_certificate_is_fetched_for_who_does_not_know_the_secret(
    client: Client, amazon: HttpEndpoint
) -> None:
    assert_refused(client, delivered("ses").without("Authorization"), 401)
    assert amazon.requests == []


def test_a_certificate_is_fetched_once(client: Client, amazon: HttpEndpoint) -> None:
    for _ in range(3):
        assert delivered("ses").post(client).status_code in TAKEN
    assert len(amazon.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [Answer(status=503), Answer(status=302, headers={"Location": "http://127.0.0.1/"}),
     Answer(status=200, body=b"no certificate"), Answer(drop=True)],
)  # fmt: skip
def test_without_amazons_certificate_nothing_is_believed_and_it_is_asked_for_again(
    client: Client, amazon: HttpEndpoint, answer: Answer
) -> None:
    good, amazon.answer = amazon.answer, lambda request: answer
    assert_refused(client, delivered("ses"))
    amazon.answer = good
    assert delivered("ses").post(client).status_code in TAKEN


def test_nobody_is_followed_to_another_address_for_a_certificate(
    client: Client, amazon: HttpEndpoint
) -> None:
    good = amazon.answer
    elsewhere = {"Location": f"{amazon.url}/elsewhere/x.pem"}

    def answer(request: Request) -> Answer:
        is_there = request.path.startswith("/elsewhere/")
        return good(request) if is_there else Answer(status=302, headers=elsewhere)

    amazon.answer = answer
    assert_refused(client, delivered("ses"))
    assert [one.path for one in amazon.requests if "elsewhere" in one.path] == []


def test_the_topic_must_be_ours(client: Client, settings: Settings) -> None:
    settings.SES_TOPIC_ARNS = ["arn:aws:sns:us-east-1:123456789012:another"]
    assert "SES_TOPIC_ARNS" in assert_refused(client, delivered("ses"))


CONFIRM = "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=abc"


def test_a_topics_wish_is_granted_by_the_worker(client: Client, amazon: HttpEndpoint) -> None:
    hook = sns("hello", kind="SubscriptionConfirmation", Token="abc", SubscribeURL=CONFIRM)
    assert hook.post(client).status_code in TAKEN
    apply_due()
    asked = amazon.requests[-1]
    assert (asked.method, asked.path, asked.query) == (
        "GET", "/", "Action=ConfirmSubscription&Token=abc"
    )  # fmt: skip
    assert WebhookEvent.objects.get().applied_at


def test_a_topics_wish_is_granted_later_where_amazon_is_away(
    client: Client, amazon: HttpEndpoint, caplog: pytest.LogCaptureFixture
) -> None:
    sns("hello", kind="SubscriptionConfirmation", Token="abc", SubscribeURL=CONFIRM).post(client)
    amazon.answer = lambda request: Answer(status=500)
    apply_due()
    event = WebhookEvent.objects.get()
    assert event.applied_at is None
    assert event.try_at
    assert "abc" not in caplog.text


def test_nobody_is_visited_for_a_topic_but_amazon(client: Client, amazon: HttpEndpoint) -> None:
    sns(
        "hello",
        kind="SubscriptionConfirmation",
        Token="abc",
        SubscribeURL="https://evil.example/?Action=ConfirmSubscription",
    ).post(client)
    apply_due()
    assert not [one for one in amazon.requests if not one.path.endswith(".pem")]


def test_the_end_of_a_subscription_is_taken(client: Client) -> None:
    hook = sns("bye", kind="UnsubscribeConfirmation", Token="abc", SubscribeURL=CONFIRM)
    assert hook.post(client).status_code in TAKEN
    assert not WebhookEvent.objects.exists()


NO_EVENTS: list[object] = [7, {}, [{}], [None]]


# ── what is theirs and can't be read ────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "hook",
    [
        sendgrid(b"no json"), sendgrid(b"[" * 100_000), sendgrid({}), sendgrid([1, "x", None]),
        sendgrid([{}]), mailgun(None), mailgun([]), mailgun({}), mailgun({"event": []}),
        postmark([]), postmark(None), postmark({"RecordType": "Inbound"}),
        postmark({"RecordType": "Bounce"}), sns([]), sns(None), sns({"mail": 1}),
        sns({"notificationType": "Received"}), sns({"eventType": "Bounce"}),
        sns({}, Timestamp="never"), sns({}, Message="no json"),
        sns({}, kind="Notification", Type="Surprise"),
        resend(b"no json"), resend([]), resend({}), resend({"type": "email.bounced"}),
        mandrill("no json"), mandrill({}), mandrill([7]), mandrill([{"event": "send"}]),
        *(with_secret(service, told) for service in ("brevo", "mailjet")
          for told in NO_EVENTS),
        with_secret("sparkpost", {}), with_secret("sparkpost", [{"msys": {"a": 1, "b": 2}}]),
        with_secret("sparkpost", [{"msys": {"message_event": []}}]),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_answered_in_words(client: Client, hook: Hook) -> None:
    assert assert_refused(client, hook, 400)


def test_one_event_that_cannot_be_read_does_not_keep_the_others(client: Client) -> None:
    good = {**corpus("sendgrid")[0].event, "sg_event_id": uuid4().hex}
    assert sendgrid([good, {"event": None}, 7]).post(client).status_code in TAKEN
    assert WebhookEvent.objects.count() == 1


def test_a_batch_of_each_service_that_makes_some_is_taken(client: Client) -> None:
    def told(service: str) -> list[dict[str, Any]]:
        return [case.event for case in corpus(service)]

    for hook, count in (
        (with_secret("brevo", [*told("brevo"), None]), len(told("brevo"))),
        (with_secret("mailjet", [*told("mailjet"), None]), len(told("mailjet"))),
        (
            with_secret("sparkpost", [{"msys": {"track_event": one}} for one in told("sparkpost")]),
            len(told("sparkpost")),
        ),
        (mandrill([*told("mandrill"), None]), len(told("mandrill"))),
    ):
        WebhookEvent.objects.all().delete()
        assert hook.post(client).status_code == 200
        assert WebhookEvent.objects.count() == count


@pytest.mark.parametrize(
    "hook", [with_secret("sparkpost", [{"msys": {}}]), mandrill([]), sendgrid([])]
)
def test_a_look_with_an_empty_list_is_answered(client: Client, hook: Hook) -> None:
    assert hook.post(client).status_code == 200
    assert not WebhookEvent.objects.exists()


@pytest.mark.parametrize("service", EMAIL_SERVICES)
def test_services_get_the_code_that_they_take_for_a_yes(client: Client, service: str) -> None:
    """Mailgun, Postmark, Mailjet and SparkPost tell it again after any other, 204 included."""
    assert delivered(service).post(client).status_code == 200


@pytest.mark.parametrize("service", EMAIL_SERVICES)
def test_only_posts_are_taken_and_a_look_whether_it_is_there(client: Client, service: str) -> None:
    assert client.get(f"/hooks/{service}/", secure=True).status_code == 405
    assert client.head(f"/hooks/{service}/", secure=True).status_code == 200


def test_a_service_that_we_do_not_know_has_no_address(client: Client) -> None:
    assert client.post("/hooks/pigeons/", secure=True).status_code == 404


@pytest.mark.parametrize("service", ["sendgrid", "mandrill", "sparkpost"])
def test_the_largest_batches_are_taken(client: Client, service: str) -> None:
    """What is refused for its size is told again, refused again, and lost."""
    padding = {"note": "é <&> " * 100}
    events = [{**corpus(service)[1].event, **padding, "sg_event_id": str(n), "event_id": str(n),
               "_id": str(n), "timestamp": 1767225600 + n} for n in range(1000)]  # fmt: skip
    hook = {
        "sendgrid": lambda: sendgrid(events),
        "mandrill": lambda: mandrill(events),
        "sparkpost": lambda: with_secret("sparkpost", [{"msys": {"e": one}} for one in events]),
    }[service]()
    assert len(hook.body) > 1_000_000
    assert hook.post(client).status_code == 200
    assert WebhookEvent.objects.count() == 1000


def test_a_body_that_is_too_large_is_refused(client: Client, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    hook = postmark({"RecordType": "Delivery", "Details": "x" * 2000})
    assert hook.post(client).status_code == 400
    assert not WebhookEvent.objects.exists()
