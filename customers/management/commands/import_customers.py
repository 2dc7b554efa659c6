"""`manage.py import_customers FILE`: members and accounts from the billing system."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from common.file_reports import FileCommand, FileReport
from customers.billing_import import Report, import_customers


class Command(FileCommand):
    help = (
        "Take members and accounts over from a billing system's file (CSV or XLSX): new ones are "
        "made, known ones (by account) are brought up to date, a blank cell erases nothing. Safe "
        "to run again. Exit code 0: all rows are good; 1: some are not; 2: the file cannot be used."
    )

    def take(
        self, file: str, *, is_dry_run: bool, progress: Callable[[int], None], **options: Any
    ) -> Report:
        return import_customers(file, is_dry_run=is_dry_run, progress=progress)

    def tell(self, report: FileReport) -> None:
        super().tell(report)
        if isinstance(report, Report):
            self.stdout.write(_("New members: %(n)s.") % {"n": f"{report.new_members:,}"})
