"""Celery's way in: beat asks every few seconds to write down, and once a day to forget."""

import time

from celery import shared_task

from delivery.tracking.collecting import collect
from delivery.tracking.counting import forget_old

_SECONDS = 5.0


@shared_task(name="delivery.collect_reactions")
def collect_reactions() -> None:
    deadline = time.monotonic() + _SECONDS
    while collect() and time.monotonic() < deadline:
        pass


@shared_task(name="delivery.forget_reactions")
def forget_reactions() -> None:
    forget_old()
