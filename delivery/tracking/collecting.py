"""Opens and clicks: noted in the broker in a moment, written down together every few seconds.

A request costs one push to a list. The list is read oldest first, and what was read is taken off
only once it is committed; a reaction that is written twice is the same row.
"""

import json
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

import redis
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from delivery.choices import Status
from delivery.statuses import sources_of
from delivery.tracking.machines import is_machine

log = logging.getLogger(__name__)

KEY = "upn:reactions"
# Before that, nobody can have opened it: a filter at the reader's end did.
TOO_SOON = timedelta(seconds=10)
# So many links of one mail within a second are followed by no person.
MANY_LINKS = 3
# What came in the last moments is left, so that a burst is seen whole.
_SETTLING = timedelta(seconds=2)
_AT_ONCE = 5_000
# More than that are not kept, so that nobody fills the broker.
_MOST_WAITING = 500_000
_BROKER_SECONDS = 1.0
_LOCK = (7150, 2)


class Seen(NamedTuple):
    message_id: int
    link: int
    at: datetime
    machine: bool


@cache
def broker() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=_BROKER_SECONDS,
        socket_connect_timeout=_BROKER_SECONDS,
    )


def note(*, message_id: int, link: int, method: str, user_agent: str) -> None:
    """An open or a click. Where the broker is away it is forgotten: nobody waits for a count."""
    machine = is_machine(method=method, user_agent=user_agent)
    line = json.dumps([message_id, link, timezone.now().timestamp(), machine])
    try:
        waiting = broker().rpush(KEY, line)
        if int(str(waiting)) > _MOST_WAITING:
            broker().ltrim(KEY, 0, _MOST_WAITING - 1)
    except redis.RedisError:
        log.warning("The broker is away: an open or a click is not counted.")


def collect(*, now: datetime | None = None) -> int:
    """Write down what has settled; returns how many lines that were. One collector at a time."""
    through = ((now or timezone.now()) - _SETTLING).timestamp()
    taken = 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", list(_LOCK))
        if not cursor.fetchone()[0]:
            return 0
        lines: Any = broker().lrange(KEY, 0, _AT_ONCE - 1)
        read = [json.loads(line) for line in lines]
        taken = next((place for place, line in enumerate(read) if line[2] > through), len(read))
        if not taken:
            return 0
        _write(Seen(id_, link, _moment(at), machine) for id_, link, at, machine in read[:taken])
    # A crash before this writes the same rows again.
    broker().ltrim(KEY, taken, -1)
    return taken


_REACTIONS = """
WITH judged AS (
    SELECT s.message_id, m.batch_id, s.link, s.at,
        s.machine OR m.handed_at IS NULL OR s.at < m.handed_at + make_interval(secs => %(too_soon)s)
        OR (s.link > 0 AND count(*) OVER (
            PARTITION BY s.message_id, s.link > 0 ORDER BY s.at
            RANGE BETWEEN '1 second' PRECEDING AND '1 second' FOLLOWING
        ) >= %(many)s) AS machine
    FROM tracking_seen s
    JOIN delivery_message m ON m.id = s.message_id AND m.channel = 'email'
    JOIN delivery_content c ON c.id = m.content_id AND c.tracked
    JOIN delivery_batch b ON b.id = m.batch_id AND b.created_at > %(since)s
), reactions AS (
    INSERT INTO delivery_tracking_reaction (message_id, batch_id, link, first_at, by_machine)
    SELECT message_id, batch_id, link, min(at), bool_and(machine) FROM judged
    GROUP BY message_id, batch_id, link ORDER BY message_id, link
    ON CONFLICT (message_id, link) DO UPDATE SET
        first_at = least(delivery_tracking_reaction.first_at, excluded.first_at),
        by_machine = delivery_tracking_reaction.by_machine AND excluded.by_machine
)
UPDATE delivery_message m SET status = %(opened)s, settled_at = now()
FROM (SELECT DISTINCT message_id FROM judged WHERE NOT machine) AS people
WHERE m.id = people.message_id AND m.status = ANY(%(sources)s)
"""


def _write(seen: Iterable[Seen]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE IF NOT EXISTS tracking_seen (message_id bigint, link smallint, "
            "at timestamptz, machine boolean) ON COMMIT DROP"
        )
        cursor.execute("TRUNCATE tracking_seen")
        with cursor.copy("COPY tracking_seen (message_id, link, at, machine) FROM STDIN") as copy:
            for row in seen:
                copy.write_row(row)
        cursor.execute(
            _REACTIONS,
            {
                "too_soon": TOO_SOON.total_seconds(),
                "many": MANY_LINKS,
                "since": timezone.now() - timedelta(days=settings.TRACKING_DAYS),
                "opened": Status.OPENED.value,
                "sources": sources_of(Status.OPENED),
            },
        )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, tz=timezone.get_default_timezone())
