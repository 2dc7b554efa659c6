"""An import from beginning to end: read, stage, apply in slices, report."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from common.headings import Field
from common.row_problems import Problem
from common.spreadsheets import Limits, Sheet, SpreadsheetError, open_sheet
from customers import consent_in_bulk
from customers.addresses import hold_all_addresses
from customers.billing_import import tables
from customers.billing_import.columns import match_columns
from customers.billing_import.report import Report
from customers.billing_import.rows import RowReader, default_time_zone
from customers.choices import ConsentSource
from customers.refused_emails import count_refused_emails

# A billing system may have more rows than a list that people upload.
LIMITS = Limits(max_bytes=2048 * 1024 * 1024, max_rows=5_000_000)


def import_customers(
    path: Path | str,
    *,
    is_dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Report:
    """Take a billing system's file over. `progress` is told the rows read so far.

    Members are applied in slices of some thousands, each in a transaction: where the import is
    interrupted, it can be run again. Raises SpreadsheetError, in words, where the file cannot be
    used. A dry run reports the same and changes nothing.
    """
    sheet = open_sheet(path, limits=LIMITS)
    report = Report(is_dry_run=is_dry_run)
    with connection.cursor() as cursor:
        cursor.execute(tables.DROP)
        try:
            _stage(sheet, cursor, report, progress)
            cursor.execute(tables.SLICES)
            (slices,) = cursor.fetchone()
            for number in range(slices):
                with transaction.atomic():
                    _apply(number, Path(path).name, cursor, report)
                    if is_dry_run:
                        transaction.set_rollback(True)
        finally:
            if not connection.needs_rollback:
                cursor.execute(tables.DROP)
    report.problems.sort(key=lambda problem: problem.row)
    if report.long_emails and not is_dry_run:
        count_refused_emails(
            source=ConsentSource.BILLING, count=report.long_emails, is_repeated=True
        )
    return report


def _stage(
    sheet: Sheet, cursor: Any, report: Report, progress: Callable[[int], None] | None
) -> None:
    columns = match_columns(sheet.headings)
    if Field.ACCOUNT not in columns:
        raise SpreadsheetError(
            "No column is the account. Call one Account or Member Separator; the file has: "
            + ", ".join(sheet.headings)
        )
    report.notes = columns.notes
    reader = RowReader(columns, sheet.headings)
    cursor.execute(tables.CREATE_ROWS)
    with cursor.copy(tables.COPY_ROWS) as copy:
        for number, cells in sheet.rows():
            report.rows += 1
            staged = reader.read(number, cells)
            if staged is None:
                report.refused += 1
            else:
                copy.write_row(staged)
            if progress and report.rows % 10_000 == 0:
                progress(report.rows)
    report.problems = reader.problems
    report.long_emails = reader.long_emails
    cursor.execute(tables.KNOWN_ACCOUNTS)
    cursor.execute(tables.CREATE_MEMBERS)
    for statement in tables.PREPARE:
        cursor.execute(statement)


def _apply(number: int, file_name: str, cursor: Any, report: Report) -> None:
    """One slice of members, in the caller's transaction."""
    # What the ledger says of where an address came from.
    of_file = f" in the billing system's file {file_name[:100]}"
    names = {"slice": number, "default_zone": default_time_zone(), "of_file": of_file}
    hold_all_addresses()
    for statement in (
        tables.FIND_MEMBERS,
        tables.MAKE_MEMBERS,
        tables.RECORD_GIVEN,
        tables.CHANGE_MEMBERS,
        tables.CHANGE_ACCOUNTS,
        tables.MAKE_ACCOUNTS,
    ):
        cursor.execute(statement, names)
    cursor.execute(tables.NEW_DO_NOT_CALL, names)
    numbers = [value for (value,) in cursor.fetchall()]
    if numbers:
        consent_in_bulk.do_not_call_many(
            numbers=numbers, source=ConsentSource.BILLING, words=f"Do Not Call{of_file}"
        )
    cursor.execute(tables.TOUCHED, names)
    consent_in_bulk.flags_follow_numbers([value for (value,) in cursor.fetchall()])

    cursor.execute(tables.COUNTS, names)
    new, changed, unchanged, refused = cursor.fetchone()
    report.new += new
    report.changed += changed
    report.unchanged += unchanged
    report.refused += refused
    cursor.execute(tables.NEW_MEMBERS, names)
    report.new_members += cursor.fetchone()[0]
    cursor.execute(tables.REFUSED, names)
    report.problems += [
        Problem(row, "", key, "This account is new, and there is no name with it. Add the name.")
        for row, key in cursor.fetchall()
    ]
