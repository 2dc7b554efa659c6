"""Celery's way in."""

from celery import shared_task
from django.db import close_old_connections

from delivery.replies.queued import LEAVE_OUT_TASK, leave_out_rest


@shared_task(name=LEAVE_OUT_TASK)
def leave_out(number: str, purpose: str) -> None:
    close_old_connections()
    leave_out_rest(number, purpose)
