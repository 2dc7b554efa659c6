"""Reading XLSX as a stream: memory for the table of texts and one row, whatever the size.

Libraries hold the whole sheet, or take several times as long for a row.
"""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from xml.parsers.expat import ExpatError

from django.utils.translation import gettext_noop as _

from common.cell_values import is_date_format, number_text, serial_text, zeros_shown
from common.spreadsheets.errors import SpreadsheetError
from common.spreadsheets.formats import Format
from common.spreadsheets.limits import Limits
from common.spreadsheets.shared_texts import SharedTexts, unescaped
from common.spreadsheets.xml_stream import CHUNK, new_parser, start_tags

Row = tuple[int, list[str]]
# RuntimeError: an entry that needs a password; its child NotImplementedError: a way of packing that
# zipfile does not know. OSError: a directory that points outside of the file. The rest: numbers
# in the XML that make no sense.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    ExpatError,
    EOFError,
    LookupError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


class XlsxWorkbook:
    format = Format.XLSX
    encoding = "UTF-8"
    delimiter = ""

    def __init__(self, path: Path, *, shown: str, sheet: str | None, limits: Limits) -> None:
        self._path = path
        self._shown = shown
        self._limits = limits
        try:
            with zipfile.ZipFile(path) as archive:
                self._names = frozenset(archive.namelist())
                self._read_parts(archive)
        except DAMAGE as error:
            raise self._damaged() from error
        self.sheets = tuple(self._targets)
        if not self.sheets:
            raise SpreadsheetError(
                _("%(shown)s has no visible sheet with cells in it.") % {"shown": shown}
            )
        self.sheet = sheet or self._first_with_rows()
        if self.sheet not in self._targets:
            raise SpreadsheetError(
                _('%(shown)s has no sheet "%(sheet)s". It has: %(sheets)s.')
                % {"shown": shown, "sheet": self.sheet, "sheets": ", ".join(self.sheets)}
            )

    def rows(self) -> Iterator[Row]:
        """(row number, cells) of the sheet's rows that are not blank."""
        return self._rows_of(self.sheet)

    def _first_with_rows(self) -> str:
        for sheet in self.sheets:
            rows = self._rows_of(sheet)
            if next(rows, None) is not None:
                return sheet
        return self.sheets[0]

    def _rows_of(self, sheet: str) -> Iterator[Row]:
        number = 0
        try:
            with (
                zipfile.ZipFile(self._path) as archive,
                archive.open(self._targets[sheet]) as stream,
            ):
                finished: list[Row] = []
                parser = new_parser()
                reader = _SheetReader(self, finished)
                parser.StartElementHandler = reader.begin_document(parser)
                chunk = stream.read(CHUNK)
                while chunk:
                    parser.Parse(chunk, False)
                    for row in finished:
                        number = row[0]
                        yield row
                    finished.clear()
                    chunk = stream.read(CHUNK)
                parser.Parse(b"", True)
                yield from finished
        except DAMAGE as error:
            raise self._damaged(after=number) from error

    def _damaged(self, *, after: int = 0) -> SpreadsheetError:
        words = _(
            "%(shown)s is damaged and cannot be read. Open it in Excel, "
            "save it again as an Excel workbook (.xlsx) or as CSV, and upload that."
        )
        if after:
            words = _(
                "%(shown)s is damaged after row %(row)s and cannot be read. Open it in Excel, "
                "save it again as an Excel workbook (.xlsx) or as CSV, and upload that."
            )
        return SpreadsheetError(words % {"shown": self._shown, "row": after})

    def _read_parts(self, archive: zipfile.ZipFile) -> None:
        """Where the sheets are, what the styles mean, and from when days are counted."""
        main = self._related(archive, "", "officeDocument").get("", "xl/workbook.xml")
        by_id = self._related(archive, main, "")
        self._since_1904 = False
        self._targets: dict[str, str] = {}
        with archive.open(main) as stream:
            for _, name, attributes in start_tags(stream):
                if name == "workbookPr":
                    self._since_1904 = attributes.get("date1904") in ("1", "true", "on")
                elif name == "sheet" and attributes.get("state", "visible") == "visible":
                    relation = next((v for k, v in attributes.items() if k.endswith(":id")), "")
                    target = by_id.get(relation, "")
                    if target in self._names and "chartsheet" not in target:
                        self._targets[attributes.get("name", "")] = target
        folder = posixpath.dirname(main)
        named = {kind: self._related(archive, main, kind).get("") for kind in _SHARED_PARTS}
        self._texts_part = named["sharedStrings"] or posixpath.join(folder, "sharedStrings.xml")
        self.dates, self.zeros = self._read_styles(
            archive, named["styles"] or posixpath.join(folder, "styles.xml")
        )

    def _related(self, archive: zipfile.ZipFile, part: str, kind: str) -> dict[str, str]:
        """Relation id → part. With a kind, only those, the first one under the key "" too."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        found: dict[str, str] = {}
        if rels not in self._names:
            return found
        with archive.open(rels) as stream:
            for _, tag, attributes in start_tags(stream):
                target = attributes.get("Target", "")
                if tag != "Relationship" or attributes.get("TargetMode") == "External":
                    continue
                absolute = target.lstrip("/") if target.startswith("/") else ""
                full = absolute or posixpath.normpath(posixpath.join(folder, target))
                if kind and not attributes.get("Type", "").endswith("/" + kind):
                    continue
                found[attributes.get("Id", "")] = full
                if kind:
                    found.setdefault("", full)
        return found

    def _read_styles(
        self, archive: zipfile.ZipFile, part: str
    ) -> tuple[frozenset[str], dict[str, int]]:
        """(styles that show dates, styles that show zeros in front → digits)."""
        dates: set[str] = set()
        zeros: dict[str, int] = {}
        if part not in self._names:
            return frozenset(), zeros
        codes: dict[str, str] = {}
        index = 0
        with archive.open(part) as stream:
            for parent, name, attributes in start_tags(stream):
                if name == "numFmt" and parent == "numFmts":
                    codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
                elif name == "xf" and parent == "cellXfs":
                    number = attributes.get("numFmtId", "0")
                    code = codes.get(number, "")
                    if is_date_format(int(number), code):
                        dates.add(str(index))
                    elif zeros_shown(code):
                        zeros[str(index)] = zeros_shown(code)
                    index += 1
        return frozenset(dates), zeros

    @cached_property
    def texts(self) -> SharedTexts:
        """The workbook's table of texts, read when the first cell refers to it."""
        with zipfile.ZipFile(self._path) as archive:
            if self._texts_part not in self._names:
                return SharedTexts()
            with archive.open(self._texts_part) as stream:
                return SharedTexts.read(
                    stream, shown=self._shown, most_bytes=self._limits.max_shared_text_bytes
                )

    def number(self, raw: str, style: str) -> str:
        """A number cell's text by its style."""
        if style in self.dates:
            return serial_text(raw, since_1904=self._since_1904)
        text = number_text(raw)
        return text.zfill(self.zeros[style]) if style in self.zeros else text

    def too_many_columns(self, number: int, column: int) -> SpreadsheetError:
        return SpreadsheetError(
            _(
                "%(shown)s: row %(row)s has a cell in column %(column)s, and %(most)s columns "
                "are the most that can be read. Delete the columns that you do not need."
            )
            % {
                "shown": self._shown,
                "row": number,
                "column": f"{column + 1:,}",
                "most": f"{self._limits.max_columns:,}",
            }
        )

    @property
    def max_columns(self) -> int:
        return self._limits.max_columns


_SHARED_PARTS = ("sharedStrings", "styles")
_BOOLEANS = {"1": "TRUE", "0": "FALSE", "true": "TRUE", "false": "FALSE"}


class _SheetReader:
    """Expat's events of one sheet → finished rows. The inner functions are called for each cell,
    so that they keep to local names."""

    def __init__(self, workbook: XlsxWorkbook, finished: list[Row]) -> None:
        self._workbook = workbook
        self._finished = finished

    def begin_document(self, parser: object) -> Callable[[str, dict[str, str]], None]:
        """The handler of the root element, which learns the prefix and sets the others."""

        def root(name: str, attributes: dict[str, str]) -> None:
            prefix, colon, _ = name.rpartition(":")
            self._set_handlers(parser, prefix + colon)

        return root

    def _set_handlers(self, parser: object, prefix: str) -> None:
        workbook, finished = self._workbook, self._finished
        tag_row, tag_cell, tag_value = prefix + "row", prefix + "c", prefix + "v"
        tag_text, tag_formula, tag_phonetic = prefix + "t", prefix + "f", prefix + "rPh"
        value_tags, text_tags = (tag_value, tag_text), (tag_value, tag_text, tag_formula)
        max_columns = workbook.max_columns
        columns: dict[str, int] = {}
        cells: list[str] = []
        parts: list[str] = []
        formula: list[str] = []
        number, column = 0, -1
        kind, style = "n", ""
        phonetic = has_value = False
        texts: SharedTexts | None = None

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal number, column, kind, style, has_value, phonetic
            if name == tag_cell:
                reference = attributes.get("r")
                if reference is None:
                    column += 1
                else:
                    letters = reference.rstrip("0123456789")
                    found = columns.get(letters)
                    if found is None:
                        found = columns[letters] = column_of(letters)
                    column = found
                kind = attributes.get("t", "n")
                style = attributes.get("s", "")
                has_value = False
                parts.clear()
                formula.clear()
            elif name in value_tags:
                has_value = True
                if not phonetic:
                    parser.CharacterDataHandler = parts.append  # type: ignore[attr-defined]
            elif name == tag_row:
                reference = attributes.get("r")
                number = int(reference) if reference is not None else number + 1
                column = -1
            elif name == tag_formula:
                parser.CharacterDataHandler = formula.append  # type: ignore[attr-defined]
            elif name == tag_phonetic:
                phonetic = True

        def end(name: str) -> None:
            nonlocal phonetic, cells
            if name in text_tags:
                parser.CharacterDataHandler = None  # type: ignore[attr-defined]
            elif name == tag_cell:
                if has_value:
                    text = parts[0] if len(parts) == 1 else "".join(parts)
                    text = read(text) if text else ""
                else:
                    # A program wrote the formula and nobody worked it out.
                    text = "=" + "".join(formula) if formula else ""
                if text:
                    if column >= max_columns:
                        raise workbook.too_many_columns(number, column)
                    gap = column - len(cells)
                    if gap > 0:
                        cells.extend([""] * gap)
                    if gap < 0:
                        cells[column] = text
                    else:
                        cells.append(text)
            elif name == tag_row:
                if cells:
                    if "".join(cells).strip():
                        finished.append((number, cells))
                    cells = []
            elif name == tag_phonetic:
                phonetic = False

        def read(text: str) -> str:
            nonlocal texts
            if kind == "s":
                if texts is None:
                    texts = workbook.texts
                return texts[int(text)]
            if kind == "n":
                return workbook.number(text, style)
            if kind == "b":
                return _BOOLEANS.get(text, text)
            return unescaped(text)

        parser.StartElementHandler = start  # type: ignore[attr-defined]
        parser.EndElementHandler = end  # type: ignore[attr-defined]


_LETTERS = re.compile(r"[A-Z]{1,3}")


def column_of(letters: str) -> int:
    """A → 0, XFD → 16383. Raises ValueError for what is no column."""
    if not _LETTERS.fullmatch(letters):
        raise ValueError(letters)
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1
