"""`manage.py export_reassigned FILE`: our numbers, for the FCC's Reassigned Numbers Database."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from customers.reassigned import MOST_IN_A_FILE, parts_to_ask, write_reassigned


class Command(BaseCommand):
    help = (
        "Write every number in use with the date of its last consent as CSV (RULES 11), for the "
        "FCC's Reassigned Numbers Database; bring its answers back with import_reassigned. The "
        f"database takes {MOST_IN_A_FILE:,} numbers in a file: more than that are written into "
        "FILE, FILE-2, FILE-3 … (numbers.csv, numbers-2.csv). Numbers that were given or verified "
        "today are not in it. Exit code 0: done; 2: the file can't be written."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="a CSV file to be; - is the standard output")
        parser.add_argument(
            "--most",
            type=int,
            default=MOST_IN_A_FILE,
            help=f"numbers in a file ({MOST_IN_A_FILE:,})",
        )

    def handle(self, *args: Any, file: str, most: int, **options: Any) -> None:
        if most < 1:
            raise CommandError("--most takes 1 or more.", returncode=2)
        if file == "-":
            write_reassigned(sys.stdout, most=None)
            return
        for part in range(1, parts_to_ask(most=most) + 1):
            path = _part_of(Path(file), part)
            try:
                with path.open("x", encoding="utf-8", newline="") as opened:
                    count = write_reassigned(opened, part=part, most=most)
            except OSError as error:
                raise CommandError(
                    f"{path} can't be written: {error.strerror}.", returncode=2
                ) from error
            self.stdout.write(f"{count:,} numbers are in {path}.")


def _part_of(path: Path, part: int) -> Path:
    return path if part == 1 else path.with_name(f"{path.stem}-{part}{path.suffix}")
