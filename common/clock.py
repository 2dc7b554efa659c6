"""The one clock. (In which hours a telephone may ring: quiet_hours.py.)"""

from datetime import UTC, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import timezone


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return timezone.now()


def next_allowed(at: datetime, *, time_zone: str, opens: time, closes: time) -> datetime:
    """The first moment not before `at` that lies within [opens, closes) on the local clock.

    `at` itself where it does. Aware, in UTC. Hours may reach over midnight (20:00 to 02:00);
    opens == closes means the whole day. Where the clock jumps over the opening time in spring,
    it opens when the jump is done; where the clock goes through an hour twice, both count.
    Raises ZoneInfoNotFoundError for a time zone that does not exist.
    """
    at = at.astimezone(UTC)
    if opens == closes:
        return at
    zone = _zone(time_zone)
    local = at.astimezone(zone)
    clock = local.time()
    if opens < closes:
        allowed = opens <= clock < closes
    else:
        allowed = clock >= opens or clock < closes
    if allowed:
        return at
    tomorrow = local + timedelta(days=1)
    openings = (
        _moment(local, opens, zone),
        _moment(local, opens.replace(fold=1), zone),
        _moment(tomorrow, opens, zone),
    )
    return next(opening for opening in openings if opening >= at)


def _moment(local: datetime, clock: time, zone: tzinfo) -> datetime:
    """That time of day on the day of `local`, in UTC. A time that the clock jumps over becomes
    the one after the jump, as fold=0 keeps the offset of before."""
    return datetime.combine(local.date(), clock, tzinfo=zone).astimezone(UTC)


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
