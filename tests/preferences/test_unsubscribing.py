"""One click and the page: what ends, what goes on, what is written down, and what nobody learns."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from alerts.models import AlertType
from alerts.types import topic_of
from common.choices import Channel, Purpose
from customers.choices import ConsentAction, ConsentSource
from customers.consent import opt_out
from customers.ledger.verifying import verify
from customers.models import ConsentEvent
from delivery.choices import Status
from delivery.link_tokens import Use, make_token
from delivery.lists import NOTICES, PURPOSE_LISTS
from delivery.models import Message
from portal.preferences import throttling
from tests.delivery.making import Script, drain_once, queue_messages
from tests.factories import make_customer
from tests.preferences.making import ADDRESS, link_of, make_mail, refused

pytestmark = pytest.mark.django_db
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def mail_program() -> Client:
    """Without cookies, and refused wherever a CSRF token is asked for."""
    return Client(enforce_csrf_checks=True)


def topic(key: str) -> str:
    return topic_of(AlertType.objects.get(key=key))


# ── RFC 8058 ────────────────────────────────────────────────────────────────────────────────────
def test_one_click_ends_that_list_alone_and_is_written_down() -> None:
    customer = make_customer(email_1=ADDRESS)
    message = make_mail(customer=customer)
    response = mail_program().post(link_of(message), ONE_CLICK)
    assert (response.status_code, response["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert "no more of these emails" in response.content.decode()
    assert refused() == {"newsletter"}
    event = ConsentEvent.objects.get(address=ADDRESS.lower())
    assert event.action == ConsentAction.REVOKED
    assert (event.purpose, event.channel) == (Purpose.NEWSLETTER, Channel.EMAIL)
    assert (event.source, event.customer_id) == (ConsentSource.EMAIL_LINK, customer.pk)
    assert "“Unsubscribe” in the mail program" in event.words
    assert "News of the month" in event.words


def test_one_click_as_multipart_counts_too() -> None:
    message = make_mail(purpose=Purpose.MARKETING)
    body = (
        b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\n'
        b"One-Click\r\n--x--\r\n"
    )
    response = mail_program().post(
        link_of(message), data=body, content_type="multipart/form-data; boundary=x"
    )
    assert response.status_code == 200
    assert refused() == {"marketing"}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded; charset=UTF-8", b"List-Unsubscribe=One-Click"),
        ("application/x-www-form-urlencoded", b"List-Unsubscribe=One-Click\r\n"),
        ("application/x-www-form-urlencoded", b"a=b&List-Unsubscribe=one-click&c"),
        ("text/plain", b"List-Unsubscribe=One-Click"),
        ("", b"List-Unsubscribe=One-Click\n"),
    ],
)
def test_one_click_counts_however_a_mail_program_writes_its_form(kind: str, body: bytes) -> None:
    message = make_mail()
    response = mail_program().post(link_of(message), data=body, content_type=kind)
    assert (response.status_code, response["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert refused() == {"newsletter"}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"List-Unsubscribe=One-Click"),
        ("multipart/form-data; boundary=x", b"--x\r\nnonsense"),
        ("application/json", b'{"List-Unsubscribe": "One-Click"}'),
        ("application/x-www-form-urlencoded", b"\xff\xfe=\x00"),
        ("text/plain", b"\xff&" * 2000),
        ("", b""),
    ],
)
def test_a_form_that_asks_for_nothing_ends_nothing(kind: str, body: bytes) -> None:
    program = Client(enforce_csrf_checks=True, raise_request_exception=False)
    response = program.post(link_of(make_mail()), data=body, content_type=kind)
    assert response.status_code in (200, 400)
    assert refused() == set()


def test_a_second_click_says_the_same_and_is_not_written_down_again() -> None:
    message = make_mail()
    first, second = (mail_program().post(link_of(message), ONE_CLICK) for _ in range(2))
    assert first.content == second.content
    assert ConsentEvent.objects.count() == 1


def test_looking_ends_nothing() -> None:
    message = make_mail()
    for method in ("get", "head"):
        response = getattr(mail_program(), method)(link_of(message))
        assert response.status_code == 200
    assert mail_program().post(link_of(message)).status_code == 200
    assert mail_program().put(link_of(message)).status_code == 405
    assert refused() == set()


def test_one_click_on_an_alert_ends_that_alert_alone() -> None:
    name = topic("payment_received")
    message = make_mail(purpose=Purpose.ACCOUNT, topic=name)
    assert mail_program().post(link_of(message), ONE_CLICK).status_code == 200
    assert refused() == {name}


@pytest.mark.parametrize(
    "purpose",
    [Purpose.ACCOUNT, Purpose.CURTAILMENT, Purpose.EMERGENCY, Purpose.VERIFICATION],
    ids=lambda purpose: purpose.value,
)
def test_what_must_be_sent_is_not_ended_by_a_click(purpose: Purpose) -> None:
    response = mail_program().post(link_of(make_mail(purpose=purpose)), ONE_CLICK)
    assert response.status_code == 400
    assert refused() == set()


@pytest.mark.django_db(transaction=True)
def test_what_is_queued_already_is_left_out_and_other_mail_goes() -> None:
    news = make_mail()
    later = make_mail(cause="later")
    bill = make_mail(purpose=Purpose.ACCOUNT, cause="bill")
    neighbor = make_mail(address="neighbor@example.com", cause="neighbor")
    assert mail_program().post(link_of(news), ONE_CLICK).status_code == 200
    drain_once(Script())
    status = dict(Message.objects.values_list("pk", "status"))
    assert status[news.pk] == status[later.pk] == Status.SUPPRESSED
    assert status[bill.pk] == status[neighbor.pk] == Status.SENT
    assert Message.objects.get(pk=later.pk).reason == "opted_out"


@pytest.mark.django_db(transaction=True)
def test_a_refused_alert_is_left_out_at_the_hand_over_and_others_go() -> None:
    payment, usage = topic("payment_received"), topic("high_usage")
    sent = make_mail(purpose=Purpose.ACCOUNT, topic=payment)
    mail_program().post(link_of(sent), ONE_CLICK)
    again = make_mail(purpose=Purpose.ACCOUNT, topic=payment)
    other = make_mail(purpose=Purpose.ACCOUNT, topic=usage)
    bill = make_mail(purpose=Purpose.ACCOUNT)
    drain_once(Script())
    status = dict(Message.objects.values_list("pk", "status"))
    assert status[again.pk] == Status.SUPPRESSED
    assert status[other.pk] == status[bill.pk] == Status.SENT


# ── the page ────────────────────────────────────────────────────────────────────────────────────
def test_the_page_says_nothing_of_the_person_nor_whether_we_know_them() -> None:
    customer = make_customer(email_1=ADDRESS, name="SAPP RUTH ANN", first_name="Ruth")
    known = make_mail(customer=customer)
    unknown = make_mail(address="nobody.knows@example.org", cause="unknown")
    pages = []
    for message in (known, unknown):
        text = Client().get(link_of(message)).content.decode()
        for word in ("ruth", "sapp", "nobody", "@example", customer.number):
            assert word not in text.lower()
        text = re.sub(r'(value="|"X-CSRFToken": ")[A-Za-z0-9]{64}"', "csrf", text)
        pages.append(text.replace(link_of(message), "link"))
    assert pages[0] == pages[1]


def test_stop_and_undo_in_words() -> None:
    message = make_mail()
    client = mail_program()
    page = client.post(link_of(message), {"stop": "outage"}).content.decode()
    assert "We will send this no more to this address:" in page
    assert "Power outages" in page
    assert refused() == {"outage"}
    event = ConsentEvent.objects.latest("id")
    assert event.source == ConsentSource.EMAIL_LINK
    assert event.words == (
        "On the page “What we send to this address”, beside “Power outages”: “Stop”"
    )
    page = client.post(link_of(message), {"start": "outage", "undo": "1"}).content.decode()
    assert "We will send this to this address again:" in page
    assert refused() == set()
    assert ConsentEvent.objects.latest("id").words.endswith("“Undo”")


def test_stop_all_ends_whatever_can_be_ended_and_undo_brings_back_what_it_ended() -> None:
    message = make_mail()
    client = mail_program()
    client.post(link_of(message), {"stop": "marketing"})
    page = client.post(link_of(message), {"all": "stop"}).content.decode()
    assert "nothing more to this address but what we must" in page
    topics = {topic_of(type) for type in AlertType.objects.all()} - {""}
    assert refused() == {*PURPOSE_LISTS, *topics, NOTICES}
    assert "Everything else is stopped." in page
    again = re.findall(r'<input type="hidden" name="start" value="([^"]+)"', page)
    assert set(again) == refused() - {"marketing"}
    client.post(link_of(message), {"start": again, "undo": "1"})
    assert refused() == {"marketing"}


@pytest.mark.django_db(transaction=True)
def test_all_mail_was_refused_and_one_alert_comes_again() -> None:
    opt_out(address=ADDRESS, channels=[Channel.EMAIL], source=ConsentSource.CSR, words="no mail")
    message = make_mail(purpose=Purpose.ACCOUNT, topic=topic("payment_received"))
    client = mail_program()
    assert "Everything else is stopped." in client.get(link_of(message)).content.decode()
    client.post(link_of(message), {"start": topic("payment_received")})
    left = refused()
    assert "" not in left
    assert {"account", topic("payment_received")} & left == set()
    assert {"newsletter", "outage", topic("past_due"), NOTICES} <= left
    drain_once(Script())
    assert Message.objects.get(pk=message.pk).status == Status.SENT


@pytest.mark.parametrize(
    "fields",
    [
        {"stop": "account"},
        {"stop": "emergency"},
        {"stop": "verification"},
        {"stop": ""},
        {"stop": "alert:999999"},
        {"stop": "newsletter'; --"},
        {"all": "start"},
        {"start": "\x00"},
        {"List-Unsubscribe": "no"},
    ],
    ids=str,
)
def test_buttons_that_are_none_do_nothing(fields: dict[str, str]) -> None:
    response = mail_program().post(link_of(make_mail()), fields)
    assert response.status_code == 200
    assert refused() == set()
    assert not ConsentEvent.objects.exists()


def test_the_page_speaks_the_language_of_the_mail_until_another_is_chosen() -> None:
    message = make_mail(language="es")
    client = Client()
    page = client.get(link_of(message)).content.decode()
    assert '<html lang="es">' in page
    assert "Qué enviamos a esta dirección" in page
    assert "Pago recibido" in page
    client.post("/language/", {"language": "en", "next": link_of(message)})
    page = client.get(link_of(message)).content.decode()
    assert '<html lang="en">' in page
    assert "Payment Received" in page


def test_the_page_is_kept_and_found_by_nobody() -> None:
    response = Client().get(link_of(make_mail()))
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "same-origin"
    assert "noindex" in response["X-Robots-Tag"]


def test_the_link_of_a_preview_shows_the_page_and_changes_nothing() -> None:
    link = f"/u/{make_token(Use.PREFERENCES, 0)}"
    for response in (Client().get(link), Client().post(link, ONE_CLICK)):
        assert response.status_code == 200
        assert "This is the link of a preview." in response.content.decode()
    Client().post(link, {"all": "stop"})
    assert not ConsentEvent.objects.exists()


def test_the_ledger_explains_whatever_the_page_did() -> None:
    message = make_mail()
    client = mail_program()
    for fields in (
        ONE_CLICK,
        {"stop": topic("past_due")},
        {"all": "stop"},
        {"start": ["outage", topic("past_due")]},
        {"start": topic("high_usage"), "undo": "1"},
    ):
        assert client.post(link_of(message), fields).status_code == 200
    assert verify().problems == []


# ── links that are none ─────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "token",
    ["x", "1" * 33, "%00", "1%2F..%2F", "é" * 33, "a" * 5000, "1" + "A" * 32, "2" + "A" * 32],
    ids=lambda token: token[:8],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_forged_link_gets_a_page_that_helps(token: str, method: str) -> None:
    response = getattr(mail_program(), method)(f"/u/{token}", ONE_CLICK)
    assert response.status_code == 404
    if "%2F" not in token:
        text = response.content.decode()
        assert "This link does not work" in text
        assert "478-555-0100" in text
    assert not ConsentEvent.objects.exists()


def test_a_link_to_a_message_that_is_gone_or_no_mail_gets_the_same_page() -> None:
    queue_messages(1, channel=Channel.TEXT)
    text = Message.objects.get()
    pages = [
        Client().get(f"/u/{make_token(use, number)}")
        for use, number in (
            (Use.PREFERENCES, text.pk),
            (Use.PREFERENCES, 10**15),
            (Use.PREFERENCES, 2**63 - 1),
            (Use.CLICK, make_mail().pk),
        )
    ]
    assert {page.status_code for page in pages} == {404}


@hypothesis_settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(place=st.integers(0, 32), character=st.sampled_from("ABCabc019-_~.%"))
def test_an_altered_link_never_ends_anything(place: int, character: str) -> None:
    message = Message.objects.first() or make_mail()
    token = link_of(message).removeprefix("/u/")
    altered = token[:place] + character + token[place + 1 :]
    if altered != token:
        response = mail_program().post(f"/u/{altered}", ONE_CLICK)
        assert response.status_code in (404, 429)
        assert refused() == set()


# ── throttling ──────────────────────────────────────────────────────────────────────────────────
def until_refused(ask: Callable[[], int], most: int) -> int:
    """How many were answered before the first 429."""
    for count in range(2 * most + 5):  # the minute may turn in between
        if ask() == 429:
            return count
    pytest.fail("never throttled")


def test_whoever_tries_links_out_is_told_to_wait_and_others_are_not() -> None:
    def guess() -> int:
        return mail_program().get("/u/guess", REMOTE_ADDR="192.0.2.7").status_code

    assert until_refused(guess, throttling.WRONG_LINKS) >= throttling.WRONG_LINKS
    response = mail_program().get("/u/guess", REMOTE_ADDR="192.0.2.7")
    assert response["Retry-After"] == "60"
    right = mail_program().post(link_of(make_mail()), ONE_CLICK, REMOTE_ADDR="192.0.2.7")
    assert right.status_code == 200
    assert mail_program().get("/u/guess", REMOTE_ADDR="192.0.2.8").status_code == 404


def test_one_link_is_not_pressed_without_end() -> None:
    link = link_of(make_mail())

    def press() -> int:
        return mail_program().post(link, ONE_CLICK).status_code

    assert until_refused(press, throttling.OF_A_LINK) >= throttling.OF_A_LINK
    assert ConsentEvent.objects.count() == 1
