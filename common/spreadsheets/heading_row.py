"""Which row has the headings."""

import re
from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext_noop as _

from common.headings import column_letters, match_headings
from common.spreadsheets.errors import SpreadsheetError

ROWS_TO_JUDGE_BY = 40

_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_LONG_NUMBER = re.compile(r"[+'(]?[0-9][0-9 ().\-]{5,}[0-9]")


def find_heading(rows: Sequence[tuple[int, list[str]]], *, shown: str) -> tuple[int, list[str]]:
    """(row number, headings) out of the first rows that are not blank.

    A title above the headings (one or two cells over a wide table) is passed over. Columns
    without a heading are called "Column C"; empty ones at the right end are dropped. Raises
    SpreadsheetError where there is no usable heading.
    """
    if not rows:
        raise SpreadsheetError(
            _(
                "%(shown)s is empty: there is no text in any cell. Check that you chose the "
                "right file."
            )
            % {"shown": shown}
        )
    index = _after_titles([cells for _, cells in rows])
    number, cells = rows[index]
    headings = [" ".join(cell.replace("\ufeff", "").split()) for cell in cells]
    while headings and not headings[-1]:
        headings.pop()
    data = next((heading for heading in headings if _is_data(heading)), None)
    if data is not None or not any(_has_letter(heading) for heading in headings):
        raise SpreadsheetError(
            _(
                "%(shown)s has no headings: row %(row)s looks like a member's own data. Put a "
                "row above it that says what each column is, such as Member Separator, Name, "
                "Cell Phone, Email."
            )
            % {"shown": shown, "row": number}
        )
    if index == len(rows) - 1:
        raise SpreadsheetError(
            _(
                "%(shown)s has headings but no rows below them. Check that the list was saved "
                "with it."
            )
            % {"shown": shown}
        )
    return number, [
        heading or f"Column {column_letters(column)}" for column, heading in enumerate(headings)
    ]


def _after_titles(rows: Sequence[Sequence[str]]) -> int:
    """The first row that is as wide as the table, or 0 where nothing is certain."""
    widths = [sum(1 for cell in cells if cell.strip()) for cells in rows]
    usual = Counter(widths).most_common(1)[0][0]
    most_in_title = 1 if usual < 5 else 2
    if usual < 3:
        return 0
    for index, width in enumerate(widths):
        if width > most_in_title or match_headings(rows[index]):
            return index
    return 0


def _is_data(heading: str) -> bool:
    return bool(_EMAIL.fullmatch(heading) or _LONG_NUMBER.fullmatch(heading))


def _has_letter(heading: str) -> bool:
    return any(character.isalpha() for character in heading)
