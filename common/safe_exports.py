"""CSV files to download that no spreadsheet runs as formulas (RULES 28)."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal

CONTENT_TYPE = "text/csv; charset=utf-8"
Cell = str | int | float | Decimal | date | datetime | time | bool | None

# Spreadsheets skip white space before a formula; the full-width signs count in East Asian ones.
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_BUFFER_CHARACTERS = 64 * 1024


def safe_cell(value: Cell) -> str:
    """`value` as text that stays text: an apostrophe goes before whatever could be a formula.

    Numbers that are numbers here (not digits in a str) may begin with a minus.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        text = value.replace("\x00", "")
        if text.startswith(_STARTS_A_FORMULA) or text.lstrip().startswith(_STARTS_A_FORMULA):
            return "'" + text
        return text
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return str(value)


def stream_csv(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The file in pieces of about 64 kB, for a StreamingHttpResponse.

    UTF-8 with a byte order mark, without which Excel reads Windows-1252; CRLF as RFC 4180 has it.
    """
    lines: list[str] = ["\ufeff"]
    waiting = 0
    writer = csv.writer(_Appender(lines))
    writer.writerow([safe_cell(heading) for heading in headings])
    for row in rows:
        writer.writerow([safe_cell(value) for value in row])
        waiting += len(lines[-1])
        if waiting >= _BUFFER_CHARACTERS:
            yield "".join(lines).encode()
            lines.clear()
            waiting = 0
    if lines:
        yield "".join(lines).encode()


class _Appender:
    """What csv.writer writes to: a list that grows by one str a row."""

    def __init__(self, lines: list[str]) -> None:
        self._append = lines.append

    def write(self, line: str) -> None:
        self._append(line)
