"""Alerts that fall due on a day: by the utility's own clock, in steps over the accounts.

Each step is committed with the place it came to, so a run that was killed goes on where it was,
and a step that was done twice makes nothing twice. A day without a run (an outage) is made up for
by the next, which covers the days since the last; what has passed by then is not sent.
"""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from time import monotonic

import holidays
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from alerts.choices import Timing, Trigger
from alerts.models import AlertType, CalendarRun
from alerts.rules.telling import Telling, Window, local_day, telling_of, widest
from customers.selectors import last_of_next_accounts

ACCOUNTS_AT_ONCE = 10_000


def run_due(*, now: datetime | None = None, seconds: float | None = None) -> bool:
    """Begin the runs whose hour has come and go on with those that are not done.

    True where the time was up before the end. Any number of processes may do it at once.
    """
    now, began = now or timezone.now(), monotonic()
    for type in AlertType.objects.filter(enabled=True, trigger=Trigger.CALENDAR):
        _begin(type, now)
    unfinished = CalendarRun.objects.filter(finished_at=None, type__enabled=True).order_by("day")
    for run_id in unfinished.values_list("pk", flat=True):
        while _step(run_id, now):
            if seconds is not None and monotonic() - began > seconds:
                return True
    return False


def day_of_run(type: AlertType, now: datetime) -> date | None:
    """Up to which day a type may send at this moment; None where its hour has not come."""
    zone = timezone.get_default_timezone()
    today = timezone.localtime(now, zone).date()
    # An hour that the clock jumps over comes when the jump is done; of one that comes twice, the
    # first counts.
    if now < datetime.combine(today, time(type.hour), tzinfo=zone):
        return None
    if not type.business_days_only:
        return today
    if not is_business_day(today):
        return None
    if type.timing == Timing.AFTER:
        return today
    # What falls on a free day is told on the working day before it.
    return next_business_day(today) - timedelta(days=1)


def is_business_day(day: date) -> bool:
    """Neither a weekend nor a holiday of the nation or the utility's state."""
    return day.weekday() < 5 and day not in _holidays(settings.UTILITY_STATE)


def next_business_day(day: date) -> date:
    day += timedelta(days=1)
    while not is_business_day(day):
        day += timedelta(days=1)
    return day


@lru_cache(maxsize=4)
def _holidays(state: str) -> holidays.HolidayBase:
    try:
        return holidays.country_holidays("US", subdiv=state or None)
    except NotImplementedError:  # a state that the package does not know
        return holidays.country_holidays("US")


def _begin(type: AlertType, now: datetime) -> None:
    day = day_of_run(type, now)
    if day is None or CalendarRun.objects.filter(type=type, day__gte=day).exists():
        return
    earliest = widest(type, day).after
    with transaction.atomic():
        locked = AlertType.objects.select_for_update().get(pk=type.pk)
        last = CalendarRun.objects.filter(type=type).order_by("-day").first()
        after = last.day if last else day - timedelta(days=1)
        if locked.look_back:
            after = earliest
            AlertType.objects.filter(pk=type.pk).update(look_back=False)
        CalendarRun.objects.get_or_create(
            type=type, day=day, defaults={"after": max(after, earliest)}
        )


def _step(run_id: int, now: datetime) -> bool:
    """The next accounts of a run, in a transaction. False where it is done or somebody is at it."""
    with transaction.atomic():
        run = (
            CalendarRun.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("type")
            .filter(pk=run_id, finished_at=None)
            .first()
        )
        if run is None:
            return False
        telling = telling_of(run.type)
        through = last_of_next_accounts(after=run.through_account, most=ACCOUNTS_AT_ONCE)
        # A type that was off for long does not go on with what is no news any more.
        after = max(run.after, widest(run.type, local_day(now)).after)
        if through is None or telling is None or after >= run.day:
            CalendarRun.objects.filter(pk=run.pk).update(finished_at=timezone.now())
            return False
        new = _enqueue(run, telling, through, Window(after, run.day), now)
        CalendarRun.objects.filter(pk=run.pk).update(
            through_account=through, queued=F("queued") + new
        )
    return True


def _enqueue(
    run: CalendarRun, telling: Telling, through: int, window: Window, now: datetime
) -> int:
    return telling.enqueue(
        where="f.account_id > %(from_account)s AND f.account_id <= %(to_account)s",
        params={"from_account": run.through_account, "to_account": through},
        now=now,
        window=window,
    )
