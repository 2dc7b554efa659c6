"""`manage.py export_reassigned FILE`: our numbers, for the FCC's Reassigned Numbers Database."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from customers.reassigned import write_reassigned


class Command(BaseCommand):
    help = (
        "Write every number in use with the date of its last consent as CSV (RULES 11), for the "
        "FCC's Reassigned Numbers Database; bring its answers back with import_reassigned. "
        "Exit code 0: done; 2: the file can't be written."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="a CSV file to be; - is the standard output")

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        if file == "-":
            write_reassigned(sys.stdout)
            return
        try:
            with Path(file).open("x", encoding="utf-8", newline="") as opened:
                count = write_reassigned(opened)
        except OSError as error:
            raise CommandError(f"{file} can't be written: {error.strerror}.", returncode=2) from (
                error
            )
        self.stdout.write(f"{count:,} numbers are in {file}.")
