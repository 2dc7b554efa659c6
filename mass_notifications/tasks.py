"""Celery's way in. Thin: each task calls one function."""

from celery import shared_task
from django.db import close_old_connections

from mass_notifications.checking import CHECK_TASK, check
from mass_notifications.enqueueing import ENQUEUE_TASK, enqueue_rest
from mass_notifications.process import start_scheduled
from mass_notifications.running import START_TASK
from mass_notifications.running import run_due as run_due_now


@shared_task(name=CHECK_TASK)
def check_file(notification_id: int) -> None:
    close_old_connections()
    check(notification_id)


@shared_task(name=ENQUEUE_TASK)
def enqueue_messages(notification_id: int) -> None:
    close_old_connections()
    enqueue_rest(notification_id)


@shared_task(name=START_TASK)
def start(notification_id: int) -> None:
    close_old_connections()
    start_scheduled(notification_id)


@shared_task(name="mass_notifications.run_due")
def run_due() -> None:
    close_old_connections()
    run_due_now()
