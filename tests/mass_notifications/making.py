"""Mass notifications for tests, made as a person makes them: written, uploaded, checked."""

from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile

from common.choices import Channel
from mass_notifications import drafts, uploads
from mass_notifications.checking import check
from mass_notifications.choices import State
from mass_notifications.models import MassNotification, RecipientRow
from mass_notifications.summary import Summary
from tests.wire import wait_for

SAMPLES = Path(__file__).parent.parent / "data"
BODY = "Crews will work near {{ name }} today. Questions? Call 478-555-0100."


def notification_of(
    content: str | bytes | Path,
    *,
    name: str = "members.csv",
    channels: list[str] | None = None,
    **changes: Any,
) -> MassNotification:
    """A notification whose file was checked. `content`: the file, or lines of CSV."""
    notification = drafts.notification_create(name="Line work", by=changes.pop("by", None))
    drafts.notification_update(
        notification=notification,
        changes={
            "subject": "Line work today",
            "body": BODY,
            "channels": channels or [Channel.EMAIL, Channel.TEXT],
            "purpose": "field_work",
            **changes,
        },
    )
    if isinstance(content, Path):
        name, content = content.name, content.read_bytes()
    raw = content.encode() if isinstance(content, str) else content
    uploads.file_store(notification=notification, upload=ContentFile(raw, name=name))
    # A worker that an earlier test left running may be at it already.
    wait_for(lambda: _checked(notification), seconds=60, what="the check")
    return MassNotification.objects.select_related("file", "batch").get(pk=notification.pk)


def _checked(notification: MassNotification) -> bool:
    check(notification.pk)
    notification.refresh_from_db(fields=["state"])
    return notification.state != State.CHECKING


def summary_of(notification: MassNotification) -> Summary:
    assert notification.summary is not None, notification.check_error
    return Summary.from_json(notification.summary)


def row_of(notification: MassNotification, row: int) -> RecipientRow:
    return RecipientRow.objects.get(notification=notification, row=row)


def csv_of(count: int, *, heading: str = "account,name,email,mobile,pole") -> str:
    """Members of nobody's, each with an address and a number of their own."""
    lines = [heading]
    for index in range(count):
        number = f"478555{index % 10_000:04d}" if index < 10_000 else ""
        lines.append(
            f"{700_000_001 + index},RENTZ SAM,sam{index}@example.com,{number},{index % 97}"
        )
    return "\n".join(lines) + "\n"
