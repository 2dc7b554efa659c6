"""Taking a file in. It is kept as it came: every check reads it again."""

import hashlib
from pathlib import PurePath
from uuid import uuid4

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.spreadsheets.limits import size_in_words
from mass_notifications.checking import check_start
from mass_notifications.choices import EDITABLE, State
from mass_notifications.errors import Refused
from mass_notifications.models import MassNotification, RecipientFile

_CHUNK = 1024 * 1024


def file_store(*, notification: MassNotification, upload: "File[bytes]") -> RecipientFile:
    """Store the file of a notification, in place of the one it had, and ask for its check.

    Raises Refused where it is empty or too large, or the sending has begun.
    """
    name = _shown_name(upload.name or "file")
    _refuse_size(upload.size, name)
    path, sha256, size = _store(upload, name)
    try:
        with transaction.atomic():
            locked = MassNotification.objects.select_for_update().get(pk=notification.pk)
            if locked.state not in {*EDITABLE, State.CHECKING}:
                raise Refused(_("The file of a notification that is on its way cannot be changed."))
            old = RecipientFile.objects.filter(notification=locked).first()
            file, _is_new = RecipientFile.objects.update_or_create(
                notification=locked,
                defaults={
                    "path": path,
                    "original_name": name,
                    "size": size,
                    "sha256": sha256,
                    "uploaded_at": timezone.now(),
                    "sheet": "",
                    "headings": [],
                    "mapping": None,
                    "notes": [],
                    "fixes": {},
                },
            )
            check_start(locked)
            if old is not None:
                transaction.on_commit(lambda: forget_file(old.path))
    except BaseException:
        default_storage.delete(path)
        raise
    notification.refresh_from_db()
    return file


def forget_file(path: str) -> None:
    """Delete a stored file that no notification uses any more."""
    if not RecipientFile.objects.filter(path=path).exists():
        default_storage.delete(path)


def _store(upload: "File[bytes]", name: str) -> tuple[str, str, int]:
    """(path, SHA-256 as hex, bytes) of what was written."""
    digest, size = hashlib.sha256(), 0
    suffix = PurePath(name).suffix.lower()
    suffix = suffix if suffix in {".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods"} else ""
    path = default_storage.save(f"mass/{timezone.now():%Y/%m}/{uuid4().hex}{suffix}", upload)
    try:
        with default_storage.open(path) as stored:
            while chunk := stored.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
        _refuse_size(size, name)
    except BaseException:
        default_storage.delete(path)
        raise
    return path, digest.hexdigest(), size


def _refuse_size(size: int, name: str) -> None:
    if size == 0:
        raise Refused(
            _('"%(name)s" is empty. Check that you chose the right file.') % {"name": name}, "file"
        )
    if size > settings.UPN_MAX_FILE_BYTES:
        raise Refused(
            _(
                '"%(name)s" has %(size)s, and %(most)s is the most. Delete columns that you '
                "do not need, or split the list."
            )
            % {
                "name": name,
                "size": size_in_words(size),
                "most": size_in_words(settings.UPN_MAX_FILE_BYTES),
            },
            "file",
        )


def _shown_name(name: str) -> str:
    """The last part of a path, printable, at most 200 characters."""
    base = name.replace("\\", "/").rpartition("/")[2]
    printable = "".join(character for character in base if character.isprintable()).strip()
    if len(printable) > 200:
        printable = printable[:150] + "…" + printable[-40:]
    return printable or "file"
