"""`manage.py import_reassigned FILE`: the answers of the FCC's Reassigned Numbers Database."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from alerts.new_numbers import ask_for_new_numbers
from common.spreadsheets import SpreadsheetError
from customers.reassigned import import_reassigned

_SHOWN = 20


class Command(BaseCommand):
    help = (
        "Take the database's answers (a table with a column of phone numbers and one of yes, no "
        "or no data): yes turns the number off for texts and calls, goes into the ledger, and "
        "asks the member for another by email. Safe to run again. Exit code 0: all rows are good; "
        "1: some are not; 2: the file cannot be used."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="CSV, TSV, XLSX, XLS or ODS with headings")

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        try:
            answers = import_reassigned(Path(file), ask=ask_for_new_numbers)
        except SpreadsheetError as error:
            raise CommandError(error.message, returncode=2) from error
        except OSError as error:
            raise CommandError(f"{file} can't be read: {error.strerror}.", returncode=2) from error
        self.stdout.write(
            f"{answers.yes:,} yes ({len(answers.turned_off):,} turned off now, "
            f"{answers.asked:,} members asked for another number), {answers.no:,} no, "
            f"{answers.no_data:,} no data, "
            f"{len(answers.problems):,} rows with a problem."
        )
        if answers.given_since:
            self.stdout.write(
                f"{answers.given_since:,} numbers were given or verified again after the date "
                "that was asked about, and stay on."
            )
        for row, problem in answers.problems[:_SHOWN]:
            self.stdout.write(f"Row {row}: {problem}")
        if answers.problems:
            sys.exit(1)
