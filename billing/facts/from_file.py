"""Facts from a file of the billing system: CSV, XLSX and what else is a spreadsheet."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from billing.choices import Kind
from billing.facts.columns import Columns, match_columns
from billing.facts.report import Report
from billing.facts.tell import tell_numbered_facts
from common.spreadsheets import Limits, Sheet, open_sheet

# A year of daily reads of a large utility is a file too.
LIMITS = Limits(max_bytes=2048 * 1024 * 1024, max_rows=20_000_000)


def import_facts(
    kind: Kind,
    path: Path | str,
    *,
    name: str = "",
    is_dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Report:
    """Take a file over. Safe to run again: a second time changes nothing. `name`: what people call
    it. A dry run reports the same and changes nothing.

    Raises SpreadsheetError, in words, where the file cannot be used.
    """
    sheet = open_sheet(path, name=name or None, limits=LIMITS)
    columns = match_columns(kind, sheet.headings)
    report = Report(kind=kind, is_dry_run=is_dry_run, notes=columns.notes)
    return tell_numbered_facts(
        kind, _rows(sheet, columns), report=report, labels=columns.labels, progress=progress
    )


def _rows(sheet: Sheet, columns: Columns) -> Iterator[tuple[int, Mapping[str, str]]]:
    names = tuple(columns.names.items())
    for number, cells in sheet.rows():
        yield number, {name: cells[column] for name, column in names}
