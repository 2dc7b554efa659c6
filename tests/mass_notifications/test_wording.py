"""Placeholders, segments and everything that keeps a wording from being sent."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from common.choices import Channel
from delivery.models import TextedNumber
from delivery.providers.base import ProviderError
from delivery.rendering import From, Outgoing
from delivery.selectors import default_sender
from delivery.words import render_text, segments_of
from mass_notifications import process, selectors
from mass_notifications.drafts import notification_create, notification_update, plain_quotes
from mass_notifications.models import MassNotification
from mass_notifications.placeholders import wording_of
from mass_notifications.wording_check import NO_KEY
from tests.mass_notifications.making import csv_of, notification_of, summary_of

pytestmark = pytest.mark.django_db
ONE = "email,mobile,pole\na@example.com,478-555-0101,12-B\n"


def _errors(**changes: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as caught:
        notification_update(notification=notification_create(name="Work", by=None), changes=changes)
    return caught.value.message_dict


def test_a_subject_with_a_line_break_is_refused() -> None:
    for subject in ("Line one\nBcc: everybody@example.com", "a\r\nb", "a\u2028b"):
        assert "line break" in _errors(subject=subject)["subject"][0]


def test_a_subject_that_is_too_long_is_refused_and_not_cut() -> None:
    assert _errors(subject="x" * 256)["subject"] == [
        "The subject has 256 characters, and 255 is the most."
    ]


def test_a_placeholder_that_is_not_closed_is_refused() -> None:
    assert "placeholder that is not whole" in _errors(body="Hello {{ name, come")["body"][0]
    assert "placeholder that is not whole" in _errors(body="Hello }} name")["body"][0]


def test_a_long_text_is_refused_and_a_long_email_is_not() -> None:
    assert "1,600" in _errors(body="x" * 1601, channels=["text"])["text_body"][0]
    notification = notification_create(name="Work", by=None)
    notification_update(notification=notification, changes={"body": "x" * 1601})


def test_verification_is_no_purpose_for_many() -> None:
    assert "verification is never sent to many" in _errors(purpose="verification")["purpose"][0]


def test_an_unknown_channel_is_refused() -> None:
    assert _errors(channels=["fax"])["channels"]


def test_empty_words_block_process() -> None:
    notification = notification_of(ONE, subject="", body="")
    assert process.blockers(notification) == [
        "An email needs a subject.",
        "Write what people shall read.",
        "1 text would have no words.",
    ]


def test_a_missing_placeholder_is_named_with_one_that_may_be_meant() -> None:
    notification = notification_of(ONE, body="See {{ pol }} and {{ Feeder Nr }}")
    assert process.blockers(notification) == [
        "{{ pol }} in the body has no column in the file. Did you mean {{ pole }}?",
        "{{ Feeder Nr }} in the body has no column in the file.",
    ]


def test_placeholders_are_matched_loosely() -> None:
    notification = notification_of(
        "email,Pole # ,mobile\na@example.com,12-B,478-555-0101\n",
        body="{{pole}} {{ POLE }} {{ Pole # }} {{ Name }} {{first name}} {{ Service_Address }}",
    )
    assert selectors.missing(notification) == []


def test_a_column_that_reaches_people_is_no_placeholder() -> None:
    notification = notification_of(ONE, body="We wrote to {{ email }}")
    assert "reached by" in process.blockers(notification)[0]


def test_rows_without_a_value_are_counted() -> None:
    notification = notification_of(
        "email,pole\na@example.com,12\nb@example.com,\nc@example.com,\n",
        channels=["email"],
        body="Pole {{ pole }}",
    )
    assert summary_of(notification).gaps == {"pole": 2}


def test_new_words_are_counted_at_once() -> None:
    notification = notification_of(ONE, body="Short")
    assert summary_of(notification).channels["text"].segments == 1
    notification_update(notification=notification, changes={"body": "word " * 60})
    assert summary_of(notification).channels["text"].segments == 3


def test_the_character_that_makes_texts_dear_is_named_and_can_be_replaced() -> None:
    body = "Your power is back. If your neighbors have power and you don’t, call 478-555-0100."
    notification = notification_of(csv_of(1000), channels=["text"], body=body)
    summary = summary_of(notification)
    assert [(c.character, c.replacement, c.where) for c in summary.culprits] == [
        ("’", "'", "the message")
    ]
    assert summary.channels["text"].segments == 3000
    assert summary.plain_saves_segments == 2000
    assert summary.plain_saves_cents == 1580
    plain_quotes(notification=notification)
    summary = summary_of(notification)
    assert summary.channels["text"].segments == 1000
    assert summary.culprits == []
    assert notification.body == body, "the email keeps its curly quote"


def test_a_dear_character_in_the_file_is_named_too() -> None:
    notification = notification_of(
        "mobile,town\n478-555-0101,Peñasco\n478-555-0102,Córdoba\n",
        channels=["text"],
        body="Work in {{ town }} today",
    )
    culprits = summary_of(notification).culprits
    assert [(c.character, c.where, c.texts) for c in culprits] == [("ó", "the values", 1)]


@pytest.mark.parametrize(
    "body",
    [
        "Work near {{ pole }} today",
        "{{ pole }} is down",
        "We say: {{ pole }}",
        "Pine {{ pole }}",
        "Long " + "x" * 130 + " {{ pole }} and {{ name }} today",
        "Braces { {{ pole }} } cost two",
        "Curly ’ {{ pole }} there",
        "Gaps \n\n\n\n {{ pole }} \n\n done",
        "No placeholder at all",
        "x" * 1580 + " {{ pole }} end",
    ],
)
def test_segments_are_exactly_those_of_what_is_sent(body: str) -> None:
    values = ["1", "", " ", "12-B", "a\nb", "x" * 150, "ó", "{9}", "River", "  spaced  ", "€", "😀"]
    lines = [f'"{value}",47855501{index:02d},RENTZ SAM' for index, value in enumerate(values)]
    content = "pole,mobile,name\n" + "\n".join(lines) + "\n"
    TextedNumber.objects.create(number="+14785550101")
    notification = notification_of(content, channels=["text"], body=body)
    expected = [_segments(notification, row) for row in notification.rows.order_by("row")]
    summary = summary_of(notification)
    assert summary.channels["text"].segments == sum(n for n in expected if n)
    assert summary.too_long_texts == sum(1 for n in expected if n == 0)


def _segments(notification: MassNotification, row: Any) -> int:
    outgoing = Outgoing(
        id=0,
        key=NO_KEY,
        address=row.text_number,
        sender=From(default_sender(Channel.TEXT).pk, "", ""),
        wording=wording_of(notification, "en"),
        context={"pole": row.context["pole"], "name": row.name},
        first_text=row.text_number != "+14785550101",
    )
    try:
        render_text(outgoing)
    except ProviderError:
        return 0
    return segments_of(outgoing)
