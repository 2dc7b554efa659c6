"""manage.py send_mass_notification FILE …: the flight deck without the page."""

import json
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.management.base import BaseCommand
from django.db import transaction

from common.choices import Channel, Purpose
from delivery.batches import batch_counts
from delivery.choices import BatchState
from mass_notifications import drafts, process, selectors, uploads
from mass_notifications.checking import check
from mass_notifications.choices import State
from mass_notifications.command_line import (
    ALL_GOOD,
    SOME_NOT,
    UNUSABLE,
    ProgressBar,
    channels_of,
    check_as_json,
    problems_in,
)
from mass_notifications.enqueueing import enqueue_rest
from mass_notifications.errors import Refused
from mass_notifications.matching import ROWS
from mass_notifications.models import MassNotification
from mass_notifications.running import finish_done

_POLL = 0.2  # seconds


class Command(BaseCommand):
    help = (
        "Send a mass notification to the recipients in a file; prints its id, and with --wait the "
        "final counts by channel and status. Exit 0: sent, or being sent; 1: some rows are not "
        "good and --good-rows was not given, so nothing was sent; 2: it can't be sent."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--subject", default="", help="for email and push")
        parser.add_argument("--body", required=True, help="with {{ placeholders }}")
        parser.add_argument("--channels", type=channels_of, required=True, metavar="email,sms")
        # Emergencies are for people who may, with a reason (RULES 3): they go by the page.
        parser.add_argument(
            "--purpose",
            choices=[
                p for p in Purpose.values if p not in (Purpose.VERIFICATION, Purpose.EMERGENCY)
            ],
            default=Purpose.FIELD_WORK.value,
        )
        parser.add_argument("--name", default="", help="as it stands in the list of notifications")
        parser.add_argument("--good-rows", action="store_true", help="leave the others out")
        parser.add_argument("--wait", action="store_true", help="until the last message is settled")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        bar = ProgressBar(sys.stderr)
        path: Path = options["file"]
        notification: MassNotification | None = None
        try:
            with transaction.atomic():
                notification = self._draft(path, options)
            bar.words("Checking the file")
            check(notification.pk, wait=True)
            notification.refresh_from_db()
            bar.done()
            if notification.check_error:
                raise Refused(notification.check_error)
            self._refuse_problems(notification, as_json=options["json"])
            process.process(notification=notification, by=None)
        except (Refused, ValidationError, OSError) as error:
            bar.done()
            if notification is not None and notification.pk:
                drafts.notification_delete(notification=notification)
            self._refuse(error)
        self._sent(notification, options, bar)

    def _draft(self, path: Path, options: dict[str, Any]) -> MassNotification:
        name = options["name"] or options["subject"] or path.name
        notification = drafts.notification_create(name=name[:100], by=None)
        drafts.notification_update(
            notification=notification,
            changes={
                "subject": options["subject"],
                "body": options["body"],
                "channels": options["channels"],
                "purpose": options["purpose"],
                "good_rows_only": options["good_rows"],
            },
        )
        if not path.is_file():
            raise Refused(f'There is no file "{path}".')
        with path.open("rb") as content:
            uploads.file_store(notification=notification, upload=File(content, name=path.name))
        return notification

    def _refuse_problems(self, notification: MassNotification, *, as_json: bool) -> None:
        """Nothing goes where some rows are not good, unless that was asked for."""
        summary = selectors.summary_of(notification)
        if summary is None or not summary.problem_rows or notification.good_rows_only:
            return
        if as_json:
            for piece in check_as_json(summary, problems_in(ROWS, notification.pk)):
                self.stdout.write(piece, ending="")
        else:
            for problem in problems_in(ROWS, notification.pk):
                self.stderr.write("Row {row}, {column}: {value}  {problem}".format(**problem))
        self.stderr.write(
            f"{summary.problem_rows:,} of {summary.rows:,} rows have a problem; nothing was sent. "
            "Correct them, or send the good rows with --good-rows."
        )
        drafts.notification_delete(notification=notification)
        sys.exit(SOME_NOT)

    def _sent(
        self, notification: MassNotification, options: dict[str, Any], bar: ProgressBar
    ) -> None:
        answer: dict[str, Any] = {"id": notification.pk, "state": notification.state}
        if not options["json"]:
            self.stdout.write(f"{notification.pk}")
        if notification.state == State.WAITING_APPROVAL:
            self.stderr.write("It waits for a second person's approval.")
        elif options["wait"]:
            # The worker has been told; this process does the same where there is none.
            enqueue_rest(notification.pk)
            self._wait(notification, bar)
            answer["state"] = notification.state
            answer["counts"] = self._counts(notification)
            if not options["json"]:
                self._print_counts(answer["counts"])
        if options["json"]:
            self.stdout.write(json.dumps(answer))
        sys.exit(ALL_GOOD)

    def _wait(self, notification: MassNotification, bar: ProgressBar) -> None:
        while True:
            notification.refresh_from_db()
            batch = notification.batch
            if batch is None or notification.state in {State.FINISHED, State.CANCELLED}:
                break
            batch.refresh_from_db()
            if batch.state == BatchState.FINISHED:
                finish_done()
                continue
            now = selectors.sending(notification)
            bar.share(now.total - now.waiting, now.total, "messages")
            time.sleep(_POLL)
        bar.done()

    def _counts(self, notification: MassNotification) -> dict[str, dict[str, int]]:
        if notification.batch is None:
            return {}
        counts = batch_counts(notification.batch)
        return {channel: counts.get(channel, {}) for channel in notification.channels}

    def _print_counts(self, counts: dict[str, dict[str, int]]) -> None:
        for channel, of_channel in counts.items():
            words = ", ".join(f"{status} {count:,}" for status, count in sorted(of_channel.items()))
            self.stdout.write(f"{Channel(channel).label}: {words or 'none'}")

    def _refuse(self, error: Exception) -> NoReturn:
        if isinstance(error, ValidationError):
            self.stderr.write(" ".join(error.messages))
        else:
            self.stderr.write(str(error))
        sys.exit(UNUSABLE)
