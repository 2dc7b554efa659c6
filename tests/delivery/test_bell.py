"""The bell that spares an urgent message a task of its own."""

import pytest
import redis
from django.conf import settings

from common.choices import Channel
from delivery.bell import Bell, ring
from delivery.choices import Lane
from delivery.models import Message
from delivery.selectors import default_sender
from tests.delivery.making import queue_messages
from tests.processes import Workers
from tests.wire import SmtpSink, wait_for
from upn.celery import app


def test_nobody_hears_a_bell_that_is_not_open() -> None:
    assert not ring(7, "urgent")
    bell = Bell(7, "urgent")
    assert not bell.wait(0)
    assert bell.open()
    assert not ring(8, "urgent"), "another sender's"
    assert not ring(7, "bulk"), "another lane's"
    assert ring(7, "urgent")
    assert bell.wait(5)
    assert not bell.wait(0), "it rang once"
    bell.close()
    assert not ring(7, "urgent")


def test_ringing_twice_is_looked_after_once() -> None:
    bell = Bell(7, "urgent")
    assert bell.open()
    assert ring(7, "urgent")
    assert ring(7, "urgent")
    wait_for(lambda: bell.wait(0))
    bell.close()


def test_whoever_closes_the_bell_learns_that_it_rang() -> None:
    bell = Bell(7, "urgent")
    assert bell.open()
    assert ring(7, "urgent")
    assert bell.close()
    assert bell.open()
    assert not bell.close()
    assert not bell.close(), "it is closed already"


def test_another_database_of_the_same_broker_is_another_house() -> None:
    bell = Bell(7, "urgent")
    assert bell.open()
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        number = client.connection_pool.connection_kwargs.get("db") or 0
        assert client.publish(f"upn:{number + 1}:bell:7:urgent", "") == 0
        assert client.publish(f"upn:{number}:bell:7:urgent", "") == 1
    bell.close()


@pytest.mark.timeout(300)
def test_a_drain_that_listens_takes_the_next_messages_without_a_task(
    workers: Workers, smtp_sink: SmtpSink
) -> None:
    workers.start("urgent", env={"EMAIL_URL": smtp_sink.url, "DELIVERY_LINGER": "20"})
    sender = default_sender(Channel.EMAIL)
    spared = []
    for turn in range(3):  # a drain that has worked for ten seconds makes room, at any moment
        queue_messages(1, lane=Lane.URGENT, cause=f"first {turn}")
        smtp_sink.wait_for(4 * turn + 1)
        wait_for(lambda: ring(sender.pk, Lane.URGENT.value), what="the drain listens")
        before = _tasks_taken()
        queue_messages(3, lane=Lane.URGENT, cause=f"second {turn}")
        smtp_sink.wait_for(4 * turn + 4)
        spared.append(_tasks_taken() == before)
    assert any(spared)
    wait_for(lambda: Message.objects.filter(status="sent").count() == 12)
    assert len(smtp_sink.recipients) == 12
    workers.kill()


def _tasks_taken() -> int:
    answers = app.control.inspect(timeout=2).stats() or {}
    return sum(answer["total"].get("delivery.drain", 0) for answer in answers.values())
