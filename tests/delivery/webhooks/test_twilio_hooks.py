"""Twilio's word on texts and calls, key 9, and replies."""

from uuid import uuid4

import pytest
from django.test import Client

from common.choices import Channel
from customers.choices import ConsentSource, SuppressionReason
from customers.models import ConsentEvent, Suppression
from delivery.choices import Status
from delivery.models import Message, WebhookEvent
from delivery.webhooks.applying import apply_due
from tests.delivery.making import queue_messages
from tests.delivery.webhooks.calling import MESSAGE_SID, post

pytestmark = pytest.mark.django_db
STATUS = "/hooks/twilio/status/"
INBOUND = "/hooks/twilio/inbound/"
NUMBER = "+14785550111"


def sent(channel: Channel, provider: str, sid: str, status: Status = Status.SENT) -> Message:
    queue_messages(1, channel=channel)
    Message.objects.update(status=status, provider=provider, provider_id=sid, address=NUMBER)
    return Message.objects.get()


def text_report(client: Client, status: str, code: str = "", to: str = NUMBER) -> int:
    form = {"MessageSid": MESSAGE_SID, "MessageStatus": status, "To": to}
    if code:
        form["ErrorCode"] = code
    answered = int(post(client, STATUS, form).status_code)
    apply_due()
    return answered


def reply(client: Client, body: str, **fields: str) -> str:
    """What we answer to a text, as XML."""
    form = {"From": NUMBER, "To": "+14785550100", "Body": body, **fields}
    form.setdefault("MessageSid", f"SM{uuid4().hex}")
    answer = post(client, INBOUND, form)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/xml")
    return str(answer.content.decode())


# ── texts ───────────────────────────────────────────────────────────────────────────────────────
def test_a_delivered_text_is_delivered(client: Client) -> None:
    message = sent(Channel.TEXT, "twilio_text", MESSAGE_SID)
    assert text_report(client, "delivered") == 204
    message.refresh_from_db()
    assert message.status == Status.DELIVERED


def test_reports_that_come_late_or_twice_change_nothing(client: Client) -> None:
    message = sent(Channel.TEXT, "twilio_text", MESSAGE_SID)
    for status in ("delivered", "sent", "queued", "sending", "delivered", "accepted"):
        assert text_report(client, status) == 204
    message.refresh_from_db()
    assert message.status == Status.DELIVERED
    assert not WebhookEvent.objects.filter(applied_at=None).exists()


def test_a_landline_is_bad_for_texts_and_good_for_calls(client: Client) -> None:
    message = sent(Channel.TEXT, "twilio_text", MESSAGE_SID)
    text_report(client, "undelivered", "30006")
    message.refresh_from_db()
    assert (message.status, message.code) == (Status.BOUNCED, "30006")
    found = Suppression.objects.get()
    assert (found.channel, found.reason) == (Channel.TEXT, SuppressionReason.BAD_ADDRESS)


@pytest.mark.parametrize("code", ["30003", "30007", "30034", "12345", ""])
def test_what_is_not_the_numbers_fault_leaves_it_usable(client: Client, code: str) -> None:
    message = sent(Channel.TEXT, "twilio_text", MESSAGE_SID)
    text_report(client, "undelivered", code)
    message.refresh_from_db()
    assert (message.status, message.code) == (Status.FAILED, code)
    assert message.reason
    assert not Suppression.objects.exists()


def test_the_carriers_stop_becomes_ours(client: Client) -> None:
    sent(Channel.TEXT, "twilio_text", MESSAGE_SID)
    text_report(client, "failed", "21610")
    assert set(Suppression.objects.values_list("channel", "reason")) == {
        (Channel.TEXT, SuppressionReason.OPTED_OUT),
        (Channel.VOICE, SuppressionReason.OPTED_OUT),
    }


def test_a_status_that_nobody_knows_is_taken_and_logged(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    assert text_report(client, "teleported") == 204
    assert "teleported" in caplog.text


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "MessageSid is missing."),
        ({"MessageSid": "x", "MessageStatus": "sent"}, "MessageSid is not an id"),
        ({"MessageSid": MESSAGE_SID}, "MessageStatus is missing."),
        (
            {"MessageSid": f"{MESSAGE_SID}\x00", "MessageStatus": "\x00"},
            "MessageStatus is missing.",
        ),
    ],
)
def test_a_malformed_report_is_answered_in_words(
    client: Client, form: dict[str, str], words: str
) -> None:
    answer = post(client, STATUS, form)
    assert answer.status_code == 400
    assert words in answer.content.decode()


# ── replies ─────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "body",
    ["STOP", "stop", " Stop. ", "STOP!!", "stopall", "Unsubscribe", "cancel", "END", "quit",
     "Revoke", "OPTOUT", "opt out", "Opt-Out", "«stop»"],
)  # fmt: skip
def test_a_stop_word_stops_texts_and_calls(client: Client, body: str) -> None:
    answer = reply(client, body)
    assert "no more texts or automated calls" in answer
    assert set(Suppression.objects.values_list("address", "channel")) == {
        (NUMBER, Channel.TEXT),
        (NUMBER, Channel.VOICE),
    }
    assert set(ConsentEvent.objects.values_list("source", "words")) == {
        (ConsentSource.TEXT_REPLY, body.strip())
    }


@pytest.mark.parametrize("body", ["", "thanks", "When is my power back?", "stopwatch", "👍"])
def test_other_words_stop_nothing(client: Client, body: str) -> None:
    assert "no more" not in reply(client, body)
    assert not Suppression.objects.exists()


def test_a_reply_that_is_told_again_is_not_answered_again(client: Client) -> None:
    assert "<Message>" in reply(client, "STOP", MessageSid=MESSAGE_SID)
    assert "<Message>" not in reply(client, "STOP", MessageSid=MESSAGE_SID)


@pytest.mark.parametrize("fields", [{"OptOutType": "STOP"}, {"To": "+18335550100"}])
def test_where_the_carrier_answers_we_do_not(client: Client, fields: dict[str, str]) -> None:
    assert "<Message>" not in reply(client, "STOP", **fields)
    assert Suppression.objects.count() == 2


@pytest.mark.parametrize("sender", ["12345", "anonymous", ""])
def test_a_reply_from_no_number_is_taken_quietly(client: Client, sender: str) -> None:
    assert "<Message>" not in reply(client, "STOP", From=sender)
    assert not Suppression.objects.exists()


def test_no_reply_is_logged_in_clear(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        reply(client, "my secret")
    assert "my secret" not in caplog.text
    assert NUMBER not in caplog.text
