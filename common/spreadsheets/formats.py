"""What a file is, by its content. Its name says nothing: people rename files."""

import mmap
from enum import StrEnum
from pathlib import Path

from django.utils.translation import gettext_noop as _

from common.spreadsheets.errors import SpreadsheetError
from common.spreadsheets.limits import Limits, size_in_words
from common.spreadsheets.zip_check import workbook_in_zip


class Format(StrEnum):
    CSV = "CSV"
    TSV = "TSV"
    XLSX = "XLSX"
    XLS = "XLS"
    ODS = "ODS"


# First bytes → what people call such a file.
_NOT_SHEETS = (
    (b"%PDF", _("a PDF")),
    (b"\x89PNG", _("a picture (PNG)")),
    (b"\xff\xd8\xff", _("a picture (JPEG)")),
    (b"GIF8", _("a picture (GIF)")),
    (b"II*\x00", _("a picture (TIFF)")),
    (b"MM\x00*", _("a picture (TIFF)")),
    (b"BM", _("a picture (BMP)")),
    (b"\x1f\x8b", _("a packed file (gzip)")),
    (b"BZh", _("a packed file (bzip2)")),
    (b"\xfd7zXZ", _("a packed file (xz)")),
    (b"7z\xbc\xaf", _("a packed file (7z)")),
    (b"Rar!", _("a packed file (RAR)")),
    (b"\x7fELF", _("a program")),
    (b"SQLite format 3", _("a database (SQLite)")),
    (b"{\\rtf", _("a text document (RTF)")),
    (b"\x00\x01\x00\x00Standard", _("a database (Access)")),
    (b"\x00\x00\x02\x00\x06\x04", _("a Lotus worksheet")),
    (b"PAR1", _("a Parquet file")),
)
_OLD_BINARY_EXCEL = (b"\x09\x08", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00", b"\x09\x00\x04\x00")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def format_of(path: Path, *, shown: str, limits: Limits) -> Format | None:
    """The workbook format of a file, or None for text. Raises SpreadsheetError for the rest."""
    size = path.stat().st_size
    if size == 0:
        raise SpreadsheetError(
            _("%(shown)s is empty. Check that you chose the right file.") % {"shown": shown}
        )
    if size > limits.max_bytes:
        raise SpreadsheetError(
            _(
                "%(shown)s has %(size)s, and %(most)s is the most that can be read. Remove the "
                "columns that you do not need, or split the file."
            )
            % {"shown": shown, "size": size_in_words(size), "most": size_in_words(limits.max_bytes)}
        )
    with path.open("rb") as file:
        head = file.read(1024)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Format(workbook_in_zip(path, shown=shown, limits=limits))
    if head.startswith(_OLE):
        return _workbook_in_ole(path, shown=shown)
    for magic, description in _NOT_SHEETS:
        if head.startswith(magic) and not (magic == b"BM" and head[6:10] != b"\x00\x00\x00\x00"):
            raise SpreadsheetError(
                _(
                    "%(shown)s is %(what)s, not a spreadsheet. Save the list as CSV or as an Excel "
                    "workbook (.xlsx) and upload that."
                )
                % {"shown": shown, "what": description}
            )
    if head.startswith(_OLD_BINARY_EXCEL):
        raise SpreadsheetError(
            _("%(shown)s was saved by a very old Excel. Open it there and save it as .xlsx.")
            % {"shown": shown}
        )
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta")):
        raise SpreadsheetError(
            _(
                "%(shown)s is a web page, whatever its name says. Open it in Excel, save it as "
                "an Excel workbook (.xlsx), and upload that."
            )
            % {"shown": shown}
        )
    if start.startswith(b"<?xml"):
        raise SpreadsheetError(
            _(
                "%(shown)s is an XML file. Open it in Excel, save it as an Excel workbook "
                "(.xlsx), and upload that."
            )
            % {"shown": shown}
        )
    return None


def _workbook_in_ole(path: Path, *, shown: str) -> Format:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:

        def has_stream(stream: str) -> bool:
            return content.find(stream.encode("utf-16-le") + b"\x00\x00") >= 0

        if has_stream("EncryptedPackage"):
            raise SpreadsheetError(
                _(
                    "%(shown)s is protected with a password. Remove the password in Excel (File, "
                    "Info, Protect Workbook) and upload it again."
                )
                % {"shown": shown}
            )
        if has_stream("Workbook") or has_stream("Book"):
            return Format.XLS
        if has_stream("WordDocument"):
            raise SpreadsheetError(
                _(
                    "%(shown)s is a Word document, not a spreadsheet. Save the list as CSV or as "
                    "an Excel workbook (.xlsx) and upload that."
                )
                % {"shown": shown}
            )
    raise SpreadsheetError(
        _(
            "%(shown)s is not a spreadsheet. Save the list as CSV or as an Excel workbook "
            "(.xlsx) and upload that."
        )
        % {"shown": shown}
    )
