"""Checking a file: read it, match it, count it. Killed half-way and run again, it gives the same.

All of it is one transaction, so a check that dies leaves what was there before; the beat task
finds the notification still *checking* and starts it again.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import DataError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from common.headings import Field
from common.hints import hint
from common.spreadsheets import Limits, Sheet, SpreadsheetError, open_sheet
from mass_notifications.choices import State
from mass_notifications.errors import Refused
from mass_notifications.file_columns import Columns, columns_of_headings
from mass_notifications.matching import (
    ROWS,
    STAGING,
    STAGING_COLUMNS,
    Matching,
    analyze,
    match_rows,
    staging,
)
from mass_notifications.models import MassNotification, RecipientFile, RecipientRow, WordingFields
from mass_notifications.reading import Fixes, copy_lines
from mass_notifications.summary import Summary, add_cost, count_rows
from mass_notifications.wording_check import count_wording

log = logging.getLogger(__name__)
# Up to so many rows, new words are counted while the person waits.
RECOUNT_IN_REQUEST = 20_000
CHECK_TASK = "mass_notifications.check"
LOCK_SPACE = 7_160_000
# The kinds of work that one process at a time does on a notification.
CHECKING, ENQUEUEING = 1, 2
_PROGRESS_SECONDS = 3600
Progress = Callable[[str, int], None]


def limits() -> Limits:
    return Limits(max_bytes=settings.UPN_MAX_FILE_BYTES, max_rows=settings.UPN_MAX_FILE_ROWS)


def check_start(notification: MassNotification) -> None:
    """Ask for a check of file and wording. An earlier check that still runs gives way."""
    notification.state = State.CHECKING
    notification.check_number += 1
    notification.check_error = ""
    notification.save(update_fields=["state", "check_number", "check_error"])
    transaction.on_commit(lambda: send_task(CHECK_TASK, notification.pk))


def send_task(name: str, notification_id: int) -> None:
    """A hint to the workers; where the broker is away, the beat task finds the work."""
    hint(name, notification_id, queue="work")


@contextmanager
def locked(notification_id: int, kind: int, *, wait: bool = False) -> Iterator[bool]:
    """Whether this process alone does this `kind` of work on it, for the transaction; with `wait`
    it is, once the other is done. A process that dies lets go of it by that."""
    place = [LOCK_SPACE + kind, notification_id]
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", place)
            yield True
            return
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", place)
        row = cursor.fetchone()
    yield bool(row and row[0])


def check(notification_id: int, *, wait: bool = False) -> None:
    """Check a notification that waits for it. Where another process is at it, this does nothing,
    or waits until that one is done."""
    for _attempt in range(20):
        try:
            with transaction.atomic():
                if _check_once(notification_id, wait=wait):
                    return
        except _OvertakenError:
            continue  # the file, the columns or the wording changed meanwhile


_FOUND_IN_FILE = ("format", "encoding", "delimiter", "sheet", "headings", "notes")


class _OvertakenError(Exception):
    """A newer check was asked for while this one ran."""


def _check_once(notification_id: int, *, wait: bool) -> bool:
    with locked(notification_id, CHECKING, wait=wait) as alone:
        if not alone:
            return True
        found = MassNotification.objects.select_related("file").filter(
            pk=notification_id, state=State.CHECKING
        )
        notification = found.first()
        if notification is None:
            return True
        summary, words = _summary_or_words(notification)
        current = MassNotification.objects.select_for_update().get(pk=notification_id)
        if current.check_number != notification.check_number or current.state != State.CHECKING:
            raise _OvertakenError
        # Not before: whoever changes the file has the notification's lock first.
        notification.file.save(update_fields=_FOUND_IN_FILE)
        current.state = State.CHECKED if summary else State.DRAFT
        _record(current, summary, words)
        current.save(update_fields=["state", "summary", "check_error", "checked_at"])
    cache.delete(progress_key(notification_id))
    return True


def check_in_transaction(notification: MassNotification) -> None:
    """Check now, in the caller's transaction; the state stays, and nothing is saved."""
    summary, words = _summary_or_words(notification)
    _record(notification, summary, words)


def _record(notification: MassNotification, summary: Summary | None, words: str) -> None:
    notification.summary = summary.to_json() if summary else None
    notification.check_error = words
    notification.checked_at = timezone.now()


def _summary_or_words(notification: MassNotification) -> tuple[Summary | None, str]:
    """What the check found; or None and why the file cannot be used."""
    try:
        with transaction.atomic():
            return _check_file(notification), ""
    except SpreadsheetError as error:
        words = error.message
    except FileNotFoundError:
        # Another took its place meanwhile, which the caller finds out; or the disk was lost.
        words = _("The file is no longer on the server. Upload it again.")
    except Refused as refused:
        # What headings there are is known all the same: for "Match columns", the way to help it.
        words = str(refused)
    except (UnicodeError, DataError):
        log.exception("The file of mass notification %s cannot be stored.", notification.pk)
        words = _("There is text in the file that cannot be stored. Save it as CSV UTF-8.")
    RecipientRow.objects.filter(notification=notification)._raw_delete("default")
    return None, words


def _check_file(notification: MassNotification) -> Summary:
    file = notification.file
    with opened(file) as (sheet, columns):
        file.format, file.encoding = str(sheet.format), sheet.encoding
        file.delimiter, file.sheet = sheet.delimiter, sheet.sheet
        file.headings = list(columns.headings)
        file.notes = list(columns.notes)
        return check_sheet(
            sheet,
            columns,
            wording=notification,
            notification_id=notification.pk,
            table=ROWS,
            fixes=file.fixes,
            progress=_progress_teller(file, sheet),
        )


@contextmanager
def opened(file: RecipientFile) -> Iterator[tuple[Sheet, Columns]]:
    """The stored file and how its columns are read. Raises SpreadsheetError or Refused."""
    path = Path(default_storage.path(file.path))
    sheet = open_sheet(path, name=file.original_name, sheet=file.sheet or None, limits=limits())
    file.headings = list(sheet.headings)
    yield sheet, columns_of_headings(sheet.headings, file.mapping, shown=f'"{file.original_name}"')


def columns_of_file(file: RecipientFile) -> Columns:
    """As at the last check, without opening it."""
    return columns_of_headings(file.headings, file.mapping)


def check_sheet(
    sheet: Sheet,
    columns: Columns,
    *,
    wording: WordingFields,
    notification_id: int,
    table: str,
    fixes: Fixes | None = None,
    progress: Progress | None = None,
    count_words: bool = True,
) -> Summary:
    """Read, match and count; the recipient rows are in `table` afterwards. In a transaction."""
    tell = progress or (lambda phase, rows: None)
    if table == ROWS:
        RecipientRow.objects.filter(notification_id=notification_id)._raw_delete("default")
    matching = matching_of(wording, columns, notification_id=notification_id, table=table)
    with staging():
        stage(sheet.rows(), columns, wording=wording, fixes=fixes, progress=tell)
        tell("matching", 0)
        analyze(STAGING)
        written = match_rows(matching)
    tell("counting", written)
    summary = count_rows(
        notification_id=notification_id, channels=list(wording.channels), table=table
    )
    if count_words:
        count_wording(wording, columns, summary, notification_id=notification_id, table=table)
    else:
        add_cost(summary)
    return summary


def recount(notification: MassNotification) -> None:
    """Count the rows and the wording again, as the rows are. In a transaction."""
    columns = columns_of_file(notification.file)
    summary = count_rows(
        notification_id=notification.pk, channels=list(notification.channels), table=ROWS
    )
    count_wording(notification, columns, summary, notification_id=notification.pk, table=ROWS)
    notification.summary = summary.to_json()
    notification.save(update_fields=["summary"])


def matching_of(
    wording: WordingFields,
    columns: Columns,
    *,
    notification_id: int,
    table: str = ROWS,
    beside_others: bool = False,
) -> Matching:
    return Matching(
        notification_id=notification_id,
        channels=list(wording.channels),
        purpose=wording.purpose,
        account_column=columns.index_of(Field.ACCOUNT),
        account_heading=columns.heading_of(Field.ACCOUNT),
        table=table,
        beside_others=beside_others,
    )


def stage(
    rows: Iterator[tuple[int, list[str]]],
    columns: Columns,
    *,
    wording: WordingFields,
    fixes: Fixes | None = None,
    progress: Progress | None = None,
) -> None:
    """COPY the rows into the staging table; PostgreSQL works while the next ones are read."""
    names = ", ".join(f'"{name}"' for name, _ in STAGING_COLUMNS)
    tell = progress or (lambda phase, done: None)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {STAGING} ({names}) FROM STDIN") as copy,
    ):
        for block in copy_lines(
            rows,
            columns,
            channels=wording.channels,
            fixes=fixes,
            progress=lambda done: tell("reading", done),
        ):
            copy.write(block)


def progress_key(notification_id: int) -> str:
    return f"mass:{notification_id}:check"


def _progress_teller(file: RecipientFile, sheet: Sheet) -> Progress:
    """Progress goes to the cache: the check's own transaction is not visible before its end."""
    key = progress_key(file.notification_id)
    expected = _rows_expected(file, sheet)

    def tell(phase: str, rows: int) -> None:
        share = min(0.95, rows / expected * 0.6) if expected and phase == "reading" else None
        cache.set(key, {"phase": phase, "rows": rows, "share": share}, _PROGRESS_SECONDS)

    return tell


def _rows_expected(file: RecipientFile, sheet: Sheet) -> int:
    """About how many rows a text file has, by its size and its first rows; 0 for workbooks."""
    if not sheet.delimiter:
        return 0
    first = [cells for _, cells in islice(sheet.rows(), 500)]
    characters = sum(len(cell) + 1 for cells in first for cell in cells) + len(first)
    if not characters:
        return 0
    wide = 2 if "16" in sheet.encoding else 1
    return max(1, round(file.size / (characters * wide / len(first))))
