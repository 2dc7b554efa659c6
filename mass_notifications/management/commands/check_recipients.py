"""manage.py check_recipients FILE --channels email,sms: what the flight deck would say, as JSON."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from common.choices import Purpose
from common.spreadsheets import SpreadsheetError, open_sheet
from mass_notifications.checking import check_sheet, limits
from mass_notifications.command_line import (
    ALL_GOOD,
    SOME_NOT,
    UNUSABLE,
    ProgressBar,
    channels_of,
    check_as_json,
    problems_in,
)
from mass_notifications.errors import Refused
from mass_notifications.file_columns import columns_of_headings
from mass_notifications.matching import SCRATCH, scratch_rows
from mass_notifications.models import MassNotification


class Command(BaseCommand):
    help = (
        "Check a file of recipients and print, as JSON, rows, good, problems and left_out. "
        "Exit 0: all rows are good; 1: some are not; 2: the file can't be used. Nothing is kept."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--channels", type=channels_of, required=True, metavar="email,sms")
        parser.add_argument(
            "--purpose",
            choices=[p for p in Purpose.values if p != Purpose.VERIFICATION],
            default=Purpose.FIELD_WORK.value,
        )
        parser.add_argument("--json", action="store_true", help="JSON is printed in any case")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        bar = ProgressBar(sys.stderr)
        wording = MassNotification(channels=options["channels"], purpose=options["purpose"])
        try:
            with transaction.atomic():
                scratch_rows()
                sheet = open_sheet(path, limits=limits())
                summary = check_sheet(
                    sheet,
                    columns_of_headings(sheet.headings, shown=f'"{path.name}"'),
                    wording=wording,
                    notification_id=0,
                    table=SCRATCH,
                    progress=bar.check,
                    count_words=False,
                )
                bar.done()
                for piece in check_as_json(summary, problems_in(SCRATCH, 0)):
                    self.stdout.write(piece, ending="")
        except (SpreadsheetError, Refused) as error:
            bar.done()
            self.stderr.write(str(error))
            sys.exit(UNUSABLE)
        sys.exit(ALL_GOOD if summary.good == summary.rows else SOME_NOT)
