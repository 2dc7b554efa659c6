"""Taking a file in, looking it through, taking its facts over. A worker does what takes long.

The state says what is to be done; whoever holds the lock does it. Where a worker is lost, beat asks
for it again: a dry run changes nothing, and an import that is run again changes nothing twice.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path, PurePath
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.cache import cache
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from billing.choices import FactFileState, Kind
from billing.fact_files.models import FactFile
from billing.facts.from_file import import_facts
from common.hints import hint
from common.spreadsheets import SpreadsheetError
from common.spreadsheets.limits import size_in_words

log = logging.getLogger(__name__)
FACT_FILE_TASK = "billing.fact_file"
FOLDER = "facts"
SUFFIXES = {".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods"}
# Of the report, as many problems and remarks are kept for the page.
MOST_KEPT = 1_000
AT_WORK = (FactFileState.CHECKING, FactFileState.IMPORTING)
_LOCK_SPACE = 7_170_000
_ASKED_AGAIN_AFTER = timedelta(seconds=20)
_PROGRESS_SECONDS = 3600
_BROKEN = gettext_noop("Something broke. The log says what; upload the file again.")
_AGAIN = gettext_noop(
    "The import was interrupted and begun again. What it had taken over before counts as unchanged."
)


class FileRefusedError(ValueError):
    """The file is not taken in; `problem` says why, in words."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def file_take(*, kind: Kind, upload: "File[bytes]", by: AbstractBaseUser | None) -> FactFile:
    """Store an uploaded file and ask for its dry run. Raises FileRefusedError."""
    name = _shown_name(upload.name or "file")
    if not upload.size:
        raise FileRefusedError(
            _("“%(name)s” is empty. Check that you chose the right file.") % {"name": name}
        )
    if upload.size > settings.UPN_MAX_FILE_BYTES:
        raise FileRefusedError(
            _(
                "“%(name)s” has %(size)s, and %(most)s is the most. Split it, or have it imported "
                "by command."
            )
            % {
                "name": name,
                "size": size_in_words(upload.size),
                "most": size_in_words(settings.UPN_MAX_FILE_BYTES),
            }
        )
    suffix = PurePath(name).suffix.lower()
    path = default_storage.save(
        f"{FOLDER}/{uuid4().hex}{suffix if suffix in SUFFIXES else ''}", upload
    )
    try:
        with transaction.atomic():
            file = FactFile.objects.create(
                kind=kind,
                path=path,
                name=name,
                size=upload.size,
                uploaded_by_id=by.pk if by else None,
            )
            _ask(file)
    except BaseException:
        default_storage.delete(path)
        raise
    return file


@transaction.atomic
def file_import(*, file: FactFile, by: AbstractBaseUser | None) -> bool:
    """Ask for its facts to be taken over. False where that is not what comes next."""
    locked = FactFile.objects.select_for_update().get(pk=file.pk)
    if locked.state != FactFileState.CHECKED:
        return False
    locked.state, locked.changed_at, locked.attempts = FactFileState.IMPORTING, timezone.now(), 0
    locked.imported_by_id = by.pk if by else None
    locked.save()
    _ask(locked)
    return True


@transaction.atomic
def file_discard(*, file: FactFile) -> bool:
    """Forget a file that was not taken over. False where it was, or is being."""
    locked = FactFile.objects.select_for_update().get(pk=file.pk)
    if locked.state in (FactFileState.IMPORTING, FactFileState.DONE):
        return False
    locked.delete()
    transaction.on_commit(lambda: _delete(locked.path))
    return True


def file_work(file_id: int) -> None:
    """Do what its state asks for; nothing where another process is at it."""
    with _alone(file_id) as alone:
        file = FactFile.objects.filter(pk=file_id, state__in=AT_WORK).first()
        if not alone or file is None:
            return
        FactFile.objects.filter(pk=file_id).update(attempts=file.attempts + 1)
        file.attempts += 1
        try:
            _work(file)
        except SpreadsheetError as error:
            _end(file, FactFileState.FAILED, problem=error.message)
        except Exception:
            _end(file, FactFileState.FAILED, problem=_BROKEN)
            raise
        finally:
            cache.delete(progress_key(file_id))


def ask_again() -> None:
    """By beat: files that wait for a worker. One that somebody is at is left alone there."""
    before = timezone.now() - _ASKED_AGAIN_AFTER
    for pk in FactFile.objects.filter(state__in=AT_WORK, changed_at__lt=before).values_list(
        "pk", flat=True
    ):
        hint(FACT_FILE_TASK, pk, queue="work")


def rows_so_far(file: FactFile) -> int:
    return int(cache.get(progress_key(file.pk)) or 0)


def progress_key(file_id: int) -> str:
    return f"facts:{file_id}:rows"


def _ask(file: FactFile) -> None:
    transaction.on_commit(lambda: hint(FACT_FILE_TASK, file.pk, queue="work"))


def _work(file: FactFile) -> None:
    is_dry_run = file.state == FactFileState.CHECKING
    report = import_facts(
        Kind(file.kind),
        Path(default_storage.path(file.path)),
        name=file.name,
        is_dry_run=is_dry_run,
        progress=_progress_of(file),
    )
    told = report.as_json()
    for words in ("problems", "remarks"):
        told[f"{words}_left_out"] += len(told[words][MOST_KEPT:])
        del told[words][MOST_KEPT:]
    if not is_dry_run and file.attempts > 1:
        told["notes"].append(_AGAIN)
    file.report = told
    _end(file, FactFileState.CHECKED if is_dry_run else FactFileState.DONE)


def _end(file: FactFile, state: FactFileState, *, problem: str = "") -> None:
    """Only a file that waits to be imported is kept; the rest has done its work."""
    path = file.path
    file.state, file.problem, file.changed_at = state, problem, timezone.now()
    if state != FactFileState.CHECKED:
        file.path = ""
    file.save(update_fields=["state", "problem", "report", "changed_at", "path"])
    if not file.path:
        _delete(path)


def _progress_of(file: FactFile) -> Callable[[int], None]:
    key = progress_key(file.pk)
    return lambda rows: cache.set(key, rows, _PROGRESS_SECONDS)


@contextmanager
def _alone(file_id: int) -> Iterator[bool]:
    """Whether this process alone works on it. A process that dies lets go of it by that."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK_SPACE, file_id])
        mine = bool(cursor.fetchone()[0])
        try:
            yield mine
        finally:
            if mine and connection.is_usable():
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK_SPACE, file_id])


def _delete(path: str) -> None:
    if path:
        default_storage.delete(path)


def _shown_name(name: str) -> str:
    """The last part of a path, printable, at most 200 characters."""
    base = name.replace("\\", "/").rpartition("/")[2]
    printable = "".join(character for character in base if character.isprintable()).strip()
    return printable[:200] or "file"
