"""Celery's way in. Thin: each task calls one function."""

from celery import shared_task
from django.db import close_old_connections

from delivery.webhooks.applying import apply_due
from delivery.webhooks.events import APPLY_TASK
from delivery.webhooks.forgetting import forget_old


@shared_task(name=APPLY_TASK)
def apply_webhooks() -> None:
    close_old_connections()
    apply_due()


@shared_task(name="delivery.forget_webhooks")
def forget_webhooks() -> None:
    close_old_connections()
    forget_old()
