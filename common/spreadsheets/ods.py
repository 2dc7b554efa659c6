"""Reading ODS as a stream.

Runs of equal cells and rows are stored once with a count, up to the sheet's last row and column;
they are only spread out where there is something in them, and within the limits.
"""

import html
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext_noop as _

from common.cell_values import number_text
from common.spreadsheets.errors import SpreadsheetError
from common.spreadsheets.formats import Format
from common.spreadsheets.limits import Limits
from common.spreadsheets.xlsx import DAMAGE
from common.spreadsheets.xml_stream import CHUNK, new_parser

_CONTENT = "content.xml"
_TABLE = re.compile(rb'<table:table\s[^>]{0,2000}?table:name="([^"]{0,500})"')
_TIME = re.compile(r"PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S")


class OdsWorkbook:
    format = Format.ODS
    encoding = "UTF-8"
    delimiter = ""

    def __init__(self, path: Path, *, shown: str, sheet: str | None, limits: Limits) -> None:
        self._path = path
        self._shown = shown
        self._limits = limits
        try:
            self.sheets = tuple(self._sheet_names())
        except DAMAGE as error:
            raise self._damaged() from error
        if not self.sheets:
            raise SpreadsheetError(_("%(shown)s has no sheet with cells in it.") % {"shown": shown})
        if sheet is not None and sheet not in self.sheets:
            raise SpreadsheetError(
                _('%(shown)s has no sheet "%(sheet)s". It has: %(sheets)s.')
                % {"shown": shown, "sheet": sheet, "sheets": ", ".join(self.sheets)}
            )
        self.sheet = sheet or next((name for name, _ in self._all_rows() if name), self.sheets[0])

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """(row number, cells) of the sheet's rows that are not blank."""
        found = False
        for name, row in self._all_rows():
            if name == self.sheet:
                found = True
                yield row
            elif found:
                return

    def _all_rows(self) -> Iterator[tuple[str, tuple[int, list[str]]]]:
        """(sheet, row) through the whole workbook."""
        number = 0
        try:
            with zipfile.ZipFile(self._path) as archive, archive.open(_CONTENT) as stream:
                parser = new_parser()
                reader = _ContentReader(self._shown, self._limits.max_columns)
                parser.StartElementHandler = reader.start
                parser.EndElementHandler = reader.end
                parser.CharacterDataHandler = reader.characters
                chunk = stream.read(CHUNK)
                while True:
                    parser.Parse(chunk, not chunk)
                    for sheet, first, cells, repeated in reader.finished:
                        for number in range(first, first + repeated):
                            yield sheet, (number, list(cells))
                    reader.finished.clear()
                    if not chunk:
                        return
                    chunk = stream.read(CHUNK)
        except DAMAGE as error:
            raise self._damaged(after=number) from error

    def _sheet_names(self) -> Iterator[str]:
        with zipfile.ZipFile(self._path) as archive, archive.open(_CONTENT) as stream:
            waiting = b""
            while chunk := stream.read(CHUNK):
                waiting += chunk
                end = 0
                for match in _TABLE.finditer(waiting):
                    yield html.unescape(match.group(1).decode())
                    end = match.end()
                waiting = waiting[max(end, len(waiting) - 4096) :]

    def _damaged(self, *, after: int = 0) -> SpreadsheetError:
        words = _(
            "%(shown)s is damaged and cannot be read. Open it in LibreOffice, "
            "save it again as an Excel workbook (.xlsx) or as CSV, and upload that."
        )
        if after:
            words = _(
                "%(shown)s is damaged after row %(row)s and cannot be read. Open it in "
                "LibreOffice, save it again as an Excel workbook (.xlsx) or as CSV, and upload "
                "that."
            )
        return SpreadsheetError(words % {"shown": self._shown, "row": after})


class _ContentReader:
    """Expat's events → (sheet, row number, cells, how often the row is repeated)."""

    def __init__(self, shown: str, max_columns: int) -> None:
        self.finished: list[tuple[str, int, list[str], int]] = []
        self._shown = shown
        self._max_columns = max_columns
        self._sheet = ""
        self._depth_of_tables = 0
        self._number = 1
        self._row_repeated = 1
        self._cells: list[str] = []
        self._column = 0
        self._cell: dict[str, str] | None = None
        self._paragraphs: list[str] = []
        self._in_paragraph = 0
        self._ignoring = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._ignoring:
            self._ignoring += 1
        elif name == "table:table-cell" or name == "table:covered-table-cell":
            self._cell = attributes
            self._paragraphs = []
        elif name == "text:p":
            self._in_paragraph += 1
            if self._in_paragraph == 1:
                self._paragraphs.append("")
        elif name == "text:s":
            self.characters(" " * min(int(attributes.get("text:c", "1")), 1000))
        elif name == "text:tab":
            self.characters("\t")
        elif name == "text:line-break":
            self.characters("\n")
        elif name == "table:table-row":
            self._row_repeated = int(attributes.get("table:number-rows-repeated", "1"))
            self._cells, self._column = [], 0
        elif name == "table:table":
            self._sheet = attributes.get("table:name", "")
            self._number = 1
        elif name in ("office:annotation", "table:shapes", "draw:frame", "table:tracked-changes"):
            self._ignoring = 1

    def end(self, name: str) -> None:
        if self._ignoring:
            self._ignoring -= 1
        elif name == "table:table-cell" or name == "table:covered-table-cell":
            self._end_cell()
        elif name == "text:p":
            self._in_paragraph -= 1
        elif name == "table:table-row":
            if "".join(self._cells).strip():
                self.finished.append((self._sheet, self._number, self._cells, self._row_repeated))
            self._number += self._row_repeated

    def characters(self, data: str) -> None:
        if self._in_paragraph and not self._ignoring:
            self._paragraphs[-1] += data

    def _end_cell(self) -> None:
        attributes, self._cell = self._cell or {}, None
        repeated = int(attributes.get("table:number-columns-repeated", "1"))
        text = self._text(attributes)
        if text:
            if self._column + repeated > self._max_columns:
                raise SpreadsheetError(
                    _(
                        "%(shown)s: row %(row)s has a cell in column %(column)s, and %(most)s "
                        "columns are the most that can be read. Delete the columns that you do "
                        "not need."
                    )
                    % {
                        "shown": self._shown,
                        "row": self._number,
                        "column": f"{self._column + repeated:,}",
                        "most": f"{self._max_columns:,}",
                    }
                )
            self._cells.extend([""] * (self._column - len(self._cells)))
            self._cells.extend([text] * repeated)
        self._column += repeated

    def _text(self, attributes: dict[str, str]) -> str:
        kind = attributes.get("office:value-type", "")
        shown = "\n".join(self._paragraphs)
        if kind in ("float", "percentage", "currency"):
            value = number_text(attributes.get("office:value", shown))
            # 00123 is how people see a number whose format fills it up with zeros.
            filled = shown.isdigit() and shown.startswith("0") and shown.lstrip("0") == value
            return shown if filled else value
        if kind == "date":
            return (
                attributes.get("office:date-value", shown)
                .replace("T", " ")
                .removesuffix(" 00:00:00")
            )
        if kind == "time":
            match = _TIME.fullmatch(attributes.get("office:time-value", ""))
            if match is None:
                return shown
            hours, minutes, seconds = match.groups()
            return f"{hours}:{minutes}" + (f":{seconds}" if int(seconds) else "")
        if kind == "boolean":
            return attributes.get("office:boolean-value", shown).upper()
        return shown or attributes.get("office:string-value", "")
