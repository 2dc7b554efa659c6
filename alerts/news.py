"""Facts were told: alert at once, and find again whatever was not heard of.

A few facts (a payment at the counter) are alerted of by the process that tells them, and in the
same transaction: it is one statement, and no queue stands in between. Many are a task's. Nothing
depends on either: `catch_up` reads each kind in the order of its changes, from a mark on, so a lost
task, a dead broker or a killed worker costs time alone.
"""

import logging
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from celery import current_app
from django.db import connection, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from alerts.choices import Trigger
from alerts.models import AlertType, CalendarRun, FactMark
from alerts.rules import KINDS
from alerts.rules.telling import Telling, telling_of, tellings_of, widest
from billing.news import FEW

log = logging.getLogger(__name__)
TELL_TASK = "alerts.tell"
CATCH_UP_TASK = "alerts.catch_up"
# More at once than a task is told of by their ids: the mark finds them in order.
MANY = 500
FACTS_AT_ONCE = 5_000
# Seconds of work before the worker is free for others.
SLICE = 1.0
# Between the clocks of two machines, and between a transaction's first look and its first write.
_SLACK = timedelta(seconds=5)
_START = datetime(2000, 1, 1, tzinfo=UTC)


def hear(*, kind: str, ids: list[int], **_: Any) -> None:
    """Receiver of `billing.signals.facts_told`."""
    if len(ids) > MANY:
        _send(CATCH_UP_TASK, [kind])
    elif len(ids) > FEW:
        _send(TELL_TASK, [kind, ids])
    else:
        tell(kind, ids)


def tell(kind: str, ids: Iterable[int], *, now: datetime | None = None) -> int:
    """Alert of these facts, as far as they are news; returns how many messages were new."""
    now, new = now or timezone.now(), 0
    chosen = list(ids)
    if kind not in KINDS or not chosen:
        return 0
    for telling in tellings_of(kind):
        new += _tell(telling, "f.id = ANY(%(ids)s)", {"ids": chosen}, now)
    return new


def tell_account(account_id: int, type: AlertType, *, now: datetime | None = None) -> int:
    """The reminders that an account's changed options make due today or earlier."""
    if not type.enabled or type.trigger != Trigger.CALENDAR or type.timing != "before":
        return 0
    telling = telling_of(type)
    if telling is None:
        return 0
    return _tell(
        telling, "f.account_id = %(account)s", {"account": account_id}, now or timezone.now()
    )


def catch_up(kind: str, *, again: bool = True, seconds: float | None = None) -> bool:
    """Read on: from where all is settled (`again`), or from where the last reading ended.

    True where the time was up before the end. Nobody else reads the kind meanwhile: where
    somebody does, this returns at once.
    """
    if kind not in KINDS:
        return False
    began, place = monotonic(), None
    FactMark.objects.get_or_create(kind=kind, defaults={"changed_at": _START, "read_at": _START})
    while True:
        with transaction.atomic():
            mark = FactMark.objects.select_for_update(skip_locked=True).filter(kind=kind).first()
            if mark is None:
                return False
            settled, read = (mark.changed_at, mark.fact_pk), (mark.read_at, mark.read_pk)
            # A gap that is passed over is not settled by reading on behind it.
            settles = again or read <= settled
            start = max(settled, place or settled) if settles else read
            # Before the facts are read: who writes now is seen by the next reading.
            horizon = (_settled_until(), 0)
            facts = _next_facts(kind, start)
            at_end = len(facts) < FACTS_AT_ONCE
            tell(kind, [pk for _, pk in facts])
            place = facts[-1] if facts else start
            if at_end:
                place = max(place, horizon)
            mark.read_at, mark.read_pk = max(read, place)
            if settles:
                mark.changed_at, mark.fact_pk = max(settled, min(place, horizon))
            mark.save()
        if at_end:
            return False
        if seconds is not None and monotonic() - began > seconds:
            return True


def ask_to_catch_up(kind: str) -> None:
    _send(CATCH_UP_TASK, [kind])


def _tell(telling: Telling, where: str, params: dict[str, Any], now: datetime) -> int:
    window, type = None, telling.type
    if type.trigger == Trigger.CALENDAR:
        # Before the day's run has begun, the run itself will find the fact.
        run = CalendarRun.objects.filter(type=type).order_by("-day").first()
        if run is None:
            return 0
        window = widest(type, run.day)
    return telling.enqueue(where=where, params=params, now=now, window=window)


def _settled_until() -> datetime:
    """No transaction that is still open can have told a fact before this moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT least(clock_timestamp(), min(xact_start)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND backend_xid IS NOT NULL "
            "AND pid <> pg_backend_pid()"
        )
        at: datetime = cursor.fetchone()[0]
    return at - _SLACK


def _next_facts(kind: str, after: tuple[datetime, int]) -> list[tuple[datetime, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT changed_at, id FROM {KINDS[kind].table} "  # noqa: S608
            "WHERE (changed_at, id) > (%s, %s) ORDER BY changed_at, id LIMIT %s",
            [*after, FACTS_AT_ONCE],
        )
        return list(cursor.fetchall())


def _send(task: str, args: list[Any]) -> None:
    try:
        current_app.send_task(task, args=args, queue="work", retry=False)
    except OperationalError:
        log.warning("The broker is away; beat will find the facts.")
