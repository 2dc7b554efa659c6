"""Check one file as a worker does it, in a process of its own. Usage: … FILE; prints seconds."""

import os
import sys
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upn.settings")

import django

django.setup()

from django.core.files.base import File  # noqa: E402

from mass_notifications.checking import check  # noqa: E402
from mass_notifications.drafts import notification_create, notification_update  # noqa: E402
from mass_notifications.uploads import file_store  # noqa: E402

path = Path(sys.argv[1])
notification = notification_create(name=path.name, by=None)
notification_update(
    notification=notification,
    changes={
        "subject": "Work on your line",
        "body": "Hello {{ name }}, we work at pole {{ pole }}.",
        "channels": ["email", "text"],
        "purpose": "field_work",
    },
)
with path.open("rb") as content:
    file_store(notification=notification, upload=File(content, name=path.name))
start = time.perf_counter()
check(notification.pk)
seconds = time.perf_counter() - start
notification.refresh_from_db()
if notification.check_error or (notification.summary or {}).get("problem_rows"):
    raise SystemExit(f"The file should be good: {notification.check_error or notification.summary}")
print(seconds)
