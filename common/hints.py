"""Hints to the workers that there is work. What has to be done stands in the database, and beat
finds it without a hint; so a hint never fails, and never keeps anybody waiting.
"""

import logging

import redis
from celery import current_app
from kombu.exceptions import KombuError
from kombu.pools import producers

log = logging.getLogger(__name__)
# Celery's own publishing tries for six seconds to connect, for each task.
_SECONDS = 2.0
_AT_ONCE = {
    "max_retries": 0,
    "socket_connect_timeout": _SECONDS,
    "socket_timeout": _SECONDS,
}


def hint(task: str, *args: object, queue: str, countdown: float = 0) -> bool:
    """Tell the workers of `queue` to run `task`, in `countdown` seconds. False where the broker is
    away."""
    broker = current_app.connection_for_write(connect_timeout=_SECONDS, transport_options=_AT_ONCE)
    try:
        with producers[broker].acquire(block=True, timeout=_SECONDS) as producer:
            current_app.send_task(
                task,
                args=args,
                queue=queue,
                producer=producer,
                retry=False,
                countdown=countdown or None,
            )
    except (KombuError, redis.RedisError):
        log.warning("The broker is away: %s will be found later.", task)
        return False
    return True
