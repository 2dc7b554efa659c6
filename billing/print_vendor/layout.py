"""The records of the print vendor's file: which fields, how wide, and a line of 250 characters.

Text is left and blank-filled, numbers right and zero-filled, dates YYYYMMDD (RULES 32). The file is
ISO 8859-1, so that a character is a byte. docs/print-vendor.md says the same to the vendor.
"""

import unicodedata
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

from common.odd_characters import without_odd_characters

VERSION = 1
LENGTH = 250
LINE_END = b"\r\n"
ENCODING = "latin-1"
PAST_BILLS = 13  # a year, and the same month of the year before

Kind = Literal["text", "number", "signed", "date"]
Value = str | int | date | None


class LayoutError(ValueError):
    """A value that its field can't hold: nothing is ever cut."""


class Field(NamedTuple):
    name: str
    width: int
    kind: Kind


def _text(name: str, width: int) -> Field:
    return Field(name, width, "text")


def _number(name: str, width: int) -> Field:
    return Field(name, width, "number")


def _signed(name: str, width: int) -> Field:
    return Field(name, width, "signed")


def _date(name: str) -> Field:
    return Field(name, 8, "date")


_SEQUENCE = _number("sequence", 8)
# Each record begins with its type, three letters; what is left of the 250 is blank.
RECORDS: dict[str, tuple[Field, ...]] = {
    "HDR": (
        _number("layout", 2),
        _text("utility", 80),
        _date("bill_date"),
        _text("cycle", 6),
    ),
    "BIL": (
        _SEQUENCE,
        _text("account", 27),
        _text("bill_number", 30),
        _date("bill_date"),
        _date("due_date"),
        _date("period_start"),
        _date("period_end"),
        _signed("kwh_thousandths", 13),
        _signed("amount_cents", 13),
        _signed("balance_cents", 13),
        _text("meter", 20),
        _text("language", 2),
        _text("recurring_payment", 12),
        _text("why_printed", 1),
        _number("messages", 1),
    ),
    "NAM": (_SEQUENCE, _text("name", 130)),
    "SVC": (
        _SEQUENCE,
        _text("service_address", 130),
        _text("city", 70),
        _text("state", 2),
        _text("zip_code", 10),
    ),
    "USE": (
        _SEQUENCE,
        _number("count", 2),
        *(
            field
            for number in range(1, PAST_BILLS + 1)
            for field in (
                _text(f"month_{number}", 6),
                _signed(f"kwh_thousandths_{number}", 12),
            )
        ),
    ),
    "MSG": (_SEQUENCE, _number("number", 1), _text("language", 2), _text("text", 230)),
    "TRL": (
        _number("bills", 8),
        _number("names", 8),
        _number("services", 8),
        _number("usages", 8),
        _number("messages", 8),
        _number("records", 9),
        _signed("amount_cents", 18),
        _signed("balance_cents", 18),
    ),
}

_QUOTES_AND_DASHES = str.maketrans(
    {"‘": "'", "’": "'", "‚": ",", "“": '"', "”": '"', "„": '"', "…": "...", "€": "EUR", "•": "-"}
)


@lru_cache(maxsize=1024)  # cities and messages come again on every bill
def plain(text: str) -> str:
    """`text` in the characters of ISO 8859-1: curly quotes and long dashes become plain, letters
    lose the accents that it does not know, line breaks and other controls become blanks, and what
    is still left becomes a question mark."""
    text = without_odd_characters(text, dashes=True).translate(_QUOTES_AND_DASHES)
    text = unicodedata.normalize("NFC", text)
    if text.isascii() and text.isprintable():
        return text
    return "".join(_plain_character(character) for character in text)


def _plain_character(character: str) -> str:
    if unicodedata.category(character) in {"Cc", "Zl", "Zp"}:
        return " "
    if ord(character) < 256:
        return character
    parts = unicodedata.normalize("NFKD", character)
    return "".join(part for part in parts if ord(part) < 256) or "?"


def line(record: str, values: Mapping[str, Value]) -> bytes:
    """One record with its line end. Raises LayoutError where a value does not fit."""
    parts = [record, *(_filled(record, field, values[field.name]) for field in RECORDS[record])]
    return "".join(parts).ljust(LENGTH).encode(ENCODING) + LINE_END


def read(text: str) -> dict[str, str]:
    """The fields of a record (without its line end) by name, as they stand there."""
    values, at = {}, 3
    for field in RECORDS[text[:3]]:
        values[field.name] = text[at : at + field.width]
        at += field.width
    return values


def _filled(record: str, field: Field, value: Value) -> str:
    """Blanks where there is no value."""
    if value is None:
        filled = " " * field.width
    elif isinstance(value, date):
        filled = f"{value.year:04}{value:%m%d}"
    elif isinstance(value, int):
        sign = ("-" if value < 0 else "+") if field.kind == "signed" else ""
        if value < 0 and not sign:
            raise LayoutError(f"{record}: {field.name} is below zero.")
        filled = sign + str(abs(value)).zfill(field.width - len(sign))
    else:
        filled = plain(value).ljust(field.width)
    if len(filled) != field.width:
        raise LayoutError(
            f"{record}: {field.name} takes {len(filled)} characters and has {field.width}."
        )
    return filled
