"""A look into a zip's directory before anything in it is opened.

XLSX and ODS are zips. One of 50 kB can unpack to gigabytes; its directory says so beforehand, and
zipfile never unpacks more of an entry than the directory says.
"""

import zipfile
import zlib
from pathlib import Path

from django.utils.translation import gettext_noop as _

from common.spreadsheets.errors import SpreadsheetError
from common.spreadsheets.limits import MEGABYTE, Limits, size_in_words

# Sheets of one repeated row pack about 1:150; what is made to explode packs about 1:1000.
_MOST_RATIO = 300
_SMALL_ENOUGH = 20 * MEGABYTE
_MOST_ENTRIES = 5_000


def workbook_in_zip(path: Path, *, shown: str, limits: Limits) -> str:
    """ "XLSX" or "ODS". Raises SpreadsheetError for a bomb, a password, or anything else."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            _check_sizes(entries, shown=shown, limits=limits)
            if any(entry.flag_bits & 1 for entry in entries):
                raise SpreadsheetError(
                    _(
                        "%(shown)s is protected with a password. Save it without one and upload it "
                        "again."
                    )
                    % {"shown": shown}
                )
            if "mimetype" in names:
                with archive.open("mimetype") as stream:
                    mimetype = stream.read(200)
                if mimetype.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
                    if "META-INF/manifest.xml" in names:
                        with archive.open("META-INF/manifest.xml") as stream:
                            if b"encryption-data" in stream.read(MEGABYTE):
                                raise SpreadsheetError(
                                    _(
                                        "%(shown)s is protected with a password. Save it without "
                                        "one and upload it again."
                                    )
                                    % {"shown": shown}
                                )
                    return "ODS"
                if mimetype.startswith(b"application/vnd.oasis"):
                    raise SpreadsheetError(
                        _(
                            "%(shown)s is an OpenDocument file, but not a spreadsheet. Save the "
                            "list as CSV or as an Excel workbook (.xlsx) and upload that."
                        )
                        % {"shown": shown}
                    )
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError) as error:
        raise SpreadsheetError(
            _(
                "%(shown)s is damaged: it is cut off or was not copied whole. Open it where it "
                "was made, save it again, and upload that."
            )
            % {"shown": shown}
        ) from error
    if "[Content_Types].xml" not in names:
        raise SpreadsheetError(
            _("%(shown)s is a packed folder (ZIP). Unpack it and upload the spreadsheet in it.")
            % {"shown": shown}
        )
    if any(name.endswith(".bin") and "workbook" in name for name in names):
        raise SpreadsheetError(
            _(
                "%(shown)s is a binary Excel workbook (.xlsb). Save it in Excel as an Excel "
                "workbook (.xlsx) and upload that."
            )
            % {"shown": shown}
        )
    if any(name.startswith("word/") for name in names):
        raise SpreadsheetError(
            _(
                "%(shown)s is a Word document, not a spreadsheet. Save the list as CSV or as "
                "an Excel workbook (.xlsx) and upload that."
            )
            % {"shown": shown}
        )
    if any(name.startswith("ppt/") for name in names):
        raise SpreadsheetError(
            _(
                "%(shown)s is a presentation, not a spreadsheet. Save the list as CSV or as an "
                "Excel workbook (.xlsx) and upload that."
            )
            % {"shown": shown}
        )
    return "XLSX"


def _check_sizes(entries: list[zipfile.ZipInfo], *, shown: str, limits: Limits) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    explodes = any(
        entry.file_size > _SMALL_ENOUGH
        and entry.file_size > _MOST_RATIO * max(1, entry.compress_size)
        for entry in entries
    )
    if explodes or unpacked > limits.max_unpacked_bytes or len(entries) > _MOST_ENTRIES:
        raise SpreadsheetError(
            _(
                "%(shown)s would unpack to %(size)s, so it is not opened. Copy the list to a "
                "new workbook, save it as CSV, and upload that."
            )
            % {"shown": shown, "size": size_in_words(unpacked)}
        )
