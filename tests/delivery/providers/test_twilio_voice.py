"""Calls by Twilio at the wire."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from pytest_django import Settings

from common.choices import Channel
from delivery.calls.models import Ending
from delivery.choices import Status
from delivery.models import Message
from delivery.providers.base import Doubt
from delivery.providers.twilio_voice.provider import TwilioVoice
from delivery.providers.twilio_voice.reading import read_status
from delivery.rendering import From, Outgoing, Wording
from tests.delivery.making import queue_messages
from tests.delivery.providers.fake_twilio import NUMBER, FakeTwilio, refusal
from tests.delivery.providers.outgoing import hand_over, make_outgoing

pytestmark = pytest.mark.django_db
TO = "+14785550111"


@pytest.fixture(autouse=True)
def _no_machines(settings: Settings) -> None:
    settings.TWILIO_MACHINE_DETECTION = False


@pytest.fixture
def provider(twilio: FakeTwilio) -> Iterator[TwilioVoice]:
    made = TwilioVoice()
    yield made
    asyncio.run(made.close())


def call_to(
    address: str = TO, *, language: str = "en", body: str = "Hello {{ name }}."
) -> Outgoing:
    wording = Wording(1, language, "outage", "Outage", body)
    message = make_outgoing(address, wording=wording)
    return replace(message, sender=From(1, "Pine River Electric", ""))


def test_a_call_carries_its_script_and_both_callbacks(
    twilio: FakeTwilio, provider: TwilioVoice
) -> None:
    message = call_to()
    (outcome,) = hand_over(provider, [message])
    assert (outcome.status, outcome.provider_id) == (Status.SENT, twilio.taken[0]["sid"])
    (form,) = twilio.posts
    assert (form["To"], form["From"]) == (TO, NUMBER)
    ours = "https://upn.example.com/hooks/twilio/"
    assert form["StatusCallback"] == f"{ours}voice-status/{message.key}/1/"
    assert "MachineDetection" not in form
    twiml = ElementTree.fromstring(form["Twiml"])
    gather = twiml.find("Gather")
    assert gather is not None
    assert gather.get("numDigits") == "1"
    assert gather.get("action") == f"{ours}gather/{message.key}/"
    said = [say.text for say in gather.findall("Say")]
    assert said[0] is not None
    assert said[0].startswith("This is Pine River Electric Cooperative")
    assert "press 9" in said[0]
    assert said[1] == "Hello Mae."
    assert said[2] is not None
    assert "4 7 8, 5 5 5, 0 1 0 0" in said[2]
    assert {say.get("language") for say in gather.findall("Say")} == {"en-US"}
    assert twiml.find("Hangup") is not None


def test_a_spanish_call_is_said_by_a_spanish_voice(
    twilio: FakeTwilio, provider: TwilioVoice
) -> None:
    hand_over(provider, [call_to(language="es", body="Hola.")])
    say = ElementTree.fromstring(twilio.posts[0]["Twiml"]).find("Gather/Say")
    assert say is not None
    assert (say.get("language"), say.get("voice")) == ("es-US", "Polly.Lupe")
    assert "marque 9" in str(say.text)


def test_markup_in_the_words_is_said_and_not_obeyed(
    twilio: FakeTwilio, provider: TwilioVoice
) -> None:
    words = "</Say><Dial>+19005550100</Dial> Tom & Jerry \x0b <b>"
    hand_over(provider, [call_to(body=words)])
    twiml = ElementTree.fromstring(twilio.posts[0]["Twiml"])
    assert twiml.find(".//Dial") is None
    assert "</Say><Dial>9 0 0, 5 5 5, 0 1 0 0</Dial> Tom & Jerry <b>" in [
        say.text for say in twiml.iter("Say")
    ]


def test_where_machines_are_told_from_people_twilio_asks_what_to_say(
    settings: Settings, twilio: FakeTwilio, provider: TwilioVoice
) -> None:
    settings.TWILIO_MACHINE_DETECTION = True
    message = replace(call_to(), claim=3)
    hand_over(provider, [message])
    (form,) = twilio.posts
    assert form["MachineDetection"] == "DetectMessageEnd"
    assert form["Url"] == f"https://upn.example.com/hooks/twilio/answer/{message.key}/3/"
    assert form["StatusCallback"].endswith(f"/voice-status/{message.key}/3/")
    assert "Twiml" not in form


def test_a_call_without_words_is_refused_before_it_rings(
    settings: Settings, twilio: FakeTwilio, provider: TwilioVoice
) -> None:
    settings.TWILIO_MACHINE_DETECTION = True
    (outcome,) = hand_over(provider, [call_to(body="{{ nothing }}")])
    assert (outcome.status, outcome.code) == (Status.FAILED, "empty")
    assert not twilio.posts


@pytest.mark.parametrize("detection", [True, False])
def test_a_script_that_twilio_would_not_take_is_refused_in_words(
    settings: Settings, twilio: FakeTwilio, provider: TwilioVoice, detection: bool
) -> None:
    settings.TWILIO_MACHINE_DETECTION = detection
    (outcome,) = hand_over(provider, [call_to(body="word " * 1000)])
    assert (outcome.status, outcome.code) == (Status.FAILED, "too_long")
    assert not twilio.posts


@pytest.mark.parametrize(
    ("code", "status", "bad_address", "down"),
    [
        (21211, Status.FAILED, True, False),
        (13224, Status.FAILED, True, False),
        (21210, Status.QUEUED, False, True),
        (10004, Status.QUEUED, False, False),
    ],
)
def test_codes_of_calls(
    twilio: FakeTwilio,
    provider: TwilioVoice,
    code: int,
    status: Status,
    bad_address: bool,
    down: bool,
) -> None:
    twilio.answers[TO] = refusal(code)
    (outcome,) = hand_over(provider, [call_to()])
    assert (outcome.status, outcome.bad_address, outcome.down) == (status, bad_address, down)


@pytest.mark.parametrize(
    ("status", "sip", "answered_by", "expected"),
    [
        ("completed", "", "", Ending.ANSWERED),
        ("completed", "", "human", Ending.ANSWERED),
        ("completed", "", "unknown", Ending.ANSWERED),
        ("completed", "", "machine_end_beep", Ending.MACHINE),
        ("completed", "", "machine_end_silence", Ending.MACHINE),
        ("completed", "", "fax", Ending.FAX),
        ("busy", "", "", Ending.BUSY),
        ("no-answer", "", "", Ending.NO_ANSWER),
        ("canceled", "", "", Ending.CANCELED),
        ("failed", "", "", Ending.FAILED),
        ("failed", "503", "", Ending.FAILED),
        ("failed", "404", "", Ending.NOBODY),
        ("ringing", "", "", None),
        ("levitating", "", "", None),
    ],
)
def test_how_a_call_ended(status: str, sip: str, answered_by: str, expected: Ending | None) -> None:
    assert read_status(status, sip_code=sip, answered_by=answered_by).ending == expected


def test_two_calls_in_doubt_to_one_number_are_two_entries_of_the_list(
    twilio: FakeTwilio, provider: TwilioVoice
) -> None:
    queue_messages(1, channel=Channel.VOICE, cause="one")
    queue_messages(1, channel=Channel.VOICE, cause="two")
    messages = list(Message.objects.order_by("pk"))
    doubts = [Doubt(m.pk, str(m.key), m.address, time.time() - 1) for m in messages]
    twilio._take("Calls", {"To": messages[0].address})
    found = provider.ask(doubts)
    assert sorted(str(outcome.status) for outcome in found.values()) == ["queued", "sent"]


def test_a_broken_line_after_the_call_was_taken_is_found_in_twilios_list(
    twilio: FakeTwilio, provider: TwilioVoice
) -> None:
    twilio.broken_after.add(TO)
    (outcome,) = hand_over(provider, [call_to()])
    assert (outcome.status, outcome.provider_id) == (Status.SENT, twilio.taken[0]["sid"])
