"""How values of workbooks read as text: as a person would type them."""

import re
from datetime import date, datetime, time, timedelta

_EPOCHS = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}  # noqa: DTZ001
_LAST_SERIAL = 2_958_466  # 31 December 9999


def number_text(raw: str) -> str:
    """A number without the `.0` and without an exponent: 1.62033001E8 → 162033001. At most 15
    digits, which is what spreadsheets keep."""
    if raw.isdigit():
        return raw
    try:
        number = float(raw)
    except ValueError:
        return raw
    return float_text(number)


def float_text(number: float) -> str:
    if number != number or number in (float("inf"), float("-inf")):
        return str(number)
    if number == int(number):
        return str(int(number))
    return f"{number:.15g}"


def value_text(value: object) -> str:
    """A value as calamine gives it."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return float_text(value)
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="seconds" if value.second else "minutes")
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        tail = f":{seconds:02}" if seconds else ""
        return f"{minutes // 60:02}:{minutes % 60:02}{tail}"
    return str(value)


def moment_text(moment: datetime) -> str:
    """2026-03-08, or 2026-03-08 14:30 where there is a time of day."""
    if moment.hour or moment.minute or moment.second:
        spec = "seconds" if moment.second else "minutes"
        return moment.isoformat(sep=" ", timespec=spec)
    return moment.date().isoformat()


def serial_text(raw: str, *, since_1904: bool) -> str:
    """Excel's day number as a date, a time, or both."""
    try:
        serial = float(raw)
    except ValueError:
        return raw
    if not 0 <= serial < _LAST_SERIAL:
        return number_text(raw)
    moment = _EPOCHS[since_1904] + timedelta(seconds=round(serial * 86_400))
    if serial < 1 and not since_1904:
        return value_text(moment.time())
    return moment_text(moment)


_NOT_CODES = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_ZEROS = re.compile(r"0{2,20}")
_DATE_FORMATS = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])


def is_date_format(number: int, code: str) -> bool:
    """Whether a cell with Excel's number format shows a date or a time."""
    if code:
        bare = _NOT_CODES.sub("", code.partition(";")[0]).lower()
        return bare != "general" and any(letter in bare for letter in "ymdhs")
    return number in _DATE_FORMATS


def zeros_shown(code: str) -> int:
    """How many digits a format such as 00000 fills up to with zeros in front; 0 for none."""
    return len(code) if _ZEROS.fullmatch(code) else 0
