"""Which workers are alive, as they say themselves in the broker, every two seconds."""

import logging
import time
from functools import cache
from typing import Any

import redis
from celery import signals
from django.conf import settings

KEY = "upn:workers"
ALIVE_SECONDS = 15.0
_FORGET_SECONDS = 3600.0

log = logging.getLogger(__name__)


def beat_with_celery() -> None:
    signals.heartbeat_sent.connect(_beat, weak=False, dispatch_uid="upn.heartbeat")
    signals.worker_shutting_down.connect(_leave, weak=False, dispatch_uid="upn.heartbeat.leave")


def workers_alive() -> dict[str, float]:
    """Name of a worker ("bulk@host") → seconds since its last beat, of those that are alive.

    Raises redis.RedisError where the broker does not answer.
    """
    now = time.time()
    found: Any = broker().zrangebyscore(KEY, now - ALIVE_SECONDS, "+inf", withscores=True)
    return {name.decode(): max(0.0, now - at) for name, at in found}


@cache
def broker() -> "redis.Redis":
    """A client that gives up soon, for health and heartbeats."""
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2, health_check_interval=30
    )


def _beat(sender: Any, **_kwargs: Any) -> None:
    now = time.time()
    try:
        with broker().pipeline(transaction=False) as pipe:
            pipe.zadd(KEY, {sender.eventer.hostname: now})
            pipe.zremrangebyscore(KEY, "-inf", now - _FORGET_SECONDS)
            pipe.execute()
    except redis.RedisError as error:
        # Celery itself says more of a broker that is away.
        log.debug("No heartbeat: %s", error)


def _leave(sender: Any, **_kwargs: Any) -> None:
    try:
        broker().zrem(KEY, str(sender))
    except redis.RedisError as error:
        log.debug("No farewell: %s", error)
