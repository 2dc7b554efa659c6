"""Prometheus metrics, computed from the database and the broker at each scrape.

Nothing is counted in a process, so it does not matter how many there are and which one answers.
"""

from collections.abc import Iterator
from ipaddress import ip_address
from secrets import compare_digest

import redis
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from common.access import public
from delivery.choices import Lane
from upn.celery import QUEUES
from upn.health import oldest_due_seconds
from upn.heartbeat import broker, workers_alive

_MESSAGES = "SELECT channel, status, sum(count) FROM delivery_tally GROUP BY 1, 2"
_SUPPRESSED = "SELECT channel, reason, count(*) FROM customers_suppression GROUP BY 1, 2"
_REFUSED = "SELECT coalesce(sum(count), 0) FROM customers_refusedemail"


class SiteCollector:
    def collect(self) -> Iterator[Metric]:
        yield from _from_database()
        yield from _from_broker()


@public("Prometheus scrapes it from this machine, or with METRICS_TOKEN; checked inside.")
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    if not _may_scrape(request):
        return HttpResponse(
            "Metrics are given to this machine itself, or with METRICS_TOKEN as a bearer token.\n",
            status=403,
            content_type="text/plain; charset=utf-8",
        )
    registry = CollectorRegistry()
    registry.register(SiteCollector())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_scrape(request: HttpRequest) -> bool:
    """By token where one is set. Without one only from this machine itself, and not through a
    proxy on it, which would make everybody local."""
    if settings.METRICS_TOKEN:
        wanted = f"Bearer {settings.METRICS_TOKEN}".encode()
        return compare_digest(request.headers.get("Authorization", "").encode(), wanted)
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _from_database() -> Iterator[Metric]:
    messages = GaugeMetricFamily(
        "upn_messages", "Messages in the outbox.", labels=["channel", "status"]
    )
    suppressed = GaugeMetricFamily(
        "upn_suppressed_addresses", "Addresses not to be used.", labels=["channel", "reason"]
    )
    with connection.cursor() as cursor:
        cursor.execute(_MESSAGES)
        for channel, status, count in cursor.fetchall():
            messages.add_metric([channel, status], float(count))
        cursor.execute(_SUPPRESSED)
        for channel, reason, count in cursor.fetchall():
            suppressed.add_metric([channel, reason], float(count))
        cursor.execute(_REFUSED)
        (refused,) = cursor.fetchone()
    yield messages
    yield suppressed
    yield GaugeMetricFamily(
        "upn_refused_emails", "Addresses refused as longer than 40 characters.", float(refused)
    )
    waiting = GaugeMetricFamily(
        "upn_oldest_due_seconds", "How long the oldest due message has waited.", labels=["lane"]
    )
    oldest = oldest_due_seconds()
    for lane in Lane:
        waiting.add_metric([lane], oldest.get(lane, 0.0))
    yield waiting


def _from_broker() -> Iterator[Metric]:
    up = GaugeMetricFamily("upn_broker_up", "Whether the broker answers.")
    queued = GaugeMetricFamily("upn_queue_tasks", "Tasks in a queue.", labels=["queue"])
    workers = GaugeMetricFamily("upn_worker_up", "Whether a worker is alive.", labels=["worker"])
    try:
        names = [queue for queues in QUEUES.values() for queue in queues]
        with broker().pipeline(transaction=False) as pipe:
            for name in names:
                pipe.llen(name)
            lengths = pipe.execute()
        alive = [name.partition("@")[0] for name in workers_alive()]
    except redis.RedisError:
        up.add_metric([], 0)
        yield up
        return
    up.add_metric([], 1)
    for name, length in zip(names, lengths, strict=True):
        queued.add_metric([name], length)
    for worker in QUEUES:
        workers.add_metric([worker], alive.count(worker))
    yield up
    yield queued
    yield workers
