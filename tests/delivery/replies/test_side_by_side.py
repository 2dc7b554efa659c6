"""Texts that come in at the same moment, or twice: each counts once, and one answer is given."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from common.choices import Channel
from customers.models import ConsentEvent, Suppression
from delivery.replies.models import InboundText
from tests.delivery.replies.texting import NUMBER, US, new_sid
from tests.delivery.webhooks.calling import PUBLIC_URL, TOKEN, post
from tests.factories import make_customer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _twilio(settings: Settings) -> None:
    settings.TWILIO_AUTH_TOKEN, settings.PUBLIC_URL = TOKEN, PUBLIC_URL


def at_once(count: int, form_of: Callable[[int], dict[str, str]]) -> list[str]:
    """What Twilio is answered to texts that it tells us of at the same moment."""
    start = Barrier(count)

    def one(place: int) -> str:
        try:
            start.wait(20)
            answer = post(Client(), "/hooks/twilio/inbound/", form_of(place))
            assert answer.status_code == 200
            return str(answer.content.decode())
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def stop(sid: str = "", body: str = "STOP") -> dict[str, str]:
    return {"MessageSid": sid or new_sid(), "From": NUMBER, "To": US, "Body": body}


def confirmations(answers: list[str]) -> int:
    return sum("<Message>" in answer for answer in answers)


def test_a_stop_that_is_told_six_times_at_once_is_confirmed_once() -> None:
    make_customer(mobile_number=NUMBER)
    form = stop()
    assert confirmations(at_once(6, lambda _place: form)) == 1
    assert InboundText.objects.count() == 1
    assert ConsentEvent.objects.filter(address=NUMBER, action="revoked").count() == 2


def test_six_stops_side_by_side_are_confirmed_once() -> None:
    make_customer(mobile_number=NUMBER)
    assert confirmations(at_once(6, lambda _place: stop())) == 1
    assert InboundText.objects.count() == 6
    assert Suppression.objects.filter(address=NUMBER, reason="opted_out").count() == 2


def test_unclear_texts_side_by_side_are_answered_once_and_can_all_be_taken_back() -> None:
    bodies = ("I never signed up for this", "I am not a customer", "nope", "spam")
    assert confirmations(at_once(4, lambda place: stop(body=bodies[place]))) == 1
    assert InboundText.objects.filter(review="waiting").count() == 4
    turned_off = [text.turned_off for text in InboundText.objects.all() if text.turned_off]
    assert turned_off == [[Channel.TEXT, Channel.VOICE]]


def test_stop_and_start_at_once_end_in_what_came_last() -> None:
    at_once(6, lambda place: stop(body="STOP" if place % 2 else "START"))
    last = InboundText.objects.order_by("id").last()
    assert last is not None
    refused = Suppression.objects.filter(address=NUMBER, channel=Channel.TEXT).exists()
    assert refused == (last.kind == "revoke")
