import io
import zipfile
from datetime import date, datetime, time
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from common.cell_values import value_text
from common.spreadsheets import Limits, SpreadsheetError, open_sheet
from tests.common.conftest import Write
from tests.common.workbooks import ods, ods_by_hand, xls, xlsx, xlsx_by_hand, zipped

ROWS: list[list[Any]] = [
    ["MBR SEP", "Name", "Cell Phone", "Email", "Pole"],
    [162033001, "NUÑEZ NOÉ", 14785550101.0, "noe@example.com", 12.5],
    ["162033-002", "O’NEAL 😀", "478-555-0102", "opal@example.com", None],
]
EXPECTED = [
    (2, ["162033001", "NUÑEZ NOÉ", "14785550101", "noe@example.com", "12.5"]),
    (3, ["162033-002", "O’NEAL 😀", "478-555-0102", "opal@example.com", ""]),
]


@pytest.mark.parametrize("name", ["members.xlsx", "members.csv", "members"])
@pytest.mark.parametrize(("kind", "make"), [("XLSX", xlsx), ("XLS", xls), ("ODS", ods)])
def test_a_workbook_is_read_whatever_its_name(
    write: Write, kind: str, make: Any, name: str
) -> None:
    sheet = open_sheet(write(make(ROWS), name=name))
    assert sheet.format == kind
    assert sheet.headings == ROWS[0]
    assert list(sheet.rows()) == EXPECTED
    assert list(sheet.rows()) == EXPECTED


@pytest.mark.parametrize("make", [xlsx, xls, ods])
def test_blank_rows_of_a_workbook_are_skipped_and_counted(write: Write, make: Any) -> None:
    rows = [
        [None, None, None],
        [None, "Account", "Name"],
        [None, None, None],
        [None, 1, "a"],
        [None, None, " "],
        [None, 2, "b"],
    ]
    sheet = open_sheet(write(make(rows)))
    assert sheet.heading_row == 2
    assert sheet.headings == ["Column A", "Account", "Name"]
    assert list(sheet.rows()) == [(4, ["", "1", "a"]), (6, ["", "2", "b"])]


@pytest.mark.parametrize("make", [xlsx, xls, ods])
def test_a_workbook_with_headings_only_or_nothing_says_so(write: Write, make: Any) -> None:
    with pytest.raises(SpreadsheetError, match="headings but no rows"):
        open_sheet(write(make([["Account", "Name"]])))
    with pytest.raises(SpreadsheetError, match="is empty"):
        open_sheet(write(make([])))


def test_dates_times_truth_and_leading_zeros_read_as_people_see_them(write: Write) -> None:
    rows: list[list[Any]] = [
        ["Account", "Date", "Moment", "Time", "Truth", "ZIP", "Price"],
        [1, date(2026, 3, 8), datetime(2026, 3, 8, 14, 30), time(8, 5), True, 342, 1.1 + 2.2],  # noqa: DTZ001
    ]
    sheet = open_sheet(write(xlsx(rows, formats={"F2": "00000", "G2": "$#,##0.00"})))
    assert list(sheet.rows()) == [
        (2, ["1", "2026-03-08", "2026-03-08 14:30", "08:05", "TRUE", "00342", "3.3"])
    ]


def test_dates_in_xls_read_the_same(write: Write) -> None:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("List")
    style = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for column, value in enumerate(["Account", "Date"]):
        sheet.write(0, column, value)
    sheet.write(1, 0, 1)
    sheet.write(1, 1, date(2026, 3, 8), style)
    content = io.BytesIO()
    book.save(content)
    assert list(open_sheet(write(content.getvalue())).rows()) == [(2, ["1", "2026-03-08"])]


def test_formulas_give_their_result_or_themselves_and_errors_their_name(write: Write) -> None:
    content = xlsx_by_hand(
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>Name</t></is></c>'
        '<c r="C1" t="str"><v>Note</v></c></row>'
        '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2"><f>A1&amp;"x"</f></c>'
        '<c r="C2" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
        '<row r="3"><c r="A3"><v>1.62033001E8</v></c><c r="B3" t="s"><v>1</v></c>'
        '<c r="C3" t="b"><v>0</v></c></row>',
        texts=["Account", "two_x000D_\nlines <&>"],
    )
    assert list(open_sheet(write(content)).rows()) == [
        (2, ["2", '=A1&"x"', "#DIV/0!"]),
        (3, ["162033001", "two\r\nlines <&>", "FALSE"]),
    ]


def test_prefixed_names_and_cells_without_references_are_read(write: Write) -> None:
    content = xlsx_by_hand(
        '<x:row><x:c t="s"><x:v>0</x:v></x:c><x:c t="s"><x:v>1</x:v></x:c></x:row>'
        '<x:row><x:c><x:v>7</x:v></x:c><x:c t="s"><x:v>1</x:v></x:c></x:row>',
        texts=["Account", "Name"],
        prefix="x",
    )
    assert list(open_sheet(write(content)).rows()) == [(2, ["7", "Name"])]


def test_phonetic_readings_are_no_part_of_a_text(write: Write) -> None:
    table = (
        '<sst xmlns="x"><si><t>Account</t></si><si><r><t>東</t></r><r><t>京</t></r>'
        "<rPh sb='0' eb='1'><t>トウキョウ</t></rPh></si></sst>"
    )
    content = xlsx_by_hand(
        '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
        '<row r="2"><c r="A2" t="s"><v>1</v></c></row>',
        extra={"xl/sharedStrings.xml": table.encode()},
    )
    assert list(open_sheet(write(content)).rows()) == [(2, ["東京"])]


def test_ours_and_calamine_read_a_workbook_alike(write: Write) -> None:
    rows: list[list[Any]] = [["Account", "Name", "Number", "When"]]
    for i in range(300):
        moment = datetime(2026, 1, 1 + i % 28, i % 24)  # noqa: DTZ001 (spreadsheets know no zone)
        rows.append([i, f"Ñame {i % 7}", i * 1.37, moment])
    path = write(xlsx(rows), name="members.xlsx")
    theirs = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    ours = [cells for _, cells in open_sheet(path).rows()]
    assert ours == [[value_text(value) for value in row] for row in theirs[1:]]


def test_the_first_sheet_with_something_in_it_is_read_and_another_can_be_named(
    write: Write,
) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = "Blank"  # type: ignore[union-attr]
    for title, state in (("Old", "hidden"), ("March", "visible"), ("April", "visible")):
        sheet = book.create_sheet(title)
        sheet.sheet_state = state
        sheet.append(["Account"])
        sheet.append([title])
    content = io.BytesIO()
    book.save(content)
    path = write(content.getvalue())
    sheet_read = open_sheet(path)
    assert sheet_read.sheets == ("Blank", "March", "April")
    assert sheet_read.sheet == "March"
    assert list(open_sheet(path, sheet="April").rows()) == [(2, ["April"])]
    with pytest.raises(SpreadsheetError, match=r'no sheet "May"\. It has: Blank, March, April'):
        open_sheet(path, sheet="May")


def test_an_ods_with_a_million_repeated_cells_is_read_at_once(write: Write) -> None:
    content = ods_by_hand(
        '<table:table table:name="A &amp; B"><table:table-row>'
        "<table:table-cell><text:p>Account</text:p></table:table-cell>"
        "<table:table-cell><text:p>Na<text:span>m</text:span>e</text:p><office:annotation>"
        "<text:p>a note</text:p></office:annotation></table:table-cell>"
        '<table:table-cell table:number-columns-repeated="16382"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="2"><table:table-cell '
        'office:value-type="float" office:value="7"><text:p>007</text:p></table:table-cell>'
        "<table:table-cell><text:p>a<text:s text:c='2'/>b</text:p><text:p>c</text:p>"
        "</table:table-cell></table:table-row>"
        '<table:table-row table:number-rows-repeated="1048573">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>'
    )
    sheet = open_sheet(write(content))
    assert sheet.sheets == ("A & B",)
    assert list(sheet.rows()) == [(2, ["007", "a  b\nc"]), (3, ["007", "a  b\nc"])]


def test_repeated_cells_with_something_in_them_stop_at_the_limits(write: Write) -> None:
    start = (
        '<table:table table:name="A"><table:table-row><table:table-cell><text:p>Account</text:p>'
        "</table:table-cell></table:table-row>"
    )
    cell = "<text:p>x</text:p></table:table-cell></table:table-row></table:table>"
    wide = f'{start}<table:table-row><table:table-cell table:number-columns-repeated="16384">{cell}'
    with pytest.raises(SpreadsheetError, match="row 2 has a cell in column 16,384"):
        open_sheet(write(ods_by_hand(wide)))
    long = f'{start}<table:table-row table:number-rows-repeated="1048575"><table:table-cell>{cell}'
    sheet = open_sheet(write(ods_by_hand(long)), limits=Limits(max_rows=100))
    with pytest.raises(SpreadsheetError, match="more than 100 rows"):
        list(sheet.rows())


@pytest.mark.parametrize("make", [xlsx, ods])
def test_too_many_columns_are_refused(write: Write, make: Any) -> None:
    rows = [[f"c{i}" for i in range(1000)], ["x"] * 1000]
    with pytest.raises(SpreadsheetError, match=r"500 columns are the most|column 501"):
        open_sheet(write(make(rows)))


def bomb(size: int) -> bytes:
    return xlsx_by_hand("", extra={"xl/media/huge.xml": b"\0" * size})


def encrypted_workbook() -> bytes:
    name = "EncryptedPackage".encode("utf-16-le") + b"\0\0"
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000 + name + b"\0" * 1000


BILLION_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    "<worksheet><sheetData/></worksheet>"
)
GOOD = xlsx(ROWS)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (bomb(30 * 1024 * 1024), "would unpack to 30 MB, so it is not opened"),
        (zipped({f"a{i}": "" for i in range(6000)}), "so it is not opened"),
        (zipped({"members.csv": "Account"}), "is a packed folder"),
        (zipped({"inner.zip": zipped({"a.zip": b"x"})}), "is a packed folder"),
        (zipped({"[Content_Types].xml": "", "word/document.xml": ""}), "is a Word document"),
        (zipped({"[Content_Types].xml": "", "ppt/a.xml": ""}), "is a presentation"),
        (zipped({"[Content_Types].xml": "", "xl/workbook.bin": ""}), "binary Excel workbook"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "not a spreadsheet"),
        (
            zipped(
                {
                    "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
                    "META-INF/manifest.xml": "<manifest:encryption-data/>",
                }
            ),
            "protected with a password",
        ),
        (zipped({"[Content_Types].xml": ""}), "is damaged"),
        (encrypted_workbook(), "protected with a password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "is not a spreadsheet"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le") + b"\0" * 600,
            "is damaged",
        ),
        (GOOD[: len(GOOD) // 2], "is damaged"),
        (b"PK\x03\x04" + b"\0" * 100, "is damaged"),
        (xls(ROWS)[:1500], "is not a spreadsheet"),
        (
            xlsx_by_hand("", extra={"xl/worksheets/sheet1.xml": BILLION_LAUGHS.encode()}),
            "document type declaration",
        ),
        (xlsx_by_hand('<row r="1"><c r="A1" t="s"><v>9</v></c></row>'), "is damaged"),
        (xlsx_by_hand('<row r="1"><c r="A1" t="s"><v>-1</v></c></row>'), "is damaged"),
        (xlsx_by_hand('<row r="one"/>'), "is damaged"),
        (xlsx_by_hand("<row"), "is damaged"),
        (xlsx_by_hand('<row r="1"><c r="A1"><v>1</v></c></row>'), "has no headings"),
        (xlsx_by_hand('<row r="1"><c r="XFD1" t="str"><v>x</v></c></row>'), "column 16,384"),
    ],
    ids=lambda value: value[:28] if isinstance(value, str) else None,
)
def test_what_cannot_be_used_says_why(write: Write, content: bytes, words: str) -> None:
    path = write(content, name="members.xlsx")
    with pytest.raises(SpreadsheetError, match=words) as caught:
        list(open_sheet(path).rows())
    assert "members.xlsx" in caught.value.message or "document type" in caught.value.message


def test_a_zip_that_needs_a_password_is_said_so(write: Write) -> None:
    content = bytearray(zipped({"[Content_Types].xml": "x", "xl/workbook.xml": "x"}))
    # The flag "encrypted" of each entry, in its own header and in the directory.
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(signature)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(signature, at + 4)
    with pytest.raises(SpreadsheetError, match="protected with a password"):
        open_sheet(write(bytes(content)))


def test_a_table_of_texts_above_the_limit_is_refused(write: Write) -> None:
    content = xlsx_by_hand(
        '<row r="1"><c r="A1" t="s"><v>0</v></c></row>', texts=["Account", "x" * 3_000_000]
    )
    with pytest.raises(SpreadsheetError, match="holds more than 1 MB of text"):
        open_sheet(write(content), limits=Limits(max_shared_text_bytes=1024 * 1024))


def test_a_directory_that_lies_about_sizes_unpacks_no_more_than_it_says(write: Write) -> None:
    rows = "".join(f'<row r="{i}"><c r="A{i}" t="str"><v>x</v></c></row>' for i in range(1, 5000))
    content = bytearray(xlsx_by_hand(rows))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        real = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    packed = real.to_bytes(4, "little")
    assert content.count(packed) == 2
    with pytest.raises(SpreadsheetError, match="is damaged"):
        list(open_sheet(write(bytes(content.replace(packed, (500).to_bytes(4, "little"))))).rows())
