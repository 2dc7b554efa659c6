"""`manage.py import_facts KIND FILE`: bills, payments and the like from the billing system."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing.choices import Kind
from billing.facts import Report
from billing.facts.from_file import import_facts
from common.row_problems import tell_problems
from common.spreadsheets import SpreadsheetError


class Command(BaseCommand):
    help = (
        "Take facts over from a billing system's file (CSV or XLSX). New ones are made, known ones "
        "(by their id) are corrected where they differ. Safe to run again. Exit code 0: all rows "
        "are good; 1: some are refused; 2: the file cannot be used."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", help=", ".join(f"{kind.value}s" for kind in Kind))
        parser.add_argument("file", help="CSV, TSV, XLSX, XLS or ODS with headings")
        parser.add_argument("--json", action="store_true", help="the report as JSON")

    def handle(self, *args: Any, kind: str, file: str, json: bool = False, **options: Any) -> None:
        try:
            report = import_facts(_kind(kind), file, progress=self._show)
        except SpreadsheetError as error:
            raise CommandError(error.message, returncode=2) from error
        self._tell_json(report) if json else self._tell(report)
        if not report.is_good:
            sys.exit(1)

    def _tell_json(self, report: Report) -> None:
        self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False))

    def _tell(self, report: Report) -> None:
        self.stdout.write(
            f"{report.rows:,} rows: {report.new:,} new, {report.changed:,} changed, "
            f"{report.unchanged:,} unchanged, {report.refused:,} refused."
        )
        for note in report.notes:
            self.stdout.write(f"Note: {note}")
        tell_problems(self.stdout.write, report.problems, total=report.refused, what="problems")
        if report.remarks:
            self.stdout.write("Taken, and good to know:")
        tell_problems(self.stdout.write, report.remarks, total=report.remarked, what="remarks")

    def _show(self, rows: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{rows:,} rows read", ending="")


def _kind(text: str) -> Kind:
    """bills, bill, usage-reads, "usage reads"."""
    wanted = text.lower().replace("-", "_").replace(" ", "_")
    for kind in Kind:
        if wanted in (kind.value, f"{kind.value}s"):
            return kind
    known = ", ".join(f"{kind.value}s" for kind in Kind)
    raise CommandError(f"There is no kind {text!r}. Say one of: {known}.", returncode=2)
