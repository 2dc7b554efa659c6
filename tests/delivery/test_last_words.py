"""A callback that never came: Twilio is asked how the text or call ended (RULES 14, 15)."""

from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from common.choices import Channel, Purpose
from customers.address_health import confirm
from customers.choices import ConsentSource
from customers.consent import grant
from customers.models import Suppression
from delivery.calls.models import CallAttempt, Ending
from delivery.choices import Status
from delivery.last_words import ask_for_last_words
from delivery.models import Message, Sender, WebhookEvent
from delivery.providers.twilio_text.provider import TwilioText
from delivery.providers.twilio_voice.provider import TwilioVoice
from delivery.webhooks.applying import apply_due
from tests.delivery.calls.making import endings_of
from tests.delivery.making import Script, drain_once, make_content, queue_messages
from tests.delivery.providers.fake_twilio import FakeTwilio, refusal, twilio_settings
from tests.delivery.webhooks.calling import post
from tests.wire import Answer, HttpEndpoint

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = 3600


@pytest.fixture
def twilio(http_endpoint: HttpEndpoint, settings: Any) -> FakeTwilio:
    for name, value in twilio_settings(http_endpoint.url).items():
        setattr(settings, name, value)
    settings.QUIET_HOURS_EXEMPT_PURPOSES = list(Purpose.values)
    settings.CALLS_WITHOUT_CONSENT = 100
    return FakeTwilio(http_endpoint)


def send(channel: Channel, count: int = 1) -> list[Message]:
    """So many that Twilio took, of whose end nobody has told us."""
    batch = queue_messages(count, channel=channel, content=make_content(purpose="field_work"))
    Sender.objects.update(rate=0, address="")
    drain_once(TwilioVoice() if channel == Channel.VOICE else TwilioText(), channel=channel)
    messages = list(Message.objects.filter(batch=batch).order_by("pk"))
    assert {message.status for message in messages} == {Status.SENT}
    return messages


def later(seconds: float) -> None:
    """So much time passes."""
    for message in Message.objects.exclude(handed_at=None):
        assert message.handed_at
        values: dict[str, Any] = {"handed_at": message.handed_at - timedelta(seconds=seconds)}
        if message.lease_until:
            values["lease_until"] = message.lease_until - timedelta(seconds=seconds)
        Message.objects.filter(pk=message.pk).update(**values)


def ends(twilio: FakeTwilio, status: str, **values: Any) -> None:
    for one in twilio.taken:
        one.update(status=status, **values)


def asked(twilio: FakeTwilio) -> int:
    return len([one for one in twilio.endpoint.requests if one.method == "GET"])


def learn() -> Message:
    ask_for_last_words()
    WebhookEvent.objects.filter(applied_at=None).update(try_at=timezone.now())
    apply_due()
    return Message.objects.get()


@pytest.mark.parametrize(
    ("status", "by", "expected", "code"),
    [
        ("completed", "human", Status.DELIVERED, ""),
        ("completed", None, Status.DELIVERED, ""),
        ("completed", "machine_end_beep", Status.DELIVERED, "machine"),
        ("canceled", None, Status.FAILED, "canceled"),
        ("busy", None, Status.QUEUED, "busy"),
        ("no-answer", None, Status.QUEUED, "no_answer"),
        ("failed", None, Status.QUEUED, "failed"),
    ],
)
def test_a_call_whose_callback_was_lost_ends_and_rings_again_as_if_it_had_come(
    twilio: FakeTwilio, status: str, by: str | None, expected: Status, code: str
) -> None:
    [message] = send(Channel.VOICE)
    ends(twilio, status, answered_by=by)
    later(14 * 60)
    assert learn().status == Status.SENT
    assert asked(twilio) == 0
    later(2 * 60)
    message = learn()
    assert (message.status, message.code) == (expected, code)
    assert endings_of(message)[0] != ""
    assert asked(twilio) == 1
    if expected == Status.QUEUED:
        assert message.due_at > timezone.now() + timedelta(minutes=4)
        assert message.provider_id == ""


def test_the_second_call_of_a_message_is_asked_about_by_itself(twilio: FakeTwilio) -> None:
    send(Channel.VOICE)
    ends(twilio, "busy")
    later(HOUR)
    learn()
    Message.objects.update(due_at=timezone.now())
    drain_once(TwilioVoice(), channel=Channel.VOICE)
    twilio.taken[1]["status"] = "completed"
    later(16 * 60)
    message = learn()
    assert message.status == Status.DELIVERED
    assert endings_of(message) == ["busy", "answered"]


@pytest.mark.parametrize(
    ("status", "error", "expected"),
    [
        ("delivered", None, Status.DELIVERED),
        ("read", None, Status.OPENED),
        ("undelivered", 30005, Status.BOUNCED),
        ("undelivered", 30007, Status.FAILED),
        ("failed", 21610, Status.FAILED),
    ],
)
def test_a_text_is_asked_about_after_an_hour(
    twilio: FakeTwilio, status: str, error: int | None, expected: Status
) -> None:
    send(Channel.TEXT)
    ends(twilio, status, error_code=error)
    later(HOUR - 60)
    assert learn().status == Status.SENT
    later(120)
    assert learn().status == expected
    stopped = {
        30005: {(Channel.TEXT, "bad_address")},
        21610: {(Channel.TEXT, "revoked"), (Channel.VOICE, "revoked")},
    }
    found = set(Suppression.objects.values_list("channel", "reason"))
    assert {channel for channel, _ in found} == {c for c, _ in stopped.get(error or 0, set())}


@pytest.mark.parametrize("since", [True, False])
def test_who_said_start_or_confirmed_since_stays_on(twilio: FakeTwilio, since: bool) -> None:
    """What is learned hours later is not news of now."""
    stopped, unknown = send(Channel.TEXT, 2)
    for one in twilio.taken:
        code = 21610 if one["to"] == stopped.address else 30005
        hours = -1 if since else 1
        at = format_datetime(timezone.now() + timedelta(hours=hours))
        one.update(status="undelivered", error_code=code, date_updated=at)
    grant(address=stopped.address, channels=[Channel.TEXT], source=ConsentSource.TEXT_REPLY)
    confirm(address=unknown.address, channel=Channel.TEXT, source=ConsentSource.CSR)
    later(2 * HOUR)
    ask_for_last_words()
    WebhookEvent.objects.update(try_at=timezone.now())
    apply_due()
    assert set(Message.objects.values_list("status", flat=True)) == {Status.FAILED, Status.BOUNCED}
    # A moment to come is taken for now.
    off = {stopped.address, unknown.address}
    found = set(Suppression.objects.values_list("address", flat=True))
    assert found == (set() if since else off)


def test_what_has_no_end_yet_is_asked_about_a_few_times_and_then_no_more(
    twilio: FakeTwilio,
) -> None:
    send(Channel.TEXT)
    ends(twilio, "sent")
    for _ in range(40):
        later(HOUR)
        assert learn().status == Status.SENT
    assert asked(twilio) == 3
    assert Message.objects.get().lease_until is None


def test_the_callback_that_comes_after_all_changes_nothing(
    twilio: FakeTwilio, settings: Any, client: Client
) -> None:
    [message] = send(Channel.VOICE)
    ends(twilio, "busy")
    later(HOUR)
    message = learn()
    due = message.due_at
    sid = twilio.taken[0]["sid"]
    form = {"CallSid": sid, "CallStatus": "busy"}
    url = f"/hooks/twilio/voice-status/{message.key}/1/"
    assert post(client, url, form).status_code == 204
    message = learn()
    assert (message.status, message.due_at) == (Status.QUEUED, due)
    assert WebhookEvent.objects.count() == 1


def test_what_was_told_is_not_asked_about(twilio: FakeTwilio) -> None:
    send(Channel.TEXT)
    Message.objects.update(status=Status.DELIVERED)
    later(2 * HOUR)
    ask_for_last_words()
    assert asked(twilio) == 0


@pytest.mark.parametrize(
    "answer", [Answer(status=503), refusal(20429, 429), Answer(drop=True), Answer(status=404)]
)
def test_a_twilio_in_trouble_is_let_be_and_asked_again_soon(
    twilio: FakeTwilio, answer: Answer
) -> None:
    send(Channel.TEXT, 12)
    for one in twilio.taken:
        twilio.answers[one["sid"]] = answer
    later(2 * HOUR)
    assert ask_for_last_words() == 0
    assert 1 <= asked(twilio) <= 4
    assert ask_for_last_words() == 0
    assert asked(twilio) <= 4
    twilio.answers.clear()
    ends(twilio, "delivered")
    later(301)
    assert ask_for_last_words() == 12


def test_what_can_not_be_asked_about_for_days_is_given_up(twilio: FakeTwilio) -> None:
    send(Channel.TEXT)
    twilio.answers[twilio.taken[0]["sid"]] = refusal(20003, 401)
    later(2 * HOUR)
    ask_for_last_words()
    assert Message.objects.get().lease_until
    later(7 * 24 * HOUR)
    ask_for_last_words()
    assert Message.objects.get().lease_until is None
    assert asked(twilio) == 2


def test_what_twilio_no_longer_has_is_let_be(twilio: FakeTwilio) -> None:
    send(Channel.TEXT)
    twilio.taken.clear()
    later(2 * HOUR)
    assert learn().status == Status.SENT
    assert asked(twilio) == 1


def test_one_run_asks_about_so_many_and_two_never_about_the_same(
    twilio: FakeTwilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("delivery.last_words._AT_ONCE", 5)
    send(Channel.TEXT, 12)
    ends(twilio, "delivered")
    later(2 * HOUR)
    assert [ask_for_last_words() for _ in range(4)] == [5, 5, 2, 0]
    assert asked(twilio) == 12


def test_a_provider_that_cannot_be_asked_is_not(settings: Any) -> None:
    settings.QUIET_HOURS_EXEMPT_PURPOSES = list(Purpose.values)
    queue_messages(1, channel=Channel.TEXT)
    Sender.objects.update(rate=0)
    drain_once(Script(channel=Channel.TEXT), channel=Channel.TEXT)
    later(2 * HOUR)
    assert ask_for_last_words() == 0  # the sandbox serves here
    message = Message.objects.get()
    assert (message.status, message.lease_until) == (Status.SENT, None)


def test_a_call_in_doubt_that_twilio_has_is_asked_about_later(twilio: FakeTwilio) -> None:
    """It was found in Twilio's list while it still rang."""
    from delivery.doubts import resolve_doubts

    [message] = send(Channel.VOICE)
    Message.objects.update(
        status=Status.UNKNOWN, provider_id="", lease_until=timezone.now() - timedelta(seconds=1)
    )
    CallAttempt.objects.update(provider_id="")
    resolve_doubts()
    message.refresh_from_db()
    assert (message.status, message.provider_id) == (Status.SENT, twilio.taken[0]["sid"])
    ends(twilio, "no-answer")
    later(HOUR)
    assert learn().status == Status.QUEUED
    assert endings_of(message) == [Ending.NO_ANSWER]
