"""Beat asks every two seconds whether the sandbox has something to report."""

import time

from celery import shared_task

from delivery.providers.sandbox.reports import give_due_reports

_SECONDS = 5.0


@shared_task(name="delivery.sandbox_reports")
def sandbox_reports() -> None:
    deadline = time.monotonic() + _SECONDS
    while give_due_reports() and time.monotonic() < deadline:
        pass
