"""Whether the site is alive and ready, and what it tells Prometheus."""

import json
from datetime import timedelta
from typing import Any

import pytest
import redis
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from common.choices import Channel, Purpose
from delivery.batches import batch_open, batch_pause
from delivery.choices import Lane
from delivery.models import Content
from delivery.outbox import enqueue
from delivery.selectors import default_sender
from tests.processes import Workers
from tests.wire import wait_for
from upn import heartbeat
from upn.celery import QUEUES
from upn.heartbeat import KEY, broker

pytestmark = pytest.mark.django_db


@pytest.fixture
def all_workers_beat() -> None:
    now = timezone.now().timestamp()
    broker().zadd(KEY, {f"{name}@here": now for name in QUEUES})


def queue(*, lane: Lane, waiting: timedelta) -> Any:
    content = Content.objects.create(subject="x", body="x", purpose=Purpose.OUTAGE)
    batch = batch_open(name="storm")
    default_sender(Channel.EMAIL)
    enqueue(
        batch=batch,
        content=content,
        cause=f"{lane}",
        channel=Channel.EMAIL,
        address="mae@example.com",
        lane=lane,
        due_at=timezone.now() - waiting,
    )
    return batch


def ready() -> tuple[int, dict[str, Any]]:
    response = Client().get("/readyz")
    return response.status_code, json.loads(response.content)


def test_alive_without_asking_anything(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        response = Client().get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "alive"})


def test_ready_when_database_broker_and_workers_answer(all_workers_beat: None) -> None:
    assert ready() == (
        200,
        {
            "status": "ready",
            "database": True,
            "broker": True,
            "workers": {"urgent": True, "bulk": True, "work": True},
            "oldest_due_seconds": {},
        },
    )


def test_not_ready_where_a_worker_is_silent(all_workers_beat: None) -> None:
    broker().zadd(KEY, {"bulk@here": timezone.now().timestamp() - 60})
    status, report = ready()
    assert status == 503
    assert report["workers"] == {"urgent": True, "bulk": False, "work": True}


def test_an_urgent_message_that_waits_makes_it_not_ready(all_workers_beat: None) -> None:
    batch = queue(lane=Lane.URGENT, waiting=timedelta(minutes=10))
    status, report = ready()
    assert status == 503
    assert 600 <= report["oldest_due_seconds"]["urgent"] < 700
    batch_pause(batch)
    assert ready()[0] == 200


def test_a_bulk_message_may_wait_behind_a_senders_rate(all_workers_beat: None) -> None:
    queue(lane=Lane.BULK, waiting=timedelta(hours=2))
    status, report = ready()
    assert status == 200
    assert report["oldest_due_seconds"]["bulk"] >= 7200


def test_not_ready_without_the_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = redis.Redis(unix_socket_path="/nonexistent/valkey.sock")
    monkeypatch.setattr(heartbeat, "broker", lambda: nowhere)
    monkeypatch.setattr("upn.health.broker", lambda: nowhere)
    status, report = ready()
    assert (status, report["broker"], report["database"]) == (503, False, True)


def test_not_ready_without_the_database(
    monkeypatch: pytest.MonkeyPatch, all_workers_beat: None
) -> None:
    def away() -> None:
        raise OperationalError("the database is away; password=hunter2")

    monkeypatch.setattr("upn.health.oldest_due_seconds", away)
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert b"hunter2" not in response.content


@pytest.mark.django_db(transaction=True)
def test_real_workers_beat_and_are_missed_when_they_are_killed(workers: Workers) -> None:
    workers.start()
    wait_for(lambda: ready()[0] == 200, seconds=20, what="all workers have beaten")
    workers.kill("work")
    broker().zremrangebyscore(KEY, "-inf", timezone.now().timestamp() - 5)
    wait_for(
        lambda: ready()[1]["workers"]["work"] is False, seconds=30, what="the worker is missed"
    )


def test_metrics_are_for_this_machine(settings: Any) -> None:
    assert Client().get("/metrics").status_code == 200
    assert Client(REMOTE_ADDR="192.0.2.7").get("/metrics").status_code == 403
    through_proxy = Client().get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"})
    assert through_proxy.status_code == 403
    settings.METRICS_TOKEN = "a long token for the scraper"
    assert Client().get("/metrics").status_code == 403
    wrong = Client().get("/metrics", headers={"Authorization": "Bearer nonsense é"})
    assert wrong.status_code == 403
    right = Client(REMOTE_ADDR="192.0.2.7").get(
        "/metrics", headers={"Authorization": "Bearer a long token for the scraper"}
    )
    assert right.status_code == 200


def test_metrics_come_from_the_database_and_the_broker(all_workers_beat: None) -> None:
    queue(lane=Lane.BULK, waiting=timedelta(minutes=1))
    text = Client().get("/metrics").content.decode()
    assert 'upn_messages{channel="email",status="queued"} 1.0' in text
    assert "upn_broker_up 1.0" in text
    assert 'upn_worker_up{worker="bulk"} 1.0' in text
    assert 'upn_queue_tasks{queue="email.bulk"}' in text
    assert 'upn_oldest_due_seconds{lane="bulk"} 6' in text
    assert "example.com" not in text
