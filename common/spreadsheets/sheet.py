"""Opening a file that somebody has, whatever it is."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext_noop as _

from common.spreadsheets.delimited import DelimitedText
from common.spreadsheets.errors import SpreadsheetError
from common.spreadsheets.formats import Format, format_of
from common.spreadsheets.heading_row import ROWS_TO_JUDGE_BY, find_heading
from common.spreadsheets.limits import Limits
from common.spreadsheets.ods import OdsWorkbook
from common.spreadsheets.xls import XlsWorkbook
from common.spreadsheets.xlsx import XlsxWorkbook

Source = DelimitedText | XlsxWorkbook | XlsWorkbook | OdsWorkbook
_WORKBOOKS: dict[Format, type[XlsxWorkbook] | type[XlsWorkbook] | type[OdsWorkbook]] = {
    Format.XLSX: XlsxWorkbook,
    Format.XLS: XlsWorkbook,
    Format.ODS: OdsWorkbook,
}
DEFAULT_LIMITS = Limits()


class Sheet:
    """A table with headings, read as a stream and as often as needed."""

    def __init__(self, source: Source, *, shown: str, limits: Limits) -> None:
        self._source = source
        self._shown = shown
        self._limits = limits
        self.format: Format = source.format
        self.encoding: str = source.encoding
        """Of the text, for people: "Windows-1252"; "" for XLS."""
        self.delimiter: str = source.delimiter
        """"" for workbooks."""
        self.sheets: tuple[str, ...] = source.sheets
        """Names of the workbook's visible sheets; () for text."""
        self.sheet: str = source.sheet
        """The one that is read: the first with something in it, if none was named."""
        first_rows = list(islice(source.rows(), ROWS_TO_JUDGE_BY))
        self.heading_row, self.headings = find_heading(first_rows, shown=shown)
        if len(self.headings) > limits.max_columns:
            raise SpreadsheetError(
                _(
                    "%(shown)s has %(columns)s columns, and %(most)s are the most that can be "
                    "read. Delete the columns that you do not need."
                )
                % {
                    "shown": shown,
                    "columns": f"{len(self.headings):,}",
                    "most": f"{limits.max_columns:,}",
                }
            )

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """(row number as the spreadsheet shows it, cells) of the rows that are not blank.

        There are at least as many cells as headings, as they are in the file (not trimmed). There
        are more only where the row has something beyond the headings' columns, which is a problem
        of that row: `len(cells) > len(sheet.headings)`. Raises SpreadsheetError at damage, at an
        unclosed quote and above the limit of rows.
        """
        width = len(self.headings)
        heading_row = self.heading_row
        left = self._limits.max_rows
        for row in self._source.rows():
            cells = row[1]
            found = len(cells)
            if found != width:
                if found < width:
                    cells.extend([""] * (width - found))
                elif not "".join(cells[width:]).strip():
                    del cells[width:]
                elif row[0] < heading_row:
                    continue
            if row[0] <= heading_row:
                continue
            left -= 1
            if left < 0:
                raise SpreadsheetError(
                    _("%(shown)s has more than %(most)s rows. Split it into several files.")
                    % {"shown": self._shown, "most": f"{self._limits.max_rows:,}"}
                )
            yield row


def open_sheet(
    path: Path | str,
    *,
    name: str | None = None,
    sheet: str | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Sheet:
    """The table in a file, by its content. `name` is what people call the file.

    `sheet`, `delimiter` and `encoding` overrule what is found. Raises SpreadsheetError, whose
    message is for a clerk, where the file cannot be used.
    """
    path = Path(path)
    shown = f'"{_short(name or path.name)}"'
    try:
        found = format_of(path, shown=shown, limits=limits)
    except FileNotFoundError as error:
        raise SpreadsheetError(_("There is no file %(shown)s.") % {"shown": shown}) from error
    except OSError as error:
        raise SpreadsheetError(
            _("%(shown)s cannot be read: %(reason)s.") % {"shown": shown, "reason": error.strerror}
        ) from error
    source: Source
    if found is None:
        source = DelimitedText(path, shown=shown, delimiter=delimiter, encoding=encoding)
    else:
        source = _WORKBOOKS[found](path, shown=shown, sheet=sheet, limits=limits)
    return Sheet(source, shown=shown, limits=limits)


def _short(name: str) -> str:
    printable = "".join(character for character in name if character.isprintable())
    return printable if len(printable) <= 80 else f"{printable[:50]}…{printable[-25:]}"
