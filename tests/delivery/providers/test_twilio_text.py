"""Texts by Twilio at the wire."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytest_django import Settings

from common.choices import Channel
from customers.choices import SuppressionReason
from customers.models import Suppression
from delivery.choices import Status
from delivery.models import Message
from delivery.providers.base import Doubt
from delivery.providers.twilio_text.provider import TwilioText
from delivery.rendering import From, Outgoing
from tests.delivery.making import make_content, queue_messages
from tests.delivery.providers.fake_twilio import NUMBER, SERVICE, FakeTwilio, refusal
from tests.delivery.providers.outgoing import hand_over, make_outgoing
from tests.wire import Answer

pytestmark = pytest.mark.django_db
TO = "+14785550111"


@pytest.fixture
def provider(twilio: FakeTwilio) -> Iterator[TwilioText]:
    made = TwilioText()
    yield made
    asyncio.run(made.close())


def text_to(address: str = TO, *, id: int = 1, sender: str = "") -> Outgoing:
    return replace(make_outgoing(address, id=id), sender=From(1, "Pine River Electric", sender))


def test_a_text_goes_out_with_number_words_and_callback(
    twilio: FakeTwilio, provider: TwilioText
) -> None:
    (outcome,) = hand_over(provider, [text_to()])
    assert outcome.status == Status.SENT
    assert outcome.provider_id == twilio.taken[0]["sid"]
    (form,) = twilio.posts
    assert form == {
        "To": TO,
        "From": NUMBER,
        "Body": "Pine River Electric: Hello Mae, we work on Elm Rd tomorrow.",
        "StatusCallback": "https://upn.example.com/hooks/twilio/status/",
    }


def test_a_messaging_service_goes_before_the_number(settings: Settings, twilio: FakeTwilio) -> None:
    settings.TWILIO_MESSAGING_SERVICE_SID = SERVICE
    provider = TwilioText()
    # The default sender has the settings' number; another sender has one of the pool's.
    hand_over(provider, [text_to(sender=NUMBER)])
    hand_over(provider, [text_to(sender="+18335550100")])
    asyncio.run(provider.close())
    first, second = twilio.posts
    assert (first["MessagingServiceSid"], first.get("From")) == (SERVICE, None)
    assert (second["MessagingServiceSid"], second["From"]) == (SERVICE, "+18335550100")


def test_a_sender_of_its_own_texts_from_its_number(
    twilio: FakeTwilio, provider: TwilioText
) -> None:
    hand_over(provider, [text_to(sender="+18335550100")])
    assert twilio.posts[0]["From"] == "+18335550100"


def test_twilio_is_not_asked_to_call_back_at_a_loopback_address(settings: Settings) -> None:
    from delivery.providers.twilio.client import may_call_back

    settings.TWILIO_API_URL = "https://api.twilio.com"
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    assert not may_call_back()
    settings.PUBLIC_URL = "https://upn.example.com"
    assert may_call_back()


def test_an_api_url_with_a_path_is_kept(settings: Settings) -> None:
    from delivery.providers.twilio.client import Wire

    settings.TWILIO_API_URL = "https://relay.example.com/twilio/"
    wire = Wire(codes={}, connections=1)
    assert wire._to_base("https://api.twilio.com/2010-04-01/Accounts?a=b") == (
        "https://relay.example.com/twilio/2010-04-01/Accounts?a=b"
    )


@pytest.mark.parametrize(
    ("code", "status", "bad_address"),
    [
        (21211, Status.FAILED, True),
        (21614, Status.FAILED, True),
        (21635, Status.FAILED, True),
        (30007, Status.FAILED, False),
        (30034, Status.FAILED, False),
        (21611, Status.QUEUED, False),
        (30001, Status.QUEUED, False),
        (99999, Status.FAILED, False),
    ],
)
def test_codes_mean_what_rules_15_says(
    twilio: FakeTwilio, provider: TwilioText, code: int, status: Status, bad_address: bool
) -> None:
    twilio.answers[TO] = refusal(code)
    (outcome,) = hand_over(provider, [text_to()])
    assert (outcome.status, outcome.bad_address) == (status, bad_address)
    assert outcome.code == str(code)
    assert "555" not in outcome.reason
    assert not outcome.down


def test_an_unknown_code_is_logged(
    twilio: FakeTwilio, provider: TwilioText, caplog: pytest.LogCaptureFixture
) -> None:
    twilio.answers[TO] = refusal(99999)
    hand_over(provider, [text_to()])
    assert "99999" in caplog.text
    assert "555" not in caplog.text


def test_nothing_that_is_sent_is_logged(
    twilio: FakeTwilio, provider: TwilioText, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"):
        hand_over(provider, [text_to()])
    assert "5550111" not in caplog.text


def test_slow_down_waits_as_long_as_twilio_says(twilio: FakeTwilio, provider: TwilioText) -> None:
    twilio.answers[TO] = refusal(20429, 429, **{"Retry-After": "7"})
    (outcome,) = hand_over(provider, [text_to()])
    assert (outcome.status, outcome.retry_after, outcome.down) == (Status.QUEUED, 7.0, False)
    twilio.answers[TO] = Answer(status=429)
    (outcome,) = hand_over(provider, [text_to()])
    assert (outcome.status, outcome.retry_after) == (Status.QUEUED, 10.0)


@pytest.mark.parametrize(
    "answer", [refusal(20003, 401), refusal(21606), Answer(status=503), Answer(status=404)]
)
def test_trouble_of_ours_or_twilios_opens_the_circuit(
    twilio: FakeTwilio, provider: TwilioText, answer: Answer
) -> None:
    twilio.answers[TO] = answer
    (outcome,) = hand_over(provider, [text_to()])
    assert (outcome.status, outcome.down, outcome.bad_address) == (Status.QUEUED, True, False)


@pytest.mark.django_db(transaction=True)
def test_a_stop_that_we_missed_is_recorded(twilio: FakeTwilio, provider: TwilioText) -> None:
    twilio.answers[TO] = refusal(21610)
    (outcome,) = hand_over(provider, [text_to()])
    assert outcome.status == Status.FAILED
    found = Suppression.objects.filter(address=TO, reason=SuppressionReason.OPTED_OUT)
    assert set(found.values_list("channel", flat=True)) == {Channel.TEXT, Channel.VOICE}


def test_nobody_listening_means_not_taken(settings: Settings, twilio: FakeTwilio) -> None:
    settings.TWILIO_API_URL = "http://127.0.0.1:9"
    provider = TwilioText()
    (outcome,) = hand_over(provider, [text_to()])
    asyncio.run(provider.close())
    assert (outcome.status, outcome.down) == (Status.QUEUED, True)


def test_a_broken_line_after_the_text_was_taken_is_found_in_twilios_list(
    twilio: FakeTwilio, provider: TwilioText
) -> None:
    twilio.broken_after.add(TO)
    (outcome,) = hand_over(provider, [text_to()])
    assert outcome.status == Status.SENT
    assert outcome.provider_id == twilio.taken[0]["sid"]


@pytest.mark.parametrize("answer", [Answer(drop=True), Answer(status=500), Answer(body=b"<html>")])
def test_a_broken_answer_that_the_list_does_not_explain_stays_in_doubt(
    twilio: FakeTwilio, provider: TwilioText, answer: Answer
) -> None:
    twilio.answers[TO] = answer
    (outcome,) = hand_over(provider, [text_to()])
    assert outcome.status == Status.UNKNOWN


# ── asking about what a dead process left ───────────────────────────────────────────────────────
def queued_text(**values: str) -> Message:
    queue_messages(1, channel=Channel.TEXT, content=make_content(body="Crews are near.", **values))
    return Message.objects.get()


def doubt_of(message: Message, *, ago: float = 1.0) -> Doubt:
    return Doubt(message.pk, str(message.key), message.address, time.time() - ago)


def test_a_text_that_twilio_has_is_sent(twilio: FakeTwilio, provider: TwilioText) -> None:
    message = queued_text()
    body = "Pine River Electric: Crews are near. Reply STOP to end, HELP for help."
    taken = twilio._take("Messages", {"To": message.address, "Body": body})
    outcome = provider.ask([doubt_of(message)])[message.pk]
    assert (outcome.status, outcome.provider_id) == (Status.SENT, taken["sid"])


def test_a_text_that_failed_meanwhile_is_known_as_failed(
    twilio: FakeTwilio, provider: TwilioText
) -> None:
    message = queued_text()
    body = "Pine River Electric: Crews are near."
    twilio._take("Messages", {"To": message.address, "Body": body})
    twilio.taken[0].update(status="undelivered", error_code=30006)
    outcome = provider.ask([doubt_of(message)])[message.pk]
    assert (outcome.status, outcome.bad_address) == (Status.BOUNCED, True)


def test_another_text_to_the_same_number_is_not_mistaken_for_it(
    twilio: FakeTwilio, provider: TwilioText
) -> None:
    message = queued_text()
    twilio._take("Messages", {"To": message.address, "Body": "Pine River Electric: Paid."})
    assert provider.ask([doubt_of(message)])[message.pk].status == Status.QUEUED


def test_a_text_that_is_recorded_already_is_not_counted_again(
    twilio: FakeTwilio, provider: TwilioText
) -> None:
    message = queued_text()
    body = "Pine River Electric: Crews are near."
    taken = twilio._take("Messages", {"To": message.address, "Body": body})
    Message.objects.update(provider_id=taken["sid"])
    assert provider.ask([doubt_of(message)])[message.pk].status == Status.QUEUED


def test_where_the_list_may_be_cut_nothing_is_claimed(
    twilio: FakeTwilio, provider: TwilioText
) -> None:
    message = queued_text()
    for _ in range(50):
        twilio._take("Messages", {"To": message.address, "Body": "Something else"})
    assert provider.ask([doubt_of(message)]) == {}


def test_where_twilio_cannot_be_asked_nothing_is_claimed(
    settings: Settings, twilio: FakeTwilio
) -> None:
    settings.TWILIO_API_URL = "http://127.0.0.1:9"
    provider = TwilioText()
    assert provider.ask([doubt_of(queued_text())]) == {}
    asyncio.run(provider.close())
