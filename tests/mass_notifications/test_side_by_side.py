"""What people do to a notification while a worker checks its file."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.core.files.base import ContentFile
from django.db import connections

from mass_notifications import drafts, uploads
from mass_notifications.checking import CHECKING, LOCK_SPACE, check, check_start
from mass_notifications.choices import State
from mass_notifications.models import MassNotification, RecipientRow
from tests import processes
from tests.mass_notifications.making import csv_of, notification_of
from tests.wire import wait_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def beside() -> Iterator["Beside"]:
    """Run a function in a thread, on a connection of its own."""
    with ThreadPoolExecutor(4) as pool:

        def start(function: Callable[..., object], *args: Any, **kwargs: Any) -> "Future[None]":
            def run() -> None:
                try:
                    function(*args, **kwargs)
                finally:
                    connections.close_all()

            return pool.submit(run)

        yield start


Beside = Callable[..., "Future[None]"]


def _waiting_for_a_lock() -> bool:
    with psycopg.connect(processes.test_database_url()) as db:
        found = db.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        ).fetchone()
    return found is not None and found[0] == 1


@contextmanager
def locked_elsewhere(notification: MassNotification) -> Iterator[None]:
    """Another process is at the check, for the block."""
    with psycopg.connect(processes.test_database_url()) as db:
        db.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE + CHECKING, notification.pk])
        yield


def test_who_waits_for_a_check_finds_it_done(beside: Beside) -> None:
    notification = notification_of("email\na@example.com\n", channels=["email"])
    check_start(notification)
    with locked_elsewhere(notification):
        check(notification.pk)
        notification.refresh_from_db()
        assert notification.state == State.CHECKING, "another process is at it"
        waiting = beside(check, notification.pk, wait=True)
        wait_for(_waiting_for_a_lock)
    waiting.result(20)
    notification.refresh_from_db()
    assert notification.state == State.CHECKED


def test_a_deletion_waits_for_the_check_and_leaves_nothing(
    beside: Beside,
) -> None:
    notification = notification_of("email\na@example.com\n", channels=["email"])
    pk = notification.pk
    with locked_elsewhere(notification):
        deleting = beside(drafts.notification_delete, notification=notification)
        wait_for(_waiting_for_a_lock)
    deleting.result(20)
    assert not MassNotification.objects.filter(pk=pk).exists()
    assert not RecipientRow.objects.filter(notification_id=pk).exists()


def test_another_file_may_come_at_any_moment_of_a_check(
    beside: Beside,
) -> None:
    notification = notification_of(csv_of(3_000), channels=["email"])
    checks = []
    for turn in range(6):
        checks.append(beside(check, notification.pk))
        uploads.file_store(
            notification=notification,
            upload=ContentFile(csv_of(3_000 + turn).encode(), name=f"members-{turn}.csv"),
        )
    for one in checks:
        one.result(60)
    check(notification.pk, wait=True)
    notification.refresh_from_db()
    assert notification.state == State.CHECKED
    assert RecipientRow.objects.filter(notification=notification).count() == 3_005
