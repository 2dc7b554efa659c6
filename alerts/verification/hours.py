"""When a telephone may ring with a question that nobody asked for just now (RULES 9)."""

from datetime import datetime, time
from zoneinfo import ZoneInfoNotFoundError

from django.conf import settings

from common.clock import next_allowed

# Within the hours of every state. (The outbox holds nothing that verifies an address, because
# mostly somebody is waiting for it.)
_OPENS, _CLOSES = time(10), time(20)


def ringing_hour(at: datetime, time_zone: str) -> datetime:
    """`at`, or the next morning there."""
    opens = max(_OPENS, time.fromisoformat(settings.QUIET_HOURS_OPEN))
    closes = min(_CLOSES, time.fromisoformat(settings.QUIET_HOURS_CLOSE))
    try:
        return next_allowed(at, time_zone=time_zone, opens=opens, closes=closes)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return next_allowed(at, time_zone=settings.TIME_ZONE, opens=opens, closes=closes)
