"""When a type's next run is, on the utility's clock."""

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from mass_notifications.choices import Frequency


def next_run_after(
    first_run: datetime, frequency: str, after: datetime, *, time_zone: str = ""
) -> datetime | None:
    """The first run later than `after`, aware, in UTC; None where there is none (once, and gone).

    Each run is counted from `first_run`, so the 31st stays the 31st: a month without one runs on
    its last day, and 29 February runs on the 28th in the years between. The hour is that of the
    local clock, whatever daylight saving does; one that the clock jumps over is the one after.
    """
    zone = ZoneInfo(time_zone or settings.TIME_ZONE)
    first = first_run.astimezone(zone)
    for count in range(_guess(first, frequency, after.astimezone(zone)), 2**31):
        run = _run(first, frequency, count)
        if run is None:
            return None
        moment = run.astimezone(UTC)
        if moment > after:
            return moment
    return None


def _guess(first: datetime, frequency: str, after: datetime) -> int:
    """A count that is certainly not too late."""
    days = (after.date() - first.date()).days
    months = (after.year - first.year) * 12 + after.month - first.month
    guesses = {
        Frequency.DAILY: days,
        Frequency.WEEKLY: days // 7,
        Frequency.MONTHLY: months,
        Frequency.YEARLY: after.year - first.year,
    }
    return max(0, guesses.get(Frequency(frequency), 0) - 1)


def _run(first: datetime, frequency: str, count: int) -> datetime | None:
    match Frequency(frequency):
        case Frequency.ONCE:
            return first if count == 0 else None
        case Frequency.DAILY:
            return _on(first, first.replace(tzinfo=None) + timedelta(days=count))
        case Frequency.WEEKLY:
            return _on(first, first.replace(tzinfo=None) + timedelta(weeks=count))
        case Frequency.MONTHLY:
            return _in_month(first, first.year, first.month + count)
        case Frequency.YEARLY:
            return _in_month(first, first.year + count, first.month)


def _in_month(first: datetime, year: int, month: int) -> datetime:
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    day = min(first.day, monthrange(year, month)[1])
    return _on(first, first.replace(tzinfo=None, year=year, month=month, day=day))


def _on(first: datetime, local: datetime) -> datetime:
    # fold=0: of two equal hours in autumn the first; one that is jumped over moves on by the jump.
    return local.replace(tzinfo=first.tzinfo, fold=0)
