"""What came of taking over a file of the billing system, and the command that does it.

Sentences are kept in English; a page or `--language` shows them in the reader's.
"""

import json
import sys
from abc import abstractmethod
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from common.row_problems import Problem, tell_problems
from common.sentences import translated
from common.spreadsheets import SpreadsheetError


@dataclass(kw_only=True)
class FileReport:
    """Each row is counted once: new, changed, unchanged or refused."""

    is_dry_run: bool = False
    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    problems: list[Problem] = field(default_factory=list)
    """What was refused, a row or a cell, and why."""
    notes: list[str] = field(default_factory=list)
    """About the file as a whole."""

    @property
    def is_good(self) -> bool:
        return not self.problems

    @property
    def all_problems(self) -> int:
        """Those that were not kept in words, too."""
        return len(self.problems)

    def counts(self) -> dict[str, Any]:
        names = ("rows", "new", "changed", "unchanged", "refused")
        return {"dry_run": self.is_dry_run, **{name: getattr(self, name) for name in names}}

    def as_json(self) -> dict[str, Any]:
        return {
            **self.counts(),
            "problems": [problem._asdict() for problem in self.problems],
            "notes": self.notes,
        }


class FileCommand(BaseCommand):
    """Takes one file over and tells what came of it. Exit code 0: all rows are good; 1: some are
    not; 2: the file cannot be used."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="CSV, TSV, XLSX, XLS or ODS with headings")
        parser.add_argument("--json", action="store_true", help="the report as JSON, in English")
        parser.add_argument(
            "--dry-run", action="store_true", help="report the same and change nothing"
        )
        parser.add_argument(
            "--language",
            choices=[code for code, _name in settings.LANGUAGES],
            default="en",
            help="of the report",
        )

    def handle(
        self,
        *args: Any,
        file: str,
        json: bool = False,
        dry_run: bool = False,
        language: str = "en",
        **options: Any,
    ) -> None:
        with translation.override(language):
            try:
                report = self.take(file, is_dry_run=dry_run, progress=self._show, **options)
            except SpreadsheetError as error:
                raise CommandError(translated(error.message), returncode=2) from error
            self._tell_json(report) if json else self.tell(report)
        if not report.is_good:
            sys.exit(1)

    @abstractmethod
    def take(
        self, file: str, *, is_dry_run: bool, progress: Callable[[int], None], **options: Any
    ) -> FileReport:
        """Raises SpreadsheetError, in words, where the file cannot be used."""

    def tell(self, report: FileReport) -> None:
        if report.is_dry_run:
            self.stdout.write(_("A dry run: nothing was changed."))
        self.stdout.write(
            _(
                "%(rows)s rows: %(new)s new, %(changed)s changed, %(unchanged)s unchanged, "
                "%(refused)s refused."
            )
            % {name: f"{count:,}" for name, count in report.counts().items()}
        )
        for note in report.notes:
            self.stdout.write(_("Note: %(words)s") % {"words": translated(note)})
        tell_problems(self.stdout.write, report.problems, total=report.all_problems)

    def _tell_json(self, report: FileReport) -> None:
        self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False))

    def _show(self, rows: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{rows:,} rows read", ending="")
