"""Celery's way in. Thin: each task calls one function."""

from celery import shared_task
from django.db import close_old_connections

from alerts.verification import limits, waiting


@shared_task(name="alerts.opt_ins")
def opt_ins() -> None:
    """By beat: a reminder for those who were asked to reply YES, and an end to waiting; what is
    no longer needed is forgotten."""
    close_old_connections()
    waiting.expire()
    waiting.remind()
    limits.forget()
