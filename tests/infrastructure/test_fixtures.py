"""The tests' own machinery does what the tests rely on."""

import smtplib
import urllib.request

import pytest
from django.core.cache import cache
from django.db import connection
from playwright.sync_api import Page

from tests.processes import Workers
from tests.wire import Answer, HttpEndpoint, SmtpSink
from upn.celery import QUEUES, app


@pytest.mark.django_db
def test_the_database_is_this_runs_own_postgresql() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select current_database(), current_setting('listen_addresses')")
        name, addresses = cursor.fetchone()
    assert name.startswith("test_upn")
    assert addresses == ""


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_begins_with_an_empty_broker(turn: str) -> None:
    assert cache.get("turn") is None
    cache.set("turn", turn)


@pytest.mark.timeout(300)
def test_workers_answer_for_every_queue_and_come_back_after_a_kill(workers: Workers) -> None:
    workers.start()
    active = app.control.inspect(timeout=20, limit=len(QUEUES)).active_queues() or {}
    served = {
        host.split("@")[0]: sorted(q["name"] for q in queues) for host, queues in active.items()
    }
    assert served == {name: sorted(queues) for name, queues in QUEUES.items()}
    workers.kill("work")
    workers.start("work")


def test_smtp_sink_records_and_refuses_as_told(smtp_sink: SmtpSink) -> None:
    smtp_sink.answer("gone@example.com", "550 5.1.1 no such user")
    with smtplib.SMTP("127.0.0.1", smtp_sink.port) as client:
        client.sendmail("a@example.com", ["mae@example.com"], "Subject: Storm\n\nLights out")
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            client.sendmail("a@example.com", ["gone@example.com"], "Subject: Storm\n\nx")
    assert smtp_sink.recipients == ["mae@example.com"]
    assert smtp_sink.delivered[0].message["Subject"] == "Storm"


def test_http_endpoint_records_and_answers_as_told(http_endpoint: HttpEndpoint) -> None:
    http_endpoint.answer = lambda request: Answer(status=201, body=b'{"sid": "SM1"}')
    with urllib.request.urlopen(f"{http_endpoint.url}/Messages?a=1", b"To=%2B1&Body=x") as reply:
        assert reply.status == 201
        assert reply.read() == b'{"sid": "SM1"}'
    assert http_endpoint.requests[0].form == {"To": "+1", "Body": "x"}


def test_browser_opens_a_page(page: Page, http_endpoint: HttpEndpoint) -> None:
    http_endpoint.answer = lambda request: Answer(
        body=b"<title>Pine River</title>", headers={"Content-Type": "text/html"}
    )
    page.goto(http_endpoint.url)
    assert page.title() == "Pine River"
