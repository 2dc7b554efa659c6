"""Opens and clicks: off unless asked for, on our own host, machines told apart."""

import re
import time
from datetime import timedelta
from uuid import UUID

import pytest
from django.core.checks import run_checks
from django.test import Client
from django.utils import timezone
from hypothesis import assume, given
from hypothesis import strategies as st
from pytest_django import Settings

from common.choices import Purpose
from delivery.batches import batch_open
from delivery.choices import Status
from delivery.link_tokens import Use, make_token
from delivery.mime import mail_template
from delivery.models import Batch, Message
from delivery.rendering import From, Outgoing, Wording
from delivery.tracking.checks import NEVER
from delivery.tracking.collecting import KEY, broker, collect, note
from delivery.tracking.counting import Reactions, forget_old, reactions_to
from delivery.tracking.machines import is_machine
from delivery.tracking.models import Reaction
from delivery.tracking.numbering import MOST_LINKS, place_of, token_of
from mass_notifications.models import MassNotification
from mass_notifications.placeholders import wording_of
from tests.tracking.making import BODY, PERSON, link, make_newsletter, picture

SENDER = From(1, "Pine River Electric", "alerts@pineriver.example.com")
KEY_OF_MESSAGE = UUID("8d3bb0a4-7d4a-4f2a-9a0c-5b6f2d1c0e11")


def reader(agent: str = PERSON) -> Client:
    return Client(headers={"User-Agent": agent})


def settled() -> None:
    collect(now=timezone.now() + timedelta(minutes=1))


def status_of(message: Message) -> str:
    return str(Message.objects.values_list("status", flat=True).get(pk=message.pk))


# ── what a mail looks like ──────────────────────────────────────────────────────────────────────
def filled(purpose: str, *, tracked: bool, topic: str = "") -> bytes:
    wording = Wording(1, "en", purpose, "News", BODY, topic=topic, tracked=tracked)
    message = Outgoing(7, KEY_OF_MESSAGE, "mae@example.com", SENDER, wording, {"road": "Elm"})
    content = mail_template(wording, SENDER).fill(message)
    return re.sub(rb"Date: [^\r]+", b"Date:", content)


@pytest.mark.parametrize("purpose", sorted(purpose.value for purpose in NEVER))
def test_what_must_be_sent_is_the_same_to_the_byte_even_where_counting_is_asked_for(
    purpose: str,
) -> None:
    assert filled(purpose, tracked=True) == filled(purpose, tracked=False)


@pytest.mark.parametrize("purpose", Purpose.values)
def test_nothing_is_counted_unless_it_is_asked_for(purpose: str) -> None:
    content = filled(purpose, tracked=False).replace(b"=\r\n", b"")
    for mark in (b"/l/", b"/o/", b"<img", b".gif"):
        assert mark not in content
    assert b'href=3D"https://example.com/news?' in content


def test_by_default_no_notification_is_counted(settings: Settings) -> None:
    notification = MassNotification(purpose=Purpose.NEWSLETTER, body="Hello")
    assert settings.TRACKED_PURPOSES == []
    assert not wording_of(notification, "en").tracked
    settings.TRACKED_PURPOSES = ["newsletter"]
    assert wording_of(notification, "en").tracked
    assert not wording_of(MassNotification(purpose=Purpose.OUTAGE, body="x"), "en").tracked


def test_a_setting_that_would_count_bills_is_refused_at_the_start(settings: Settings) -> None:
    settings.TRACKED_PURPOSES = ["newsletter", "account", "ebils"]
    (error,) = [error for error in run_checks() if error.id == "delivery.E020"]
    assert "account, ebils" in error.msg


def test_counted_links_lead_through_our_own_host_and_the_text_part_stays() -> None:
    wording = Wording(1, "en", "newsletter", "News", BODY, tracked=True)
    message = Outgoing(7, KEY_OF_MESSAGE, "mae@example.com", SENDER, wording, {"road": "Elm"})
    template = mail_template(wording, SENDER)
    rendered = template.rendered(message)
    links = re.findall(r'href="([^"]+)"', rendered.html)
    assert links[:4] == [f"http://127.0.0.1:8000/l/{token_of(7, n)}" for n in (1, 2, 3, 4)]
    assert f'<img src="http://127.0.0.1:8000/o/{token_of(7, 0)}.gif" width="1"' in rendered.html
    assert "/l/" not in rendered.text
    assert "https://example.com/news?a=1&b=2" in rendered.text
    assert set(re.findall(r"https?://[^/\"<\s]+", rendered.html)) == {
        "http://127.0.0.1:8000",
        "https://example.com",
        "https://example.org",
        "https://example.net",
    }
    assert [template.target(n, message) for n in range(6)] == [
        "",
        "https://example.com/news?a=1&b=2",
        "https://example.org/Elm",
        "https://example.net/more",
        "https://example.com/4",
        "",
    ]


# ── following them ──────────────────────────────────────────────────────────────────────────────
@pytest.mark.django_db
def test_a_link_leads_where_the_mail_says_whatever_the_request_says() -> None:
    message = make_newsletter()
    for number, target in (
        (1, "https://example.com/news?a=1&b=2"),
        (2, "https://example.org/Elm%20%22Rd%22%20&%20//evil.example.net"),
    ):
        response = reader().get(
            link(message, number) + "?next=https://evil.example.net&url=//evil.example.net"
        )
        assert (response.status_code, response["Location"]) == (302, target)
        assert response["Referrer-Policy"] == "no-referrer"
        assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_links_that_we_did_not_make_lead_nowhere() -> None:
    message = make_newsletter()
    untracked = make_newsletter(tracked=False)
    wrong = [
        f"/l/{token_of(message.pk, 5)}",  # it has four
        f"/l/{token_of(untracked.pk, 1)}",
        f"/l/{token_of(message.pk, 0)}",  # the picture's
        f"/l/{make_token(Use.PREFERENCES, message.pk)}",
        f"/l/{token_of(10**12, 1)}",
        f"/l/{token_of(0, 1)}",  # a preview's
        "/l/https:%2F%2Fevil.example.net",
        "/l/x",
    ]
    for path in wrong:
        response = reader().get(path)
        assert response.status_code == 404
        assert "Location" not in response
    assert broker().llen(KEY) == 0


@given(
    number=st.integers(0, 2**40),
    link_number=st.integers(1, MOST_LINKS),
    place=st.integers(0, 32),
    character=st.characters(),
)
def test_an_altered_token_names_no_link(
    number: int, link_number: int, place: int, character: str
) -> None:
    token = token_of(number, link_number)
    assert place_of(Use.CLICK, token) == (number, link_number)
    assert place_of(Use.OPEN, token) is None
    assume(token[place] != character)
    assert place_of(Use.CLICK, token[:place] + character + token[place + 1 :]) is None


@pytest.mark.django_db
def test_the_picture_is_the_same_for_everybody() -> None:
    message = make_newsletter()
    answers = [reader().get(path) for path in (picture(message), "/o/forged.gif")]
    assert answers[0].content == answers[1].content
    assert {answer.status_code for answer in answers} == {200}
    assert answers[0]["Content-Type"] == "image/gif"
    assert broker().llen(KEY) == 1
    assert reader().post(picture(message)).status_code == 405


# ── who it was ──────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("agent", "machine"),
    [
        (PERSON, False),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15", False),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140 Safari", False),
        ("Mozilla/5.0", True),  # Apple's privacy protection
        (
            "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com "
            "GoogleImageProxy)",
            True,
        ),
        ("YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html", True),
        ("BarracudaCentral/1.0", True),
        ("Mozilla/4.0 (compatible; ms-office; MSOffice 16)", True),
        ("python-requests/2.32", True),
        ("Googlebot/2.1", True),
        ("", True),
    ],
)
def test_programs_are_told_from_people(agent: str, machine: bool) -> None:
    assert is_machine(method="GET", user_agent=agent) is machine
    assert is_machine(method="HEAD", user_agent=agent) is True


@pytest.mark.django_db
def test_a_person_who_opens_and_clicks_is_counted_once() -> None:
    message = make_newsletter()
    for _ in range(3):
        reader().get(picture(message))
        reader().get(link(message, 1))
        settled()
    assert status_of(message) == Status.OPENED
    assert reactions_to(message.batch) == Reactions(opened=1, clicked=1, machines=0)
    assert Reaction.objects.count() == 2


@pytest.mark.django_db
def test_a_machine_opens_nothing_until_a_person_does() -> None:
    message = make_newsletter()
    reader("Mozilla/5.0").get(picture(message))
    reader().head(link(message, 1))
    settled()
    assert status_of(message) == Status.SENT
    assert reactions_to(message.batch) == Reactions(opened=0, clicked=0, machines=1)
    reader().get(picture(message))
    settled()
    assert status_of(message) == Status.OPENED
    assert reactions_to(message.batch) == Reactions(opened=1, clicked=0, machines=0)


@pytest.mark.django_db
def test_what_comes_seconds_after_the_hand_over_is_a_filters() -> None:
    message = make_newsletter()
    Message.objects.filter(pk=message.pk).update(handed_at=timezone.now())
    reader().get(picture(message))
    reader().get(link(message, 2))
    settled()
    assert status_of(message) == Status.SENT
    assert reactions_to(message.batch) == Reactions(opened=0, clicked=0, machines=1)


@pytest.mark.django_db
def test_many_links_within_a_second_are_a_filters() -> None:
    message, other = make_newsletter(), make_newsletter()
    for number in (1, 2, 3):
        note(message_id=message.pk, link=number, method="GET", user_agent=PERSON)
    note(message_id=other.pk, link=1, method="GET", user_agent=PERSON)
    settled()
    assert (status_of(message), status_of(other)) == (Status.SENT, Status.OPENED)


@pytest.mark.django_db
@pytest.mark.parametrize("status", [Status.CANCELLED, Status.SUPPRESSED, Status.QUEUED])
def test_statuses_move_forward_only(status: Status) -> None:
    message = make_newsletter()
    Message.objects.filter(pk=message.pk).update(status=status)
    reader().get(picture(message))
    settled()
    assert status_of(message) == status


# ── cheap and short-lived ───────────────────────────────────────────────────────────────────────
@pytest.mark.django_db
def test_an_opening_asks_the_database_nothing(django_assert_num_queries: object) -> None:
    message = make_newsletter()
    with django_assert_num_queries(0):  # type: ignore[operator]
        reader().get(picture(message))


@pytest.mark.django_db
def test_thousands_are_written_by_a_few_statements(django_assert_num_queries: object) -> None:
    batch = batch_open(name="News")
    messages = [make_newsletter(batch=batch) for _ in range(20)]
    before = time.time() - 60
    broker().rpush(
        KEY,
        *(f"[{messages[n % 20].pk}, 0, {before + n / 1000}, false]" for n in range(3000)),
    )
    with django_assert_num_queries(7):  # type: ignore[operator]
        assert collect() == 3000
    assert reactions_to(batch).opened == 20


@pytest.mark.django_db
def test_what_has_not_settled_is_left_and_nothing_is_lost() -> None:
    message = make_newsletter()
    reader().get(picture(message))
    assert collect(now=timezone.now() - timedelta(seconds=5)) == 0
    assert broker().llen(KEY) == 1
    settled()
    assert broker().llen(KEY) == 0
    assert Reaction.objects.count() == 1


@pytest.mark.django_db
def test_old_batches_keep_only_their_counts() -> None:
    message = make_newsletter()
    reader().get(link(message, 1))
    settled()
    assert forget_old() == 0
    Batch.objects.filter(pk=message.batch_id).update(created_at=timezone.now() - timedelta(days=91))
    counted = reactions_to(message.batch)
    assert forget_old() == 1
    assert not Reaction.objects.exists()
    assert reactions_to(message.batch) == counted == Reactions(1, 1, 0)
    reader().get(link(message, 2))
    settled()
    assert not Reaction.objects.exists()
