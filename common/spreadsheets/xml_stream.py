"""XML of untrusted workbooks, by expat, with document types refused (no entities, no bombs)."""

from collections.abc import Iterator
from typing import IO
from xml.parsers import expat

from django.utils.translation import gettext_noop as _

from common.spreadsheets.errors import SpreadsheetError
from common.spreadsheets.limits import MEGABYTE

CHUNK = 256 * 1024
_MOST_BYTES_OF_A_SMALL_PART = 16 * MEGABYTE


def new_parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def start_tags(stream: IO[bytes]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """(parent, name, attributes) of each element of a small part, names without prefixes."""
    data = stream.read(_MOST_BYTES_OF_A_SMALL_PART + 1)
    if len(data) > _MOST_BYTES_OF_A_SMALL_PART:
        raise SpreadsheetError(
            _("The workbook's own description is too big to be read. Save the list as CSV.")
        )
    found: list[tuple[str, str, dict[str, str]]] = []
    open_names = [""]
    parser = new_parser()

    def start(name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        found.append((open_names[-1], local, attributes))
        open_names.append(local)

    def end(name: str) -> None:
        open_names.pop()

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.Parse(data, True)
    return iter(found)


def _refuse_doctype(*declaration: object) -> None:
    raise SpreadsheetError(
        _(
            "The workbook holds a document type declaration, which no spreadsheet program "
            "writes. Copy the list to a new workbook and upload that."
        )
    )
