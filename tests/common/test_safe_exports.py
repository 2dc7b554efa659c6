import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.phones import read_phone
from common.safe_exports import Cell, safe_cell, stream_csv


@pytest.mark.parametrize(
    "value",
    [
        "=1+1",
        "+14785550112",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\u00a0=1",
        "\uff1d1",
    ],
)
def test_what_could_be_a_formula_stays_text(value: str) -> None:
    assert safe_cell(value) == "'" + value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("NUÑEZ", "NUÑEZ"),
        ("478-555-0112", "478-555-0112"),
        ("a=b", "a=b"),
        (-5, "-5"),
        (Decimal("-1.50"), "-1.50"),
        (-0.5, "-0.5"),
        (None, ""),
        (True, "yes"),
        (date(2026, 3, 8), "2026-03-08"),
        (datetime(2026, 3, 8, 14, 30, tzinfo=UTC), "2026-03-08 14:30:00+00:00"),
        ("", ""),
        ("a\x00b", "ab"),
    ],
)
def test_other_values_are_written_plainly(value: Cell, text: str) -> None:
    assert safe_cell(value) == text


def test_a_nul_does_not_hide_a_formula() -> None:
    assert safe_cell("\x00=1") == "'=1"


def test_our_own_exports_can_be_uploaded_again() -> None:
    assert read_phone(safe_cell("+14785550112")).number == "+14785550112"


def test_the_file_opens_in_excel() -> None:
    content = b"".join(stream_csv(["Name", "=x"], [["NUÑEZ, NOÉ", 'say "hi"'], ["two\nlines", 7]]))
    assert content.startswith(b"\xef\xbb\xbfName,'=x\r\n")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows == [["Name", "'=x"], ["NUÑEZ, NOÉ", 'say "hi"'], ["two\nlines", "7"]]


def test_the_file_comes_in_pieces_while_the_rows_come() -> None:
    taken = 0

    def rows() -> Iterator[list[str]]:
        nonlocal taken
        for taken in range(1, 100_001):
            yield [f"member {taken}", "x" * 20]

    pieces = stream_csv(["Name", "Note"], rows())
    first = next(pieces)
    assert 60_000 < len(first) < 80_000
    assert taken < 5_000
    assert (first + b"".join(pieces)).count(b"\r\n") == 100_001


def test_no_rows_make_a_file_of_headings() -> None:
    assert b"".join(stream_csv(["Name"], [])) == b"\xef\xbb\xbfName\r\n"


@given(st.lists(st.text(), min_size=1))
def test_no_cell_of_any_text_begins_as_a_formula(values: list[str]) -> None:
    for value in values:
        assert not safe_cell(value).lstrip().startswith(("=", "+", "-", "@", "\t"))
