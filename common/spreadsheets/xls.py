"""Reading XLS by calamine. It holds the whole sheet, which in XLS is 65,536 rows at most."""

from collections.abc import Iterator
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from common.spreadsheets.cells import value_text
from common.spreadsheets.errors import SpreadsheetError
from common.spreadsheets.formats import Format
from common.spreadsheets.limits import Limits


class XlsWorkbook:
    format = Format.XLS
    encoding = ""
    delimiter = ""

    def __init__(self, path: Path, *, shown: str, sheet: str | None, limits: Limits) -> None:
        self._shown = shown
        self._limits = limits
        self._workbook = self._opened(path)
        self.sheets = tuple(
            found.name
            for found in self._workbook.sheets_metadata
            if found.visible == SheetVisibleEnum.Visible and found.typ == SheetTypeEnum.WorkSheet
        )
        if not self.sheets:
            raise SpreadsheetError(f"{shown} has no visible sheet with cells in it.")
        if sheet is not None and sheet not in self.sheets:
            raise SpreadsheetError(
                f'{shown} has no sheet "{sheet}". It has: {", ".join(self.sheets)}.'
            )
        self.sheet = sheet or next(
            (name for name in self.sheets if self._loaded(name).height), self.sheets[0]
        )

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """(row number, cells) of the sheet's rows that are not blank."""
        sheet = self._loaded(self.sheet)
        if sheet.start is None:
            return
        # calamine begins at the first cell that has something in it.
        first_row, first_column = sheet.start
        before = [""] * first_column
        most = self._limits.max_columns
        for number, values in enumerate(sheet.iter_rows(), first_row + 1):
            cells = before + [value_text(value) for value in values]
            if "".join(cells).strip():
                if len(cells) > most and any(cells[most:]):
                    raise SpreadsheetError(
                        f"{self._shown}: row {number} has cells beyond column {most:,}, and that "
                        "is the most that can be read. Delete the columns that you do not need."
                    )
                yield number, cells

    def _opened(self, path: Path) -> CalamineWorkbook:
        try:
            return CalamineWorkbook.from_path(path)
        except PasswordError as error:
            raise SpreadsheetError(
                f"{self._shown} is protected with a password. Remove the password in Excel "
                "(File, Info, Protect Workbook) and upload it again."
            ) from error
        except (CalamineError, OSError, ValueError) as error:
            raise self._damaged() from error
        except BaseException as error:
            raise self._after_panic(error) from error

    def _loaded(self, name: str) -> CalamineSheet:
        try:
            return self._workbook.get_sheet_by_name(name)
        except (CalamineError, OSError, ValueError) as error:
            raise self._damaged() from error
        except BaseException as error:
            raise self._after_panic(error) from error

    def _after_panic(self, error: BaseException) -> BaseException:
        """Rust's panics arrive as a BaseException that no `except Exception` catches."""
        return self._damaged() if type(error).__name__ == "PanicException" else error

    def _damaged(self) -> SpreadsheetError:
        return SpreadsheetError(
            f"{self._shown} is damaged and cannot be read. Open it in Excel, save it as an Excel "
            "workbook (.xlsx), and upload that."
        )
