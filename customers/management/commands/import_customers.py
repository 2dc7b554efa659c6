"""`manage.py import_customers FILE`: members and accounts from the billing system."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.row_problems import tell_problems
from common.spreadsheets import SpreadsheetError
from customers.billing_import import Report, import_customers


class Command(BaseCommand):
    help = (
        "Take members and accounts over from a billing system's file (CSV or XLSX): new ones are "
        "made, known ones (by account) are brought up to date, a blank cell erases nothing. Safe "
        "to run again. Exit code 0: all rows are good; 1: some are not; 2: the file cannot be used."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="CSV, TSV, XLSX, XLS or ODS with headings")
        parser.add_argument("--json", action="store_true", help="the report as JSON")
        parser.add_argument(
            "--dry-run", action="store_true", help="report the same and change nothing"
        )

    def handle(
        self, *args: Any, file: str, json: bool = False, dry_run: bool = False, **options: Any
    ) -> None:
        try:
            report = import_customers(file, is_dry_run=dry_run, progress=self._show)
        except SpreadsheetError as error:
            raise CommandError(error.message, returncode=2) from error
        self._tell_json(report) if json else self._tell(report)
        if not report.is_good:
            sys.exit(1)

    def _tell_json(self, report: Report) -> None:
        self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False))

    def _tell(self, report: Report) -> None:
        if report.is_dry_run:
            self.stdout.write("A dry run: nothing was changed.")
        self.stdout.write(
            f"{report.rows:,} rows: {report.new:,} new, {report.changed:,} changed, "
            f"{report.unchanged:,} unchanged, {report.refused:,} refused. "
            f"{report.new_members:,} new members."
        )
        for note in report.notes:
            self.stdout.write(f"Note: {note}")
        tell_problems(
            self.stdout.write, report.problems, total=len(report.problems), what="problems"
        )

    def _show(self, rows: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{rows:,} rows read", ending="")
