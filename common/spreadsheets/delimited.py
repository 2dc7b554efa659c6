"""Reading CSV and its kin as a stream."""

import csv
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

from django.utils.translation import gettext_noop as _

from common.spreadsheets.delimiters import (
    DELIMITER_NAMES,
    delimiter_in_first_line,
    detect_delimiter,
)
from common.spreadsheets.errors import SpreadsheetError
from common.spreadsheets.formats import Format
from common.spreadsheets.text_encoding import TextEncoding, detect_encoding, named_encoding

_LINES_TO_JUDGE_BY = 200
_LONGEST_LINE_TO_JUDGE_BY = 64 * 1024


class DelimitedText:
    """A CSV file: its encoding and delimiter, and its rows as often as they are asked for."""

    sheets: tuple[str, ...] = ()
    sheet = ""

    def __init__(
        self, path: Path, *, shown: str, delimiter: str | None, encoding: str | None
    ) -> None:
        self._path = path
        self._shown = shown
        self._encoding: TextEncoding = (
            named_encoding(encoding) if encoding else detect_encoding(path, shown=shown)
        )
        with self._open() as file:
            lines = [line[:_LONGEST_LINE_TO_JUDGE_BY] for line in islice(file, _LINES_TO_JUDGE_BY)]
        named = delimiter_in_first_line(lines[0]) if lines else None
        self._lines_to_skip = 1 if named else 0
        self.delimiter = delimiter or named or detect_delimiter(lines)
        if len(self.delimiter) != 1 or self.delimiter in '"\r\n':
            raise SpreadsheetError(
                _("%(shown)s: cells cannot be parted by %(delimiter)s. Choose %(delimiters)s.")
                % {
                    "shown": shown,
                    "delimiter": repr(self.delimiter),
                    "delimiters": ", ".join(DELIMITER_NAMES.values()),
                }
            )
        self.format = Format.TSV if self.delimiter == "\t" else Format.CSV
        self.encoding = self._encoding.label

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """(row number, cells) of the rows that are not blank.

        A row that goes over several lines counts once, as in a spreadsheet. Raises
        SpreadsheetError where a quote is not closed, with the row in which it opens.
        """
        lines_of_row: list[str] = []
        number, last_line = 0, ""
        try:
            with self._open() as file:
                for _line in islice(file, self._lines_to_skip):
                    pass
                reader = csv.reader(_noted(file, lines_of_row), delimiter=self.delimiter)
                for number, cells in enumerate(reader, 1):
                    if len(lines_of_row) > 1:
                        self._check_quotes(number, lines_of_row)
                    if "".join(cells).strip():
                        yield number, cells
                    last_line = lines_of_row[-1]
                    lines_of_row.clear()
                if _ends_in_quotes(last_line, self.delimiter):
                    raise self._unclosed_quote(number)
        except csv.Error as error:
            if len(lines_of_row) > 1:
                raise self._unclosed_quote(number + 1) from error
            raise SpreadsheetError(
                _(
                    "%(shown)s: a cell in row %(row)s has more than 131,000 characters. Shorten it "
                    "and upload the file again."
                )
                % {"shown": self._shown, "row": number + 1}
            ) from error
        except UnicodeError as error:
            raise SpreadsheetError(
                _(
                    "%(shown)s is not %(encoding)s text throughout (near row %(row)s). Choose "
                    "another encoding, or save it as CSV UTF-8."
                )
                % {"shown": self._shown, "encoding": self.encoding, "row": number + 1}
            ) from error

    def _open(self) -> TextIO:
        encoding = self._encoding
        return self._path.open(encoding=encoding.codec, errors=encoding.errors, newline=None)

    def _check_quotes(self, number: int, lines: list[str]) -> None:
        """A cell may have line breaks in it; but text right after a closing quote means that the
        quote which seems to close it was the opening one of a later cell."""
        try:
            list(csv.reader(lines, delimiter=self.delimiter, strict=True))
        except csv.Error as error:
            raise self._unclosed_quote(number) from error

    def _unclosed_quote(self, number: int) -> SpreadsheetError:
        return SpreadsheetError(
            _(
                '%(shown)s: a quote (") that opens in row %(row)s is not closed. Close or '
                "remove it and upload the file again."
            )
            % {"shown": self._shown, "row": number}
        )


def _noted(lines: Iterable[str], notes: list[str]) -> Iterator[str]:
    """The lines, each noted as it goes by."""
    note = notes.append
    for line in lines:
        note(line)
        yield line


def _ends_in_quotes(line: str, delimiter: str) -> bool:
    try:
        list(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False
