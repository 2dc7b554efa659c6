"""Mass notifications for measurements: made from a file as people do, then processed."""

import csv
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import phonenumbers

if TYPE_CHECKING:
    from delivery.models import Batch
    from mass_notifications.models import MassNotification

POLL = 0.02  # seconds


@cache
def area_codes() -> list[int]:
    """All of the United States. Numbers kept for fiction exist a hundred to an area code, so a
    large file repeats them, and has more duplicates than a real one."""
    from common.phones import read_phone

    return [
        code
        for code in range(201, 1000)
        if phonenumbers.region_code_for_number(phonenumbers.parse(f"+1{code}5550100")) == "US"
        and read_phone(f"{code}-555-0100").number
    ]


@dataclass(frozen=True)
class Sent:
    """Seconds since Process was pressed."""

    all_recorded: float
    first_handed_over: float


def write_csv(path: Path, rows: int, *, prefix: str = "m") -> Path:
    """A file as a billing system exports it: account, name, phone, email, pole."""
    codes = area_codes()
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Member Separator", "Name", "Cell Phone", "Email", "Pole"])
        writer.writerows(
            (
                f"{100_000 + n}-001",
                f"MEMBER {n}",
                f"{codes[n // 100 % len(codes)]}-555-01{n % 100:02d}",
                f"{prefix}{n}.member@example.com",
                n,
            )
            for n in range(rows)
        )
    return path


def checked(
    rows: int, *, subject: str, body: str, channels: tuple[str, ...] = ("email",)
) -> "MassNotification":
    """A mass notification whose file was checked, ready for Process."""
    from django.core.files.base import File

    from mass_notifications.checking import check
    from mass_notifications.drafts import notification_create, notification_update
    from mass_notifications.uploads import file_store

    path = write_csv(Path(os.environ["UPN_DATA_DIR"]) / "bench.csv", rows)
    notification = notification_create(name=f"Bench {rows}", by=None)
    notification_update(
        notification=notification,
        changes={"subject": subject, "body": body, "channels": list(channels),
                 "purpose": "field_work"},
    )  # fmt: skip
    with path.open("rb") as content:
        file_store(notification=notification, upload=File(content, name=path.name))
    check(notification.pk)
    notification.refresh_from_db()
    if notification.check_error:
        raise RuntimeError(notification.check_error)
    return notification


def wait(condition: Callable[[], bool], *, seconds: float = 600) -> float:
    """The moment at which it became true."""
    give_up = time.perf_counter() + seconds
    while not condition():
        if time.perf_counter() > give_up:
            raise RuntimeError("It did not come to that in time.")
        time.sleep(POLL)
    return time.perf_counter()


def count_of(batch: "Batch", status: str = "sent") -> int:
    from delivery.batches import batch_counts

    return sum(by.get(status, 0) for by in batch_counts(batch).values())


def process_and_wait(notification: "MassNotification", messages: int) -> Sent:
    """Press Process; wait for the last recorded result."""
    from mass_notifications.process import process

    began, start = time.time(), time.perf_counter()
    process(notification=notification, by=None)
    notification.refresh_from_db()
    batch = notification.batch
    assert batch is not None
    end = wait(lambda: count_of(batch) >= messages)
    batch.refresh_from_db()
    assert batch.first_sent_at is not None
    return Sent(end - start, batch.first_sent_at.timestamp() - began)
