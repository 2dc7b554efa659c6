"""What a file is, by its content. Its name says nothing: people rename files."""

import mmap
from enum import StrEnum
from pathlib import Path

from common.spreadsheets.errors import SpreadsheetError
from common.spreadsheets.limits import Limits, size_in_words
from common.spreadsheets.zip_check import workbook_in_zip


class Format(StrEnum):
    CSV = "CSV"
    TSV = "TSV"
    XLSX = "XLSX"
    XLS = "XLS"
    ODS = "ODS"


_SAVE_AS = "Save the list as CSV or as an Excel workbook (.xlsx) and upload that."

# First bytes → what people call such a file.
_NOT_SHEETS = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"II*\x00", "a picture (TIFF)"),
    (b"MM\x00*", "a picture (TIFF)"),
    (b"BM", "a picture (BMP)"),
    (b"\x1f\x8b", "a packed file (gzip)"),
    (b"BZh", "a packed file (bzip2)"),
    (b"\xfd7zXZ", "a packed file (xz)"),
    (b"7z\xbc\xaf", "a packed file (7z)"),
    (b"Rar!", "a packed file (RAR)"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "a database (SQLite)"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"\x00\x01\x00\x00Standard", "a database (Access)"),
    (b"\x00\x00\x02\x00\x06\x04", "a Lotus worksheet"),
    (b"PAR1", "a Parquet file"),
)
_OLD_BINARY_EXCEL = (b"\x09\x08", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00", b"\x09\x00\x04\x00")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def format_of(path: Path, *, shown: str, limits: Limits) -> Format | None:
    """The workbook format of a file, or None for text. Raises SpreadsheetError for the rest."""
    size = path.stat().st_size
    if size == 0:
        raise SpreadsheetError(f"{shown} is empty. Check that you chose the right file.")
    if size > limits.max_bytes:
        raise SpreadsheetError(
            f"{shown} has {size_in_words(size)}, and {size_in_words(limits.max_bytes)} is the most "
            "that can be read. Remove the columns that you do not need, or split the file."
        )
    with path.open("rb") as file:
        head = file.read(1024)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Format(workbook_in_zip(path, shown=shown, limits=limits))
    if head.startswith(_OLE):
        return _workbook_in_ole(path, shown=shown)
    for magic, description in _NOT_SHEETS:
        if head.startswith(magic) and not (magic == b"BM" and head[6:10] != b"\x00\x00\x00\x00"):
            raise SpreadsheetError(f"{shown} is {description}, not a spreadsheet. {_SAVE_AS}")
    if head.startswith(_OLD_BINARY_EXCEL):
        raise SpreadsheetError(
            f"{shown} was saved by a very old Excel. Open it there and save it as .xlsx."
        )
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta")):
        raise SpreadsheetError(
            f"{shown} is a web page, whatever its name says. Open it in Excel, "
            "save it as an Excel workbook (.xlsx), and upload that."
        )
    if start.startswith(b"<?xml"):
        raise SpreadsheetError(
            f"{shown} is an XML file. Open it in Excel, save it as an Excel workbook (.xlsx), "
            "and upload that."
        )
    return None


def _workbook_in_ole(path: Path, *, shown: str) -> Format:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:

        def has_stream(stream: str) -> bool:
            return content.find(stream.encode("utf-16-le") + b"\x00\x00") >= 0

        if has_stream("EncryptedPackage"):
            raise SpreadsheetError(
                f"{shown} is protected with a password. Remove the password in Excel "
                "(File, Info, Protect Workbook) and upload it again."
            )
        if has_stream("Workbook") or has_stream("Book"):
            return Format.XLS
        if has_stream("WordDocument"):
            raise SpreadsheetError(f"{shown} is a Word document, not a spreadsheet. {_SAVE_AS}")
    raise SpreadsheetError(f"{shown} is not a spreadsheet. {_SAVE_AS}")
