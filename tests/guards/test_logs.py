"""Logs carry ids and no address; answers carry an id and a strict policy."""

import json
import logging
import sys
import time

import pytest
from celery import current_app
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from common.csp import FRAMED_MAIL, content_security_policy
from common.log_context import log_context
from common.masking import mask_addresses
from console.roles import Role
from tests.factories import make_staff
from tests.processes import Workers
from tests.wire import wait_for
from upn.logging import ContextFilter, MaskedJsonFormatter, MaskedLineFormatter, RouteFilter
from upn.middleware import ContentSecurityPolicyMiddleware


def record_of(message: str, *args: object, **extra: object) -> logging.LogRecord:
    logger = logging.getLogger("test")
    record = logger.makeRecord(
        "test", logging.INFO, __file__, 1, message, args, None, extra=extra or None
    )
    ContextFilter().filter(record)
    return record


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("to mae.munoz@example.com failed", "to [email] failed"),
        ("<Mae.O'Neal+x@sub.example.org>, twice", "<Mae.O'[email]>, twice"),
        ("call +14785550112 now", "call [phone] now"),
        ("478-555-0112, (478) 555-0112, 478.555.0112", "[phone], [phone], [phone]"),
        ("1 478 555 0112 and 14785550112", "[phone] and [phone]"),
        ("+442071838750", "[phone]"),
        ("message 4711 of batch 12 took 350.25 ms", "message 4711 of batch 12 took 350.25 ms"),
        ("task 2b9f4785550112ae-11", "task 2b9f4785550112ae-11"),
        ("at 2026-11-22 09:02:13", "at 2026-11-22 09:02:13"),
        ("account 162444001", "account 162444001"),
    ],
)
def test_addresses_are_masked_and_ids_are_not(text: str, masked: str) -> None:
    assert mask_addresses(text) == masked


def test_a_hostile_text_costs_no_time() -> None:
    started = time.monotonic()
    mask_addresses("a." * 50_000 + "@" * 1000 + "+1" * 50_000)
    mask_addresses("x" * 200_000 + "@" + "y." * 100_000)
    assert time.monotonic() - started < 10


def test_a_json_line_has_the_ids_and_no_address() -> None:
    with log_context(request_id="abc12345", message_id=4711):
        record = record_of(
            "refused %s", "mae@example.com", number="+14785550112", nested={"to": ["a@example.org"]}
        )
        line = MaskedJsonFormatter().format(record)
    found = json.loads(line)
    assert (found["request_id"], found["message_id"]) == ("abc12345", 4711)
    assert found["message"] == "refused [email]"
    assert (found["number"], found["nested"]) == ("[phone]", {"to": ["[email]"]})
    assert (found["level"], found["logger"]) == ("INFO", "test")
    assert "example" not in line


def test_a_traceback_is_masked_too() -> None:
    try:
        raise ValueError("no such mailbox: mae@example.com, 478-555-0112")
    except ValueError:
        record = record_of("it broke")
        record.exc_info = sys.exc_info()
    for formatter in (MaskedJsonFormatter(), MaskedLineFormatter()):
        line = formatter.format(record)
        assert "ValueError: no such mailbox: [email], [phone]" in line


def test_a_plain_line_ends_with_the_ids() -> None:
    with log_context(message_id=4711):
        line = MaskedLineFormatter().format(record_of("waits for %s", "478-555-0112"))
    assert line.endswith("INFO    test: waits for [phone] [message_id=4711]")
    assert "[message" not in MaskedLineFormatter().format(record_of("and no more"))


@pytest.mark.django_db
def test_a_request_is_logged_by_its_route_and_carries_its_id(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO, logger="upn.requests"):
        response = Client().get(
            "/accounts/login/?next=/x?q=mae@example.com", headers={"X-Request-ID": "proxy-12345678"}
        )
    assert response["X-Request-ID"] == "proxy-12345678"
    (line,) = [record for record in caplog.records if record.name == "upn.requests"]
    assert line.getMessage() == "GET accounts/login/ 200"
    assert "mae" not in str(line.__dict__.values())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/u/1SecretOfALink", "u/<str:token>"),
        ("/l/1SecretOfALink", "l/<str:token>"),
        ("/u/1SecretOfALink/more?name=1SecretOfALink", "(no such page)"),
    ],
)
def test_the_token_of_a_link_is_in_no_line_of_djangos_either(
    caplog: pytest.LogCaptureFixture, path: str, route: str
) -> None:
    with caplog.at_level(logging.INFO):
        assert Client().get(path).status_code == 404
    lines = [record for record in caplog.records if record.name == "django.request"]
    assert lines
    for record in lines:
        assert ContextFilter().filter(record)
        assert RouteFilter().filter(record)
        for written in (MaskedJsonFormatter().format(record), MaskedLineFormatter().format(record)):
            assert route in written
            assert "1SecretOfALink" not in written


@pytest.mark.django_db
@pytest.mark.parametrize("given", ["", "x", "no\tgood", "a" * 200, "<script>alert(1)</script>"])
def test_an_odd_request_id_is_replaced(given: str) -> None:
    response = Client().get("/healthz", headers={"X-Request-ID": given})
    assert response["X-Request-ID"] != given
    assert len(response["X-Request-ID"]) == 32


@pytest.mark.django_db
def test_every_answer_has_the_strict_policy() -> None:
    client = Client()
    client.force_login(make_staff(Role.ADMINISTRATOR))
    for path in ("/accounts/login/", "/console/people/", "/no-such-page", "/healthz"):
        policy = client.get(path)["Content-Security-Policy"]
        assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy


def test_a_view_may_set_a_policy_of_its_own() -> None:
    @content_security_policy(FRAMED_MAIL)
    def mail(request: HttpRequest) -> HttpResponse:
        return HttpResponse("<p style='color:red'>Hello</p>")

    response = ContentSecurityPolicyMiddleware(mail)(RequestFactory().get("/"))
    assert response["Content-Security-Policy"] == FRAMED_MAIL
    assert response["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.django_db(transaction=True)
def test_a_task_is_logged_with_the_request_that_caused_it(workers: Workers) -> None:
    workers.start("work")
    with log_context(request_id="caused-by-this-one"):
        current_app.send_task("delivery.drain", args=["too few"], queue="work")
    wait_for(
        lambda: "caused-by-this-one" in workers.tail(), seconds=20, what="the worker says which"
    )
