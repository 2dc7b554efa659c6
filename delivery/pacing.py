"""How fast a sender sends: one bucket for all workers, kept by the broker.

The bucket is a single moment, the "theoretical arrival time" of the generic cell rate algorithm:
when the next unit may go. A reservation of n units moves it by n / rate seconds.
"""

from functools import cache

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

# Reserve at most this much of the future, so that nobody waits long behind a reservation.
AHEAD = 0.25  # seconds
# An urgent message goes at once on credit, and bulk pays it back; but no more credit than this.
URGENT_CREDIT = 1.0  # seconds

# KEYS[1] the bucket; ARGV: units / rate, and the credit, in seconds. Returns microseconds to wait.
_RESERVE = """
local now = redis.call('TIME')
now = now[1] * 1000000 + now[2]
local free = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
local wait = math.max(0, free - now - tonumber(ARGV[2]) * 1000000)
redis.call('SET', KEYS[1], string.format('%.0f', free + tonumber(ARGV[1]) * 1000000), 'EX', 86400)
return math.floor(wait)
"""
# What a window cost above (or below) what it had reserved.
_CHARGE = """
local free = tonumber(redis.call('GET', KEYS[1]) or 0)
redis.call('SET', KEYS[1], string.format('%.0f', free + tonumber(ARGV[1]) * 1000000), 'EX', 86400)
return 0
"""


@cache
def broker() -> redis.Redis:
    """The process's connection to the broker."""
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=2,
        socket_connect_timeout=2,
        # Once more, at once, for a connection that went stale; results wait for the answer.
        retry=Retry(NoBackoff(), 1),
    )


class Bucket:
    """The pace of one sender. `rate` is in units a second; 0 means no limit."""

    def __init__(self, sender_id: int, rate: float) -> None:
        self.rate = rate
        self._key = f"upn:pace:{sender_id}"

    def window(self, most: int) -> int:
        """How many units to reserve at a time: at most `most`, and not far into the future."""
        return most if self.rate <= 0 else max(1, min(most, int(self.rate * AHEAD)))

    def reserve(self, units: int, *, urgent: bool = False) -> float:
        """Book `units`; returns the seconds to wait before they may go.

        Raises redis.RedisError where the broker is away: nobody sends without a pace.
        """
        if self.rate <= 0:
            return 0.0
        credit = URGENT_CREDIT if urgent else 0.0
        wait = broker().eval(_RESERVE, 1, self._key, units / self.rate, credit)
        return int(wait) / 1_000_000

    def charge(self, units: int) -> None:
        """Correct the last reservation by what was really sent: segments, or fewer messages."""
        if self.rate > 0 and units:
            broker().eval(_CHARGE, 1, self._key, units / self.rate)
