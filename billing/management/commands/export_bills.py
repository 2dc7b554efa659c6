"""`manage.py export_bills FILE`: the paper bills of a day for the print vendor (RULES 32)."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from billing.print_vendor.export import ExportError, export_bills, manifest_path
from billing.print_vendor.run import Run
from common.templatetags.components import dollars


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}” is not a date; write it as 2026-11-20") from error


class Command(BaseCommand):
    help = (
        "Write the bills of a day whose accounts get paper to FILE, in the print vendor's fixed "
        "layout (docs/print-vendor.md), and FILE.manifest.json with counts and amounts beside it. "
        "The file is read back and held against the manifest; where anything does not add up, "
        "nothing is left behind and the exit code is 1. The same bills give the same file."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="where to write it; its folder must exist")
        parser.add_argument(
            "--date", type=_day, help="the date on the bills, as 2026-11-20; today without it"
        )
        parser.add_argument("--cycle", default="", help="of this billing cycle alone")

    def handle(
        self, *args: Any, file: str, date: date | None, cycle: str = "", **options: Any
    ) -> None:
        run = Run(date or timezone.localdate(), cycle)
        path = Path(file)
        try:
            exported = export_bills(run=run, path=path)
        except ExportError as error:
            raise CommandError(str(error)) from error
        told = exported.export.manifest
        bills = told["bills"]
        self.stdout.write(
            f"{bills['printed']:,} of {bills['in_run']:,} bills, "
            f"{dollars(told['amount_cents']['printed'])}, to {path}; verified against "
            f"{manifest_path(path).name}."
        )
        self.stdout.write(
            f"{bills['by_choice']:,} by choice, {bills['because_no_email_reaches']:,} because no "
            f"email reaches the member; {bills['emailed_only']:,} are emailed only."
        )
        if before := exported.before:
            at = f"{timezone.localtime(before.last_at):%Y-%m-%d %H:%M}"
            self.stdout.write(
                f"Note: it differs from the file of {at} for the same run, which had "
                f"{before.bills:,} bills, {dollars(before.amount_cents)}. If that one went out, "
                "tell the vendor."
            )
