"""Celery: the queues, who works on each, and what beat does when."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upn.settings")

CHANNELS = ("email", "text", "voice", "push")

# Worker process → the queues it takes. Urgent has workers of its own, so that a payment
# confirmation never waits behind a storm notice.
QUEUES: dict[str, list[str]] = {
    # The sweep too: long checks of files must not hold up what was forgotten or is due again.
    "urgent": [*(f"{channel}.urgent" for channel in CHANNELS), "sweep"],
    "bulk": [f"{channel}.bulk" for channel in CHANNELS],
    "work": ["work"],
}
CONCURRENCY = {"urgent": 4, "bulk": 4, "work": 2}

app = Celery("upn")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
