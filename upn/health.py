"""Is it alive, is it ready: for load balancers and for people who watch (no secrets in it)."""

from dataclasses import dataclass

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from common.access import public
from delivery.choices import BatchState, Lane, Status
from upn.celery import QUEUES
from upn.heartbeat import broker, workers_alive

# The index of waiting messages begins with sender and lane: a step a lane, whatever their number.
_OLDEST_DUE = """
SELECT lane.lane, extract(epoch FROM %(now)s - min(oldest.due_at))
FROM delivery_batch AS batch
CROSS JOIN delivery_sender AS sender
CROSS JOIN unnest(%(lanes)s::text[]) AS lane (lane)
CROSS JOIN LATERAL (
    SELECT due_at FROM delivery_message
    WHERE sender_id = sender.id AND lane = lane.lane AND batch_id = batch.id
        AND status IN (%(queued)s, %(held)s) AND due_at <= %(now)s
    ORDER BY due_at LIMIT 1
) AS oldest
WHERE batch.state = %(open)s
GROUP BY 1
"""


@dataclass(frozen=True, kw_only=True)
class Report:
    database: bool
    broker: bool
    workers: dict[str, bool]
    # Seconds that a lane's oldest due message has been waiting. A bulk message may wait for hours
    # behind a sender's rate and all is well; an urgent one may not.
    oldest_due_seconds: dict[str, float]

    @property
    def is_ready(self) -> bool:
        return (
            self.database
            and self.broker
            and all(self.workers.values())
            and self.oldest_due_seconds.get(Lane.URGENT, 0) <= settings.READY_OLDEST_DUE_SECONDS
        )


def check() -> Report:
    """Ask the database and the broker. Takes some milliseconds; two seconds where one is away."""
    database, oldest = True, dict[str, float]()
    try:
        oldest = oldest_due_seconds()
    except DatabaseError:
        database = False
    has_broker, alive = True, set[str]()
    try:
        broker().ping()
        alive = {name.partition("@")[0] for name in workers_alive()}
    except redis.RedisError:
        has_broker = False
    return Report(
        database=database,
        broker=has_broker,
        workers={name: name in alive for name in QUEUES},
        oldest_due_seconds=oldest,
    )


def oldest_due_seconds() -> dict[str, float]:
    """By lane, of open batches (not the paused); a lane where nothing is due is missing."""
    with connection.cursor() as cursor:
        cursor.execute(
            _OLDEST_DUE,
            {
                "now": timezone.now(),
                "lanes": [str(lane) for lane in Lane],
                "queued": str(Status.QUEUED),
                "held": str(Status.HELD),
                "open": str(BatchState.OPEN),
            },
        )
        return {lane: round(float(seconds), 1) for lane, seconds in cursor.fetchall()}


@public("A load balancer asks whether this process answers; it learns nothing else.")
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "alive"})


@public("A load balancer asks whether the site can do its work; the answer names no person.")
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    report = check()
    return JsonResponse(
        {
            "status": "ready" if report.is_ready else "not ready",
            "database": report.database,
            "broker": report.broker,
            "workers": report.workers,
            "oldest_due_seconds": report.oldest_due_seconds,
        },
        status=200 if report.is_ready else 503,
    )
