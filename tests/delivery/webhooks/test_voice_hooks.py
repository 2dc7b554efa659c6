"""Twilio's word on calls, what a call says, and keys pressed in it (RULES 5, 10)."""

from uuid import uuid4
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from common.choices import Channel
from customers.choices import ConsentAction, ConsentSource
from customers.models import ConsentEvent, Suppression
from delivery.calls.models import CallAttempt
from delivery.choices import Status
from delivery.models import Message, WebhookEvent
from delivery.webhooks.applying import apply_due
from tests.delivery.making import make_content, queue_messages
from tests.delivery.providers.test_call_scripts import check_twiml
from tests.delivery.webhooks.calling import CALL_SID, post
from tests.factories import make_customer

pytestmark = pytest.mark.django_db
NUMBER = "+14785550111"
STATUSES = ("ringing", "busy", "completed", "no-answer", "failed")


@pytest.fixture(autouse=True)
def _at_any_hour(settings: Settings) -> None:
    settings.QUIET_HOURS_EXEMPT_PURPOSES = ["field_work"]


def placed(*, language: str = "en", sid: str = CALL_SID) -> Message:
    """A call that rings just now."""
    queue_messages(1, channel=Channel.VOICE, content=make_content(language=language))
    Message.objects.update(
        status=Status.SENT, provider="twilio_voice", provider_id=sid, address=NUMBER,
        claims=1, attempts=1,
    )  # fmt: skip
    message = Message.objects.get()
    CallAttempt.objects.create(
        message_id=message.pk, claim=1, attempt=1, number=NUMBER, provider="twilio_voice",
        provider_id=sid, at=timezone.now(),
    )  # fmt: skip
    return message


def status_url(message: Message, claim: int = 1) -> str:
    return f"/hooks/twilio/voice-status/{message.key}/{claim}/"


@pytest.mark.parametrize("by_key", [True, False])
@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("completed", Status.DELIVERED),
        ("busy", Status.QUEUED),
        ("no-answer", Status.QUEUED),
        ("failed", Status.QUEUED),
        ("canceled", Status.FAILED),
        ("ringing", Status.SENT),
    ],
)
def test_what_became_of_a_call_is_recorded(
    client: Client, status: str, expected: Status, by_key: bool
) -> None:
    message = placed()
    url = status_url(message) if by_key else "/hooks/twilio/voice-status/"
    form = {"CallSid": CALL_SID, "CallStatus": status}
    for _ in range(2):
        assert post(client, url, form).status_code == 204
        apply_due()
    message.refresh_from_db()
    assert message.status == expected
    assert not WebhookEvent.objects.filter(applied_at=None).exists()


def test_a_number_that_nobody_has_is_not_called_again(client: Client) -> None:
    message = placed()
    form = {"CallSid": CALL_SID, "CallStatus": "failed", "SipResponseCode": "404"}
    post(client, status_url(message), form)
    apply_due()
    message.refresh_from_db()
    assert (message.status, message.code) == (Status.BOUNCED, "sip_404")
    assert Suppression.objects.get().channel == Channel.VOICE


def test_a_call_that_we_do_not_know_is_taken_quietly(client: Client) -> None:
    form = {"CallSid": CALL_SID, "CallStatus": "busy"}
    for path in ("voice-status/", f"voice-status/{uuid4()}/1/"):
        assert post(client, f"/hooks/twilio/{path}", form).status_code == 204
        apply_due()


def test_the_word_on_another_claim_changes_nothing(client: Client) -> None:
    message = placed()
    for claim in (0, 2, 4_000_000_000, 10**30):
        form = {"CallSid": CALL_SID, "CallStatus": "busy"}
        assert post(client, status_url(message, claim), form).status_code == 204
        apply_due()
    message.refresh_from_db()
    assert message.status == Status.SENT


@given(st.lists(st.sampled_from(STATUSES), max_size=6))
@hypothesis_settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_of_words_in_any_order_the_first_end_counts(words: list[str]) -> None:
    Message.objects.all().delete()
    CallAttempt.objects.all().delete()
    sid = f"CA{uuid4().hex}"
    message = placed(sid=sid)
    for word in words:
        post(Client(), status_url(message), {"CallSid": sid, "CallStatus": word})
        apply_due()
    ends = [word for word in words if word != "ringing"]
    message.refresh_from_db()
    if not ends:
        assert message.status == Status.SENT
    elif ends[0] == "completed":
        assert message.status == Status.DELIVERED
    else:
        assert (message.status, message.claims) == (Status.QUEUED, 2)


# ── what is said to whoever answers ─────────────────────────────────────────────────────────────
def answer(client: Client, message: Message, answered_by: str) -> ElementTree.Element:
    form = {"CallSid": CALL_SID, "AnsweredBy": answered_by}
    found = post(client, f"/hooks/twilio/answer/{message.key}/1/", form)
    assert found.status_code == 200
    assert found["Content-Type"].startswith("text/xml")
    return check_twiml(found.content.decode())


@pytest.mark.parametrize("answered_by", ["human", "unknown", ""])
def test_a_person_may_press_keys(client: Client, answered_by: str) -> None:
    message = placed()
    root = answer(client, message, answered_by)
    gather = root.find("Gather")
    assert gather is not None
    ours = "https://upn.example.com/hooks/twilio/gather/"
    assert gather.get("action") == f"{ours}{message.key}/?heard=1"


@pytest.mark.parametrize("answered_by", ["machine_end_beep", "machine_end_silence"])
def test_a_machine_gets_its_own_message_and_the_message_is_delivered(
    client: Client, answered_by: str
) -> None:
    message = placed()
    root = answer(client, message, answered_by)
    said = [str(say.text) for say in root.findall("Gather/Say")]
    assert "press" not in " ".join(said)
    assert "we work at pole 0 today" in said[1]
    # The report of the end need not say again who answered.
    post(client, status_url(message), {"CallSid": CALL_SID, "CallStatus": "completed"})
    apply_due()
    message.refresh_from_db()
    assert (message.status, message.code) == (Status.DELIVERED, "machine")


def test_a_fax_hears_nothing(client: Client) -> None:
    assert [child.tag for child in answer(client, placed(), "fax")] == ["Hangup"]


def test_a_call_whose_message_is_gone_ends(client: Client) -> None:
    found = post(client, f"/hooks/twilio/answer/{uuid4()}/1/", {"CallSid": CALL_SID})
    assert [child.tag for child in check_twiml(found.content.decode())] == ["Hangup"]


# ── keys ────────────────────────────────────────────────────────────────────────────────────────
def press(
    client: Client, key: object, digits: str, heard: str = "1", **fields: str
) -> ElementTree.Element:
    form = {"CallSid": CALL_SID, "Digits": digits, "To": NUMBER, **fields}
    found = post(client, f"/hooks/twilio/gather/{key}/?heard={heard}", form)
    assert found.status_code == 200
    return check_twiml(found.content.decode())


def test_key_9_ends_calls_and_texts_to_the_number_and_the_call(client: Client) -> None:
    message = placed()
    root = press(client, message.key, "9")
    assert [child.tag for child in root] == ["Say", "Hangup"]
    assert "no more automated calls or texts" in str(root.findtext("Say"))
    assert set(Suppression.objects.values_list("address", "channel")) == {
        (NUMBER, Channel.TEXT),
        (NUMBER, Channel.VOICE),
    }
    event = ConsentEvent.objects.filter(channel=Channel.VOICE).get()
    assert (event.action, event.source) == (ConsentAction.REVOKED, ConsentSource.VOICE_KEY)
    assert event.words.startswith("pressed 9: ")
    assert "This is Pine River Electric Cooperative" in event.words
    assert "To stop automated calls and texts, press 9" in event.words


def test_a_key_that_is_told_twice_is_answered_twice_and_recorded_once(client: Client) -> None:
    message = placed()
    first, second = press(client, message.key, "9"), press(client, message.key, "9")
    assert first.findtext("Say") == second.findtext("Say")
    assert ConsentEvent.objects.count() == 2  # texts and calls


def test_a_spanish_call_says_goodbye_in_spanish(client: Client) -> None:
    root = press(client, placed(language="es").key, "9")
    say = root.find("Say")
    assert say is not None
    assert "No recibirá más" in str(say.text)
    assert say.get("language") == "es-US"


def test_key_9_counts_where_the_message_is_gone(client: Client) -> None:
    make_customer(mobile_number=NUMBER, language="es")
    root = press(client, uuid4(), "9")
    assert "No recibirá más" in str(root.findtext("Say"))
    assert set(Suppression.objects.values_list("address", flat=True)) == {NUMBER}


@pytest.mark.parametrize("digits", ["1", "", "99", "*", "#", "7"])
def test_any_other_key_says_the_message_again(client: Client, digits: str) -> None:
    message = placed()
    root = press(client, message.key, digits, heard="2")
    gather = root.find("Gather")
    assert gather is not None
    assert str(gather.get("action")).endswith("?heard=3")
    assert "we work at pole 0 today" in str(gather.findall("Say")[1].text)
    assert not Suppression.objects.exists()


def test_a_call_is_not_said_for_ever(client: Client) -> None:
    message = placed()
    assert [child.tag for child in press(client, message.key, "1", heard="5")] == ["Hangup"]


@pytest.mark.parametrize("heard", ["", "x", "-1", "99999999999", "²"])
def test_a_count_that_is_none_is_one(client: Client, heard: str) -> None:
    from urllib.parse import quote

    gather = press(client, placed().key, "1", heard=quote(heard)).find("Gather")
    assert gather is not None
    assert str(gather.get("action")).endswith("?heard=2")


def test_another_key_in_a_call_whose_message_is_gone_ends_it(client: Client) -> None:
    assert [child.tag for child in press(client, uuid4(), "1")] == ["Hangup"]
    assert not Suppression.objects.exists()


# ── who calls back ──────────────────────────────────────────────────────────────────────────────
def call_back(client: Client, **fields: str) -> ElementTree.Element:
    found = post(client, "/hooks/twilio/call-back/", {"CallSid": CALL_SID, **fields})
    assert found.status_code == 200
    return check_twiml(found.content.decode())


def test_who_calls_back_is_asked_in_each_language_that_may_be_theirs(client: Client) -> None:
    says = call_back(client, From=NUMBER).findall("Gather/Say")
    assert [say.get("language") for say in says] == ["en-US", "es-US"]
    make_customer(home_number=NUMBER, language="es")
    says = call_back(client, From=NUMBER).findall("Gather/Say")
    assert [say.get("language") for say in says] == ["es-US"]


def test_who_calls_back_and_presses_9_is_out(client: Client) -> None:
    root = call_back(client, From=NUMBER, Digits="9")
    assert "no more automated calls or texts" in str(root.findtext("Say"))
    assert Suppression.objects.filter(address=NUMBER).count() == 2
    assert "called back" in ConsentEvent.objects.first().words  # type: ignore[union-attr]


@pytest.mark.parametrize("sender", ["anonymous", "", "+266696687", "+7378742883"])
def test_a_hidden_number_is_told_that_nothing_was_stopped(client: Client, sender: str) -> None:
    root = call_back(client, From=sender, Digits="9")
    assert [child.tag for child in root] == ["Say", "Say", "Hangup"]
    assert "nothing was stopped" in str(root.findall("Say")[0].text)
    assert "no se detuvo nada" in str(root.findall("Say")[1].text)
    assert "4 7 8, 5 5 5, 0 1 0 0" in str(root.findall("Say")[0].text)
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("digits", ["1", "8", "#", ""])
def test_a_wrong_key_is_asked_about_again_but_not_for_ever(client: Client, digits: str) -> None:
    path = "/hooks/twilio/call-back/"
    asked = 0
    while True:
        form = {"CallSid": CALL_SID, "From": NUMBER, "Digits": digits}
        found = post(client, path, form)
        gather = check_twiml(found.content.decode()).find("Gather")
        if gather is None:
            break
        path = str(gather.get("action")).removeprefix("https://upn.example.com")
        asked += 1
    assert asked == 3
    assert not Suppression.objects.exists()
    # The key counts at whatever turn it comes.
    post(client, path, {"CallSid": CALL_SID, "From": NUMBER, "Digits": "9"})
    assert Suppression.objects.filter(address=NUMBER).count() == 2
