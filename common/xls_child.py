"""The process that reads one XLS: python -m common.xls_child FILE [SHEET]

`spreadsheets/xls.py` starts it. It stands outside of that package, whose imports it does without.

calamine believes the sizes that a file states: a damaged or hostile one makes it ask for memory
without end, which ends the whole process. So it gets a process of its own, with limits.

Writes a line of JSON for the workbook ({"sheets": […], "sheet": …} or {"problem": …}), then one
for each row that is not blank ([number, cells]).
"""

import json
import resource
import sys
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from common.cell_values import value_text

_MOST_MEMORY = 1024 * 1024 * 1024
_MOST_SECONDS = 60


def main(path: Path, sheet: str | None) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        # from_path would go by the file's name.
        with path.open("rb") as file:
            workbook = CalamineWorkbook.from_filelike(file)
        _write_rows(workbook, sheet)
    except PasswordError:
        _write({"problem": "password"})
    except (CalamineError, OSError, ValueError):
        _write({"problem": "damage"})


def _write_rows(workbook: CalamineWorkbook, named: str | None) -> None:
    sheets = [
        found.name
        for found in workbook.sheets_metadata
        if found.visible == SheetVisibleEnum.Visible and found.typ == SheetTypeEnum.WorkSheet
    ]
    if not sheets:
        _write({"sheets": [], "sheet": ""})
        return
    if named is not None and named not in sheets:
        _write({"sheets": sheets, "sheet": named})
        return
    for name in [named] if named else sheets:
        sheet = workbook.get_sheet_by_name(name)
        if sheet.start is not None:
            break
    _write({"sheets": sheets, "sheet": sheet.name})
    if sheet.start is None:
        return
    # calamine's rows begin at row 1, but their cells at the first column with something in it.
    before = [""] * sheet.start[1]
    for number, values in enumerate(sheet.iter_rows(), 1):
        cells = before + [value_text(value) for value in values]
        if "".join(cells).strip():
            _write([number, cells])


def _write(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
