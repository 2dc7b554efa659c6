"""Which character parts the cells of a text file."""

import csv
from collections import Counter
from collections.abc import Sequence

DELIMITERS = (",", ";", "\t", "|")
DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}


def delimiter_in_first_line(line: str) -> str | None:
    """The delimiter that a first line `sep=;` names, as Excel writes and reads it."""
    bare = line.strip("\ufeff\r\n").strip('"')
    if len(bare) == 5 and bare.lower().startswith("sep="):
        return bare[4]
    return None


def detect_delimiter(lines: Sequence[str]) -> str:
    """The delimiter that parts the first lines most evenly, quotes respected; a comma where
    nothing parts them (one column)."""
    best, best_score = ",", (0.0, False, 0)
    for delimiter in DELIMITERS:
        score = _evenness(lines, delimiter)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _evenness(lines: Sequence[str], delimiter: str) -> tuple[float, bool, int]:
    """(share of rows with the usual number of cells, the first row is one of them, cells)."""
    try:
        rows = [row for row in csv.reader(lines, delimiter=delimiter) if any(row)]
    except csv.Error:
        return 0.0, False, 0
    widths = Counter(len(row) for row in rows)
    if not widths:
        return 0.0, False, 0
    # Of equally frequent widths the wider one: a heading alone over a row of one cell.
    usual, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    if usual < 2:
        wider = [width for width in widths if width > 1]
        if not wider:
            return 0.0, False, 0
        usual = max(wider, key=lambda width: widths[width])
        count = widths[usual]
    return round(count / len(rows), 1), len(rows[0]) == usual, usual
