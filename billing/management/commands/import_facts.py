"""`manage.py import_facts KIND FILE`: bills, payments and the like from the billing system."""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from billing.choices import Kind
from billing.facts import Report
from billing.facts.from_file import import_facts
from common.file_reports import FileCommand, FileReport
from common.row_problems import tell_problems


class Command(FileCommand):
    help = (
        "Take facts over from a billing system's file (CSV or XLSX). New ones are made, known ones "
        "(by their id) are corrected where they differ. Safe to run again. Exit code 0: all rows "
        "are good; 1: some are refused; 2: the file cannot be used."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", help=", ".join(f"{kind.value}s" for kind in Kind))
        super().add_arguments(parser)

    def take(
        self,
        file: str,
        *,
        is_dry_run: bool,
        progress: Callable[[int], None],
        kind: str = "",
        **options: Any,
    ) -> Report:
        return import_facts(_kind(kind), file, is_dry_run=is_dry_run, progress=progress)

    def tell(self, report: FileReport) -> None:
        super().tell(report)
        if isinstance(report, Report) and report.remarks:
            self.stdout.write(_("Taken, and good to know:"))
            tell_problems(self.stdout.write, report.remarks, total=report.remarked)


def _kind(text: str) -> Kind:
    """bills, bill, usage-reads, "usage reads"."""
    wanted = text.lower().replace("-", "_").replace(" ", "_")
    for kind in Kind:
        if wanted in (kind.value, f"{kind.value}s"):
            return kind
    known = ", ".join(f"{kind.value}s" for kind in Kind)
    raise CommandError(
        _("There is no kind %(name)s. Say one of: %(known)s.") % {"name": text, "known": known},
        returncode=2,
    )
