"""Whatever is done to a file's bytes, it is read or refused in words; nothing else is raised."""

import random
from pathlib import Path
from typing import Any

import pytest

from common.spreadsheets import Limits, SpreadsheetError, open_sheet
from tests.common.conftest import Write
from tests.common.workbooks import ods, ods_by_hand, xls, xlsx, xlsx_by_hand

DATA = Path(__file__).parents[1] / "data"
ROWS: list[list[Any]] = [
    ["Account", "Name", "Email"],
    *([i, f"Ñame {i}", f"m{i}@example.com"] for i in range(40)),
]
PARTS = (
    b"<row>", b'r="A0"', b'"', b"\x00", b"PK\x03\x04", b"\xff\xfe", b"</c>", b"&#0;", b"\r\n",
    b'number-rows-repeated="-5"', b"NaN", b"1e999", b"<v>", b"_xD800_", b"\xed\xa0\x80",
)  # fmt: skip


def mutated(content: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(content)
    for _ in range(chance.choice((1, 1, 3, 20))):
        at = chance.randrange(len(damaged))
        match chance.randrange(4):
            case 0:
                damaged[at] = chance.randrange(256)
            case 1:
                del damaged[at : at + chance.choice((1, 1, 10, 500))]
            case 2:
                damaged[at:at] = chance.choice(PARTS)
            case 3:
                damaged[at : at + 4] = chance.randbytes(4)
        if not damaged:
            return b"x"
    return bytes(damaged)


SHEET_XML = "".join(
    f'<row r="{i}"><c r="A{i}"><v>{i}</v></c><c r="B{i}" t="s"><v>{i % 3}</v></c>'
    f'<c r="C{i}" t="inlineStr"><is><t>x</t></is></c></row>'
    for i in range(1, 30)
)
TABLE_XML = (
    '<table:table table:name="A">'
    + "".join(
        '<table:table-row table:number-rows-repeated="2"><table:table-cell '
        f'office:value-type="float" office:value="{i}"/><table:table-cell>'
        "<text:p>x<text:s text:c='3'/></text:p></table:table-cell></table:table-row>"
        for i in range(30)
    )
    + "</table:table>"
)


def sources() -> dict[str, bytes]:
    return {
        "after-excel": (DATA / "after-excel.csv").read_bytes(),
        "utf-16": (DATA / "upn-export.csv").read_text("utf-8").encode("utf-16"),
        "xlsx": xlsx(ROWS),
        "xls": xls(ROWS),
        "ods": ods(ROWS),
    }


def read_or_refuse(path: Path) -> None:
    try:
        for number, cells in open_sheet(path, limits=Limits(max_rows=5000)).rows():
            assert number > 1
            assert all(isinstance(cell, str) for cell in cells)
    except SpreadsheetError as error:
        message = error.message
    else:
        message = "read."
    assert message.endswith(".")


@pytest.mark.parametrize("kind", ["after-excel", "utf-16", "xlsx", "xls", "ods"])
def test_damaged_bytes_are_read_or_refused(write: Write, kind: str) -> None:
    chance = random.Random(kind)
    content = sources()[kind]
    # XLS is read in a process of its own, which takes its time to start.
    for _ in range(30 if kind == "xls" else 150):
        read_or_refuse(write(mutated(content, chance)))


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_damaged_parts_of_a_whole_zip_are_read_or_refused(write: Write, kind: str) -> None:
    chance = random.Random(kind)
    for _ in range(150):
        if kind == "xlsx":
            xml = mutated(SHEET_XML.encode(), chance).decode("utf-8", "replace")
            content = xlsx_by_hand(xml, texts=["Account", "Name", "Note"])
        else:
            content = ods_by_hand(mutated(TABLE_XML.encode(), chance).decode("utf-8", "replace"))
        read_or_refuse(write(content))
