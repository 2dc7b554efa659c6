"""The whole way, with real workers: uploaded, checked, processed, delivered, finished."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from django.core.files.base import ContentFile

from delivery.choices import Status
from delivery.models import Message
from delivery.sweep import finish_batches
from mass_notifications import drafts, enqueueing, process, selectors, uploads
from mass_notifications.checking import check, check_start
from mass_notifications.choices import State
from mass_notifications.models import MassNotification
from mass_notifications.running import finish_done, run_due
from tests.mass_notifications.making import SAMPLES, csv_of, notification_of, summary_of
from tests.processes import Workers, process_environment
from tests.session import ROOT
from tests.wire import SmtpSink, wait_for
from upn.celery import app

pytestmark = pytest.mark.django_db(transaction=True)


def _state(notification: MassNotification) -> str:
    notification.refresh_from_db()
    return notification.state


def test_an_uploaded_file_is_checked_and_sent_by_the_workers(
    workers: Workers, smtp_sink: SmtpSink
) -> None:
    workers.start("bulk", "work", env={"EMAIL_URL": smtp_sink.url})
    notification = drafts.notification_create(name="Storm", by=None)
    drafts.notification_update(
        notification=notification,
        changes={
            "subject": "Power for {{ member name }}",
            "body": "Pole {{ pole }} is replaced.",
            "channels": ["email", "text", "voice"],
            "purpose": "emergency",
            "good_rows_only": True,
        },
    )
    drafts.notification_update(
        notification=notification, changes={"purpose": "outage", "good_rows_only": True}
    )
    uploads.file_store(
        notification=notification,
        upload=ContentFile((SAMPLES / "after-excel.csv").read_bytes(), name="after-excel.csv"),
    )
    wait_for(lambda: _state(notification) == State.CHECKED, seconds=20, what="the check")
    assert summary_of(notification).messages == 48
    process.process(notification=notification, by=None)
    smtp_sink.wait_for(16)
    subjects = {str(delivery.message["Subject"]) for delivery in smtp_sink.delivered}
    assert "Power for MUÑOZ MAE" in subjects
    wait_for(
        lambda: (
            not Message.objects.filter(channel="email")
            .exclude(status__in=[Status.SENT, Status.DELIVERED])
            .exists()
        ),
        seconds=20,
        what="the emails' results",
    )
    phones = set(Message.objects.exclude(channel="email").values_list("status", flat=True))
    assert phones <= {Status.SENT, Status.DELIVERED, Status.HELD, Status.QUEUED, Status.SENDING}


def test_the_command_waits_and_prints_the_final_counts(
    workers: Workers, smtp_sink: SmtpSink
) -> None:
    workers.start("bulk", "work", env={"EMAIL_URL": smtp_sink.url})
    with subprocess.Popen(
        [
            sys.executable, "manage.py", "send_mass_notification",
            str(SAMPLES / "after-excel.csv"), "--subject", "Work", "--body", "Pole {{ pole }}",
            "--channels", "email", "--good-rows", "--wait", "--json",
        ],
        cwd=ROOT,
        env=process_environment({"EMAIL_URL": smtp_sink.url}),
        stdout=subprocess.PIPE,
    ) as command:  # fmt: skip
        # Beat is not running here: its sweep is what closes a batch.
        wait_for(lambda: finish_batches() or command.poll() is not None, seconds=60, what="its end")
        assert command.stdout is not None
        answer = json.loads(command.stdout.read())
    assert command.returncode == 0
    assert len(smtp_sink.recipients) == 20
    assert answer["state"] == "finished"
    assert answer["counts"] == {"email": {"sent": 20}}


def test_a_killed_enqueueing_goes_on_and_makes_each_message_once(workers: Workers) -> None:
    workers.stop()
    notification = notification_of(csv_of(6_000), channels=["email"], body="Short")
    process.process(notification=notification, by=None)
    child = subprocess.Popen(
        [
            sys.executable, "-c",
            "import django; django.setup()\n"
            "from mass_notifications import enqueueing\n"
            "enqueueing.ROWS_AT_ONCE = 100\n"
            f"enqueueing.enqueue_rest({notification.pk})",
        ],
        cwd=ROOT,
        env=process_environment(),
    )  # fmt: skip

    def some() -> bool:
        notification.refresh_from_db()
        return notification.enqueued_through > 2_500

    wait_for(some, seconds=30, what="some steps of enqueueing")
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    notification.refresh_from_db()
    assert notification.batch is not None
    assert not notification.batch.complete
    wait_for(lambda: _enqueued(notification), seconds=30, what="the rest")
    assert Message.objects.count() == 6_000
    assert Message.objects.values("address").distinct().count() == 6_000


def _enqueued(notification: MassNotification) -> bool:
    """What beat's task asks for, done here: the lock of the dead process is gone with it."""
    enqueueing.enqueue_rest(notification.pk)
    notification.refresh_from_db()
    return bool(notification.batch and notification.batch.complete)


def test_a_killed_check_is_done_again_to_the_same_end(workers: Workers) -> None:
    workers.stop()
    notification = notification_of(csv_of(20_000))
    before = summary_of(notification)
    check_start(notification)
    child = subprocess.Popen(
        [
            sys.executable, "-c",
            "import django; django.setup()\n"
            f"from mass_notifications.checking import check; check({notification.pk})",
        ],
        cwd=ROOT,
        env=process_environment(),
    )  # fmt: skip
    wait_for(
        lambda: selectors.check_progress(notification).rows > 1_000,
        seconds=30,
        what="the check to be under way",
    )
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    assert _state(notification) == State.CHECKING
    assert summary_of(notification) == before, "what was known stays until the check is done"
    wait_for(lambda: _checked(notification), seconds=30, what="the check")
    assert summary_of(notification) == before
    assert notification.rows.count() == 20_000


def _checked(notification: MassNotification) -> bool:
    check(notification.pk)
    return _state(notification) == State.CHECKED


def test_cancel_stops_a_sending_on_its_way(workers: Workers, smtp_sink: SmtpSink) -> None:
    workers.start("bulk", "work", env={"EMAIL_URL": smtp_sink.url})
    notification = notification_of(csv_of(4_000), channels=["email"], body="Short")
    started = time.monotonic()
    process.process(notification=notification, by=None)
    smtp_sink.wait_for(1)
    assert time.monotonic() - started < 3, "the first message leaves at once"
    notification.refresh_from_db()
    cancelled_at = time.monotonic()
    process.cancel(notification=notification)
    assert time.monotonic() - cancelled_at < 2
    assert _state(notification) == State.CANCELLED
    wait_for(
        lambda: not Message.objects.filter(status__in=["queued", "sending"]).exists(),
        seconds=20,
        what="the last window",
    )
    sent = Message.objects.filter(status=Status.SENT).count()
    assert sent == len(smtp_sink.recipients) < 4_000
    enqueueing.enqueue_rest(notification.pk)
    assert not Message.objects.filter(status="queued").exists()


def test_beat_finds_what_the_broker_forgot(workers: Workers) -> None:
    notification = notification_of(csv_of(5))
    check_start(notification)
    workers.start("bulk", "work")
    app.control.purge()
    run_due()
    wait_for(lambda: _state(notification) == State.CHECKED, seconds=20, what="the check")
    assert finish_done() == 0
