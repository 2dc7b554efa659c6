"""Opening the spreadsheets that people have, as a stream of rows.

sheet = open_sheet(path, name="members.csv")
for number, cells in sheet.rows(): ...
"""

from common.spreadsheets.errors import SpreadsheetError
from common.spreadsheets.formats import Format
from common.spreadsheets.limits import Limits
from common.spreadsheets.sheet import Sheet, open_sheet

__all__ = ["Format", "Limits", "Sheet", "SpreadsheetError", "open_sheet"]
