"""Previews, the list of recipients, and the downloads."""

import csv
import io
from collections.abc import Iterable

import pytest

from customers.choices import ConsentSource
from customers.consent import set_do_not_call
from delivery.choices import Status
from delivery.models import Message, TextedNumber
from mass_notifications import enqueueing, fixes, process, results, selectors
from mass_notifications.models import MassNotification
from mass_notifications.preview import Part, find_recipient, preview
from tests.factories import make_customer
from tests.mass_notifications.making import SAMPLES, csv_of, notification_of

pytestmark = pytest.mark.django_db


def _table(pieces: Iterable[bytes]) -> list[dict[str, str]]:
    text = b"".join(pieces).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def _send(notification: MassNotification) -> None:
    process.process(notification=notification, by=None)
    enqueueing.enqueue_rest(notification.pk)
    notification.refresh_from_db()


def test_a_preview_is_what_will_be_sent_with_personal_words_marked() -> None:
    member = make_customer(name="MUÑOZ MAE", first_name="Mae", language="en")
    account = member.accounts.get()
    notification = notification_of(
        f"MBR SEP,pole\n{account.key},12-B\n",
        channels=["email", "text", "voice"],
        subject="Power for {{ first_name }}",
        body="Hello {{ first_name }}, pole {{ pole }} is replaced.",
    )
    email = preview(notification, index=0, channel="email")
    assert email is not None
    assert (email.index, email.total, email.row) == (0, 1, 2)
    assert (email.name, email.account) == ("MUÑOZ MAE", account.number)
    assert email.to == [member.email_1]
    assert email.subject == "Power for Mae"
    assert email.words.subject_parts == [Part("Power for "), Part("Mae", personal=True)]
    assert "Hello <mark>Mae</mark>, pole <mark>12-B</mark> is replaced." in email.html
    assert "\ue000" not in email.html
    assert "<title>Power for Mae</title>" in email.html
    text = preview(notification, index=0, channel="text")
    assert text is not None
    assert text.text.endswith("Reply STOP to end, HELP for help."), "RULES 12: the first text"
    assert text.segments is not None
    assert text.segments.segments == 1
    assert Part("12-B", personal=True) in text.words.text_parts
    call = preview(notification, index=0, channel="voice")
    assert call is not None
    assert len(call.words.lines) == 3
    assert call.words.lines[1] == "Hello Mae, pole 12-B is replaced."


def test_what_was_opened_was_delivered() -> None:
    notification = notification_of("email\na@example.com\nb@example.com\nc@example.com\n")
    _send(notification)
    first, second, third = Message.objects.order_by("pk")
    for message, status in (
        (first, Status.OPENED),
        (second, Status.DELIVERED),
        (third, Status.SENT),
    ):
        Message.objects.filter(pk=message.pk).update(status=status)
    sending = selectors.sending(notification)
    assert (sending.handed, sending.delivered, sending.opened) == (3, 2, 1)
    email = next(lane for lane in sending.lanes if lane.channel == "email")
    assert (email.delivered, email.opened, email.sent) == (2, 1, 1)


def test_the_preview_follows_words_that_are_not_saved_yet() -> None:
    notification = notification_of("email\na@example.com\n")
    notification.body = "Something else"
    shown = preview(notification, index=0, channel="email")
    assert shown is not None
    assert shown.text.startswith("Something else")


def test_previews_page_through_those_who_get_something() -> None:
    notification = notification_of(
        "name,email,mobile\nAnn,,478-555-0101\nBea,b@example.com,\nCleo,c@example.com,\n"
    )
    shown = preview(notification, index=1, channel="email")
    assert shown is not None
    assert (shown.name, shown.total, shown.row) == ("Cleo", 2, 4)
    far = preview(notification, index=99, channel="email")
    assert far is not None
    assert far.index == 1
    assert find_recipient(notification, channel="email", search="cleo") == 1
    assert find_recipient(notification, channel="email", search="Ann") is None
    assert preview(notification, index=0, channel="voice") is None


def test_rows_with_a_problem_come_back_with_the_reason_in_a_column() -> None:
    notification = notification_of(SAMPLES / "after-excel.csv")
    table = _table(results.problems_csv(notification))
    assert [row["Row in your file"] for row in table] == [
        "2", "9", "11", "13", "15", "16", "19", "23",
    ]  # fmt: skip
    assert table[2]["MBR SEP"] == "162333001"
    assert table[2]["What is wrong"] == (
        "E-mail Address: No such mail domain: exmaple.com. Did they mean example.com?"
    )


def test_what_was_downloaded_can_be_corrected_and_uploaded() -> None:
    notification = notification_of(SAMPLES / "after-excel.csv")
    again = notification_of(b"".join(results.problems_csv(notification)))
    assert {p.row for p in selectors.problems_page(again).items} == set(range(2, 10))
    fixes.cell_fix(notification=again, row=4, column=3, values=["jose@example.com"])


def test_results_have_a_row_for_each_recipient_and_channel() -> None:
    set_do_not_call(number="+14785550102", on=True, source=ConsentSource.CSR)
    notification = notification_of(
        "name,email,mobile\n"
        "Ann,a@example.com,478-555-0101\n"
        "=Bea,b@example.com,478-555-0102\n"
        "Cleo,c@exmaple.com,\n",
        good_rows_only=True,
    )
    _send(notification)
    Message.objects.filter(address="a@example.com").update(
        status=Status.BOUNCED, reason="No such address", code="5.1.1"
    )
    table = _table(results.results_csv(notification))
    found = [
        (row["Row"], row["Name"], row["Channel"], row["Address"], row["Status"], row["Reason"])
        for row in table
    ]
    assert found == [
        ("2", "Ann", "Email", "a@example.com", "Bounced", "No such address"),
        ("2", "Ann", "Text", "478-555-0101", "Waiting", ""),
        ("3", "'=Bea", "Email", "b@example.com", "Waiting", ""),
        ("3", "'=Bea", "Text", "478-555-0102", "Left out", "Do Not Call is on"),
        (
            "4",
            "Cleo",
            "",
            "",
            "Not sent: the row has a problem",
            "No such mail domain: exmaple.com. Did they mean example.com?",
        ),
    ]
    left_out = _table(results.left_out_csv(notification))
    assert [(row["Row"], row["Left out because"]) for row in left_out] == [
        ("3", "Do Not Call is on")
    ]


def test_recipients_can_be_found_and_filtered() -> None:
    notification = notification_of(csv_of(60))
    _send(notification)
    first = selectors.recipients_page(notification, size=50)
    assert len(first.items) == 50
    assert first.next is not None
    rest = selectors.recipients_page(notification, after=first.next, size=100)
    assert len(first.items) + len(rest.items) == 120
    assert rest.next is None
    found = selectors.recipients_page(notification, search="SAM17@EXAMPLE").items
    assert [(f.address, f.channel) for f in found] == [("sam17@example.com", "email")]
    by_phone = selectors.recipients_page(notification, search="478-555-0017").items
    assert [f.address for f in by_phone] == ["478-555-0017"]
    assert len(selectors.recipients_page(notification, channel="text", size=99).items) == 60
    assert selectors.recipients_page(notification, status="failed").items == []


def test_what_was_sent_can_be_read_word_for_word() -> None:
    notification = notification_of(csv_of(1), body="Pole {{ pole }}")
    _send(notification)
    TextedNumber.objects.create(number="+14785550000")
    message = Message.objects.get(channel="text")
    shown = selectors.message_of(notification, message.pk)
    assert shown is not None
    assert "Pole 0" in shown.words.text
    assert shown.to == "478-555-0000"
    assert selectors.message_of(notification, message.pk + 100) is None


def test_the_bars_count_what_is_not_in_the_outbox_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "FIRST_ROWS", 10)
    notification = notification_of(csv_of(40), channels=["email"])
    process.process(notification=notification, by=None)
    Message.objects.filter(cause_id=2).update(status=Status.SENDING)
    Message.objects.filter(cause_id=2).update(status=Status.SENT)
    Message.objects.filter(cause_id=3).update(
        status=Status.FAILED, reason="The server said no", code="554"
    )
    now = selectors.sending(notification)
    assert (now.total, now.waiting, now.handed, now.failed) == (40, 38, 2, 1)
    assert not now.complete
    assert [(look.tone, look.count, look.words) for look in now.needs_a_look] == [
        ("bad", 1, "Email failed: The server said no")
    ]
