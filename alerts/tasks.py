"""Celery's way in. Thin: each task calls one function.

What takes long is done in slices of a second, so that a payment's alert need not wait for it.
"""

from celery import current_app, shared_task
from django.db import close_old_connections

from alerts import calendar, enrollment, fallback, news, subscriptions
from alerts.rules import KINDS
from common.hints import hint

CALENDAR_TASK = "alerts.run_calendar"


@shared_task(name=news.TELL_TASK)
def tell(kind: str, ids: list[int]) -> None:
    close_old_connections()
    news.tell(kind, ids)


@shared_task(name=news.CATCH_UP_TASK)
def catch_up(kind: str) -> None:
    close_old_connections()
    if news.catch_up(kind, again=False, seconds=news.SLICE):
        news.ask_to_catch_up(kind)


@shared_task(name="alerts.sweep")
def sweep() -> None:
    """By beat: facts that nobody told of, texts that need another way, accounts that are new."""
    close_old_connections()
    for kind in KINDS:
        if news.catch_up(kind, seconds=news.SLICE):
            news.ask_to_catch_up(kind)
    fallback.look()
    subscriptions.start_new_accounts(seconds=news.SLICE)
    enrollment.ask_again()


@shared_task(name=enrollment.ENROLLMENT_TASK)
def go_on_with_enrollment(enrollment_id: int) -> None:
    close_old_connections()
    if enrollment.work(enrollment_id, seconds=news.SLICE):
        hint(enrollment.ENROLLMENT_TASK, enrollment_id, queue="work")


@shared_task(name=CALENDAR_TASK)
def run_calendar() -> None:
    close_old_connections()
    if calendar.run_due(seconds=news.SLICE):
        current_app.send_task(CALENDAR_TASK, queue="work", retry=False)


@shared_task(name="alerts.start_accounts")
def start_accounts() -> None:
    """Each night: accounts that came late, or that were left out by ids that were given late."""
    close_old_connections()
    subscriptions.start_new_accounts(everything=True)
