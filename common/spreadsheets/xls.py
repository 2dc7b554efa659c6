"""Reading XLS, in a process of its own (see `common/xls_child.py` for why)."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext_noop as _

from common.spreadsheets.errors import SpreadsheetError
from common.spreadsheets.formats import Format
from common.spreadsheets.limits import Limits

_PROJECT = Path(__file__).resolve().parents[2]


class XlsWorkbook:
    format = Format.XLS
    encoding = ""
    delimiter = ""

    def __init__(self, path: Path, *, shown: str, sheet: str | None, limits: Limits) -> None:
        self._path = path
        self._shown = shown
        self._limits = limits
        self.sheet = sheet or ""
        self.sheets: tuple[str, ...] = ()
        for line in self._lines():
            self._learn(line)
            break

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """(row number, cells) of the sheet's rows that are not blank."""
        most = self._limits.max_columns
        lines = self._lines()
        next(lines)
        for line in lines:
            number, cells = json.loads(line)
            if len(cells) > most and any(cells[most:]):
                raise SpreadsheetError(
                    _(
                        "%(shown)s: row %(row)s has cells beyond column %(most)s, and that is the "
                        "most that can be read. Delete the columns that you do not need."
                    )
                    % {"shown": self._shown, "row": number, "most": f"{most:,}"}
                )
            yield number, cells

    def _learn(self, line: bytes) -> None:
        """Take in what the child says of the workbook."""
        said = json.loads(line)
        if said.get("problem") == "password":
            raise SpreadsheetError(
                _(
                    "%(shown)s is protected with a password. Remove the password in Excel (File, "
                    "Info, Protect Workbook) and upload it again."
                )
                % {"shown": self._shown}
            )
        if "problem" in said:
            raise self._damaged()
        self.sheets = tuple(said["sheets"])
        self.sheet = said["sheet"]
        if not self.sheets:
            raise SpreadsheetError(
                _("%(shown)s has no visible sheet with cells in it.") % {"shown": self._shown}
            )
        if self.sheet not in self.sheets:
            raise SpreadsheetError(
                _('%(shown)s has no sheet "%(sheet)s". It has: %(sheets)s.')
                % {"shown": self._shown, "sheet": self.sheet, "sheets": ", ".join(self.sheets)}
            )

    def _lines(self) -> Iterator[bytes]:
        """What the child writes. Raises SpreadsheetError where it does not come to its end."""
        command = [sys.executable, "-m", "common.xls_child", str(self._path.resolve())]
        with subprocess.Popen(  # noqa: S603 (our own module; the path is one argument)
            [*command, self.sheet] if self.sheet else command,
            cwd=_PROJECT,
            env={**os.environ, "PYTHONPATH": str(_PROJECT)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as child:
            try:
                assert child.stdout is not None  # noqa: S101 (for mypy: it is a pipe)
                said_anything = False
                for line in child.stdout:
                    said_anything = True
                    yield line
                if child.wait() != 0 or not said_anything:
                    raise self._damaged()
            finally:
                child.kill()

    def _damaged(self) -> SpreadsheetError:
        return SpreadsheetError(
            _(
                "%(shown)s is damaged or too big and cannot be read. Open it in Excel, save it "
                "as an Excel workbook (.xlsx), and upload that."
            )
            % {"shown": self._shown}
        )
