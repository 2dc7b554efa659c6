"""Celery: the queues, who works on each, and what beat does when."""

import os
from typing import Any

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upn.settings")

CHANNELS = ("email", "text", "voice", "push")

# Worker process → the queues it takes. Urgent has workers of its own, so that a payment
# confirmation never waits behind a storm notice.
QUEUES: dict[str, list[str]] = {
    # The sweep too: long checks of files must not hold up what was forgotten or is due again. And
    # what providers report: an opt-out is among it.
    "urgent": [*(f"{channel}.urgent" for channel in CHANNELS), "sweep", "reports"],
    "bulk": [f"{channel}.bulk" for channel in CHANNELS],
    "work": ["work"],
}
# An urgent drain listens for a while: one for each channel, two more for the rest.
CONCURRENCY = {"urgent": 6, "bulk": 4, "work": 2}
# How far each stands back where processors are short: a storm notice to everybody takes what the
# web and urgent messages leave.
NICENESS = {"urgent": 0, "bulk": 10, "work": 5}

app = Celery("upn")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.celeryd_init.connect(weak=False, dispatch_uid="upn.celery.niceness")
def stand_back(sender: str, **_: Any) -> None:
    """`sender` is the worker's host name: bulk@…"""
    os.nice(NICENESS.get(sender.partition("@")[0], 0))
