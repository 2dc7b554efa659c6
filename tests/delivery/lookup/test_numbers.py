"""Line types by Twilio Lookup, at the wire."""

import io
import json
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from common.choices import Channel
from customers.choices import LineType
from customers.models import NumberLine, Suppression
from delivery.bounces.queue import bad_page
from delivery.lookup.numbers import count_unknown, look_up_numbers
from tests.factories import make_customer
from tests.wire import Answer, HttpEndpoint, Request

pytestmark = pytest.mark.django_db

FAST = 1_000_000.0


@pytest.fixture(autouse=True)
def twilio(settings: Settings, http_endpoint: HttpEndpoint) -> HttpEndpoint:
    settings.TWILIO_LOOKUP = True
    settings.TWILIO_LOOKUP_URL = http_endpoint.url
    settings.TWILIO_ACCOUNT_SID = "AC" + "0" * 32
    settings.TWILIO_AUTH_TOKEN = "token"
    return http_endpoint


def says(
    kind: str | None,
    carrier: str | None = "Windstream",
    *,
    valid: bool = True,
    error_code: int | None = None,
) -> Answer:
    body = {
        "valid": valid,
        "line_type_intelligence": {
            "type": kind,
            "carrier_name": carrier,
            "error_code": error_code,
        },
    }
    return Answer(status=200, body=json.dumps(body).encode())


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("mobile", LineType.MOBILE),
        ("landline", LineType.LANDLINE),
        ("fixedVoip", LineType.VOIP),
        ("nonFixedVoip", LineType.VOIP),
        ("tollFree", LineType.TOLL_FREE),
        ("voicemail", LineType.OTHER),
        ("something new", LineType.OTHER),
        (None, LineType.UNKNOWN),
    ],
)
def test_what_twilio_says_is_kept(
    twilio: HttpEndpoint, kind: str | None, expected: LineType
) -> None:
    customer = make_customer()
    twilio.answer = lambda request: says(kind)
    assert look_up_numbers(rate=FAST).line_types == {expected.value: 1}
    line = NumberLine.objects.get()
    assert (line.number, line.line_type) == (customer.mobile_number.as_e164, expected)
    assert line.carrier == "Windstream"
    request = twilio.requests[0]
    assert request.path == f"/v2/PhoneNumbers/{customer.mobile_number.as_e164}"
    assert request.query == "Fields=line_type_intelligence"
    assert request.headers["Authorization"].startswith("Basic ")


def test_a_landline_is_bad_for_texts_and_offered_for_calls(twilio: HttpEndpoint) -> None:
    make_customer()
    twilio.answer = lambda request: says("landline")
    look_up_numbers(rate=FAST)
    assert Suppression.objects.get().channel == Channel.TEXT
    (row,) = bad_page(limit=5)
    assert row.may_be_home_number
    assert row.line is not None
    assert "Offer voice" in row.health.words


NO_SUCH_NUMBER = Answer(status=404, body=b'{"code": 20404, "status": 404, "message": "Not found"}')


@pytest.mark.parametrize("answer", [NO_SUCH_NUMBER, says(None, valid=False)])
def test_what_is_no_number_is_bad_for_texts_and_calls(twilio: HttpEndpoint, answer: Answer) -> None:
    make_customer()
    twilio.answer = lambda request: answer
    look_up_numbers(rate=FAST)
    assert set(Suppression.objects.values_list("channel", flat=True)) == {"text", "voice"}


@pytest.mark.parametrize(
    "answer",
    [says(None, None, error_code=60601), Answer(status=400, body=b'{"code": 60607}')],
)
def test_a_number_that_twilio_does_not_cover_is_unknown_and_stops_nobody_else(
    twilio: HttpEndpoint, answer: Answer
) -> None:
    make_customer(), make_customer()
    twilio.answer = lambda request: answer if len(twilio.requests) == 1 else says("mobile")
    assert look_up_numbers(rate=FAST).line_types == {"unknown": 1, "mobile": 1}
    assert not Suppression.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_pressed_twice_at_once_nothing_is_paid_for_twice(twilio: HttpEndpoint) -> None:
    for _ in range(3):
        make_customer()
    second: list[str] = []

    def answer(request: Request) -> Answer:
        if not second:
            second.append("begun")
            thread = threading.Thread(target=look_up_meanwhile)
            thread.start()
            thread.join()
        return says("mobile")

    def look_up_meanwhile() -> None:
        try:
            second.append(look_up_numbers(rate=FAST).trouble)
        finally:
            connection.close()

    twilio.answer = answer
    assert look_up_numbers(rate=FAST).numbers == 3
    assert second == ["begun", "Numbers are being looked up already."]
    assert len(twilio.requests) == 3
    # Whoever is alone looks up again.
    assert look_up_numbers(rate=FAST).trouble == ""


def test_a_number_is_looked_up_once_until_it_is_old(
    twilio: HttpEndpoint, settings: Settings
) -> None:
    make_customer()
    twilio.answer = lambda request: says("mobile")
    look_up_numbers(rate=FAST)
    assert (look_up_numbers(rate=FAST).numbers, count_unknown()) == (0, 0)
    settings.TWILIO_LOOKUP_DAYS = 0
    assert look_up_numbers(rate=FAST).numbers == 1


def test_at_most_so_many_are_looked_up(twilio: HttpEndpoint) -> None:
    for _ in range(3):
        make_customer()
    twilio.answer = lambda request: says("mobile")
    assert (look_up_numbers(most=2, rate=FAST).numbers, count_unknown()) == (2, 1)


def test_asked_to_be_slower_it_waits_and_goes_on(twilio: HttpEndpoint) -> None:
    make_customer()

    def answer(request: Request) -> Answer:
        if len(twilio.requests) == 1:
            return Answer(status=429, headers={"Retry-After": "0.01"})
        return says("mobile")

    twilio.answer = answer
    assert look_up_numbers(rate=FAST).numbers == 1


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(status=401, body=b"{}"), "refused our account"),
        (Answer(status=500), "answered 500"),
        # A mistyped TWILIO_LOOKUP_URL, or a proxy: no word about the number.
        (Answer(status=404, body=b"<h1>Not found</h1>"), "answered 404"),
        (Answer(status=404, body=b"{}"), "answered 404"),
        (Answer(status=400, body=b'{"code": 60606}'), "answered 400"),
        (Answer(status=200, body=b"[]"), "could not be read"),
        (says(None, None, error_code=60606), "error 60606"),
        (Answer(status=200, body=b"not json"), "could not be read"),
        (Answer(drop=True), "can't be reached"),
    ],
)
def test_trouble_is_said_in_words_and_marks_nobody(
    twilio: HttpEndpoint, answer: Answer, words: str
) -> None:
    customer = make_customer()
    twilio.answer = lambda request: answer
    with pytest.raises(CommandError, match=words) as error:
        call_command("look_up_numbers", stdout=io.StringIO())
    assert error.value.returncode == 1
    assert customer.mobile_number.as_e164 not in str(error.value)
    assert not NumberLine.objects.exists()
    assert not Suppression.objects.exists()


def test_it_is_off_until_somebody_turns_it_on(settings: Settings, twilio: HttpEndpoint) -> None:
    settings.TWILIO_LOOKUP = False
    make_customer()
    with pytest.raises(CommandError, match="TWILIO_LOOKUP"):
        call_command("look_up_numbers")
    assert not twilio.requests
