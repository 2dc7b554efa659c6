import codecs
from pathlib import Path

import pytest

from common.spreadsheets import Sheet, SpreadsheetError, open_sheet
from common.spreadsheets.delimiters import DELIMITER_NAMES
from tests.common.conftest import Write

DATA = Path(__file__).parents[1] / "data"
HEADINGS = ["Account", "Name", "Phone", "Email"]
PEOPLE = [
    ["162000001", "NUÑEZ NOÉ", "478-555-0101", "noe@example.com"],
    ["162037002", "O’NEAL OPAL", "478-555-0102", "opal@example.com"],
    ["162074003", "Smith, Jo", "478-555-0103", "jo@example.com"],
]


def csv_text(delimiter: str = ",", line_end: str = "\r\n") -> str:
    lines = [HEADINGS, *PEOPLE]
    return "".join(
        delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in line) + line_end
        for line in lines
    )


def cells(sheet: Sheet) -> list[list[str]]:
    return [row for _, row in sheet.rows()]


def test_the_export_of_a_billing_system_is_read() -> None:
    sheet = open_sheet(DATA / "upn-export.csv")
    assert (sheet.format, sheet.encoding, sheet.delimiter) == ("CSV", "UTF-8", ",")
    assert sheet.headings == ["Member Separator", "Name", "Cell Phone", "Email"]
    rows = list(sheet.rows())
    assert len(rows) == 25
    assert rows[14] == (16, ["162518003", "O’NEAL OPAL", "478-555-0114", "opal.oneal@example.com"])


def test_the_same_list_after_a_spreadsheet_program_is_read() -> None:
    sheet = open_sheet(DATA / "after-excel.csv")
    assert (sheet.format, sheet.encoding, sheet.delimiter) == ("CSV", "Windows-1252", ";")
    assert sheet.headings == ["MBR SEP", "member name", "Cell Phone #", "E-mail Address", "Pole"]
    rows = dict(sheet.rows())
    assert list(rows) == list(range(2, 27))
    assert rows[2] == ["162000001", "ABBOTT ALMA", "1.47856E+10", " ALMA.ABBOTT@EXAMPLE.COM ", "0"]
    assert rows[11][1] == "JERNIGAN JOSÉ"
    assert rows[14][1] == "MUÑOZ MAE"
    assert rows[15] == ["162481002", "NUÑEZ NOÉ", "", "", "13"]
    assert rows[16][1] == "O’NEAL OPAL"


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    ("encoding", "mark", "label"),
    [
        ("utf-8", b"", "UTF-8"),
        ("utf-8", codecs.BOM_UTF8, "UTF-8 with byte order mark"),
        ("utf-16-le", codecs.BOM_UTF16_LE, "UTF-16 LE"),
        ("utf-16-be", codecs.BOM_UTF16_BE, "UTF-16 BE"),
        ("utf-16-le", b"", "UTF-16 LE"),
        ("utf-16-be", b"", "UTF-16 BE"),
        ("cp1252", b"", "Windows-1252"),
    ],
)
def test_encoding_delimiter_and_line_ends_are_found(
    write: Write, encoding: str, mark: bytes, label: str, delimiter: str, line_end: str
) -> None:
    path = write(mark + csv_text(delimiter, line_end).encode(encoding))
    sheet = open_sheet(path)
    assert sheet.encoding == label
    assert sheet.delimiter == delimiter
    assert sheet.headings == HEADINGS
    assert list(sheet.rows()) == list(enumerate(PEOPLE, 2))


def test_latin_1_is_read_as_the_windows_encoding_that_contains_it(write: Write) -> None:
    sheet = open_sheet(write("Account;Name\n1;NUÑEZ NOÉ\n", encoding="latin-1"))
    assert cells(sheet) == [["1", "NUÑEZ NOÉ"]]


def test_mac_roman_is_told_from_windows(write: Write) -> None:
    names = ["Muñoz José", "Núñez Noé", "García Peña", "Ibáñez Íñigo", "Agüero Andrés"] * 5
    text = "Account;Name\n" + "".join(f"{i};{name}\n" for i, name in enumerate(names))
    sheet = open_sheet(write(text, encoding="mac_roman"))
    assert sheet.encoding == "Mac Roman"
    assert cells(sheet)[2] == ["2", "García Peña"]


def test_utf_8_with_one_line_of_windows_1252_is_read_whole(write: Write) -> None:
    good = "Account,Name\n1,NUÑEZ\n2,MUÑOZ\n".encode()
    sheet = open_sheet(write(good + "3,PEÑA\n".encode("cp1252")))
    assert sheet.encoding == "UTF-8 with some Windows-1252"
    assert [row[1] for row in cells(sheet)] == ["NUÑEZ", "MUÑOZ", "PEÑA"]


def test_a_person_may_choose_encoding_and_delimiter(write: Write) -> None:
    path = write("Account;Name\n1;a,b\n", encoding="utf-8")
    assert cells(open_sheet(path, delimiter=",", encoding="cp1252")) == [["1;a", "b"]]
    with pytest.raises(SpreadsheetError, match="no text encoding"):
        open_sheet(path, encoding="klingon")
    with pytest.raises(SpreadsheetError, match="no text encoding"):
        open_sheet(path, encoding="base64")
    with pytest.raises(SpreadsheetError, match=DELIMITER_NAMES[";"]):
        open_sheet(path, delimiter="ab")


def test_a_first_line_that_names_the_delimiter_is_obeyed_and_not_counted(write: Write) -> None:
    sheet = open_sheet(write('sep=|\r\nAccount|Name\r\n1|"a,b,c,d"\r\n'))
    assert sheet.delimiter == "|"
    assert list(sheet.rows()) == [(2, ["1", "a,b,c,d"])]


def test_commas_inside_of_cells_do_not_hide_the_delimiter(write: Write) -> None:
    text = "Account;Name\n1;SMITH, JO\n2;GREER, AL\n3;HUFF, BO\n"
    assert open_sheet(write(text)).delimiter == ";"


def test_one_column_is_a_table(write: Write) -> None:
    sheet = open_sheet(write("MBR SEP\n162033-001\n162033-002\n"))
    assert sheet.headings == ["MBR SEP"]
    assert cells(sheet) == [["162033-001"], ["162033-002"]]


def test_blank_rows_are_skipped_and_counted(write: Write) -> None:
    sheet = open_sheet(write("\n\nAccount,Name\n\n1,a\n , \n,\n2,b\n,,\n"))
    assert sheet.heading_row == 3
    assert list(sheet.rows()) == [(5, ["1", "a"]), (8, ["2", "b"])]


def test_rows_over_several_lines_count_once(write: Write) -> None:
    sheet = open_sheet(write('Account,Note\n1,"two\r\nlines"\n2,"say ""hi"""\n'))
    assert list(sheet.rows()) == [(2, ["1", "two\nlines"]), (3, ["2", 'say "hi"'])]


def test_ragged_rows_are_filled_up_and_longer_ones_show_their_rest(write: Write) -> None:
    sheet = open_sheet(write("Account,Name,Email\n1\n2,b,c,,\n3,b,c,,extra\n"))
    assert list(sheet.rows()) == [
        (2, ["1", "", ""]),
        (3, ["2", "b", "c"]),
        (4, ["3", "b", "c", "", "extra"]),
    ]


def test_titles_above_the_headings_are_passed_over(write: Write) -> None:
    text = "Pole inspection list,,,\nPrinted 3 March 2026,,,\n,,,\n" + csv_text()
    sheet = open_sheet(write(text))
    assert sheet.heading_row == 4
    assert sheet.headings == HEADINGS
    assert next(sheet.rows()) == (5, PEOPLE[0])


def test_columns_without_a_heading_get_a_name(write: Write) -> None:
    sheet = open_sheet(write("Account,,Name,,\n1,x,a,,\n"))
    assert sheet.headings == ["Account", "Column B", "Name"]
    assert cells(sheet) == [["1", "x", "a"]]


def test_rows_can_be_read_again(write: Write) -> None:
    sheet = open_sheet(write(csv_text()))
    assert list(sheet.rows()) == list(sheet.rows())


def test_formulas_emoji_and_right_to_left_text_are_plain_text(write: Write) -> None:
    row = ["=1+1", "😀 עברית", "<b>x</b>", "\u202eabc"]
    sheet = open_sheet(write(",".join(HEADINGS) + "\n" + ",".join(row) + "\n"))
    assert cells(sheet) == [row]


MANY = "\n".join(f"{i},a" for i in range(1, 6))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\n \n,,\n", "is empty"),
        (codecs.BOM_UTF8, "is empty"),
        (codecs.BOM_UTF16_LE, "is empty"),
        (b"Account,Name\r\n", "has headings but no rows below them"),
        (b"Account,Name\r\n,\r\n\r\n", "has headings but no rows below them"),
        (b"162033001,a@example.com\n162033002,b@example.com\n", "row 1 looks like"),
        (b"478-555-0101\n478-555-0102\n", "has no headings"),
        (b"1,2\n3,4\n", "has no headings"),
        (b'Account,Name\n1,a\n2,"b\n3,c\n4,d\n', "opens in row 3 is not closed"),
        (b'Account,Name\n1,a\n2,"b', "opens in row 3 is not closed"),
        (b'Account,Name\n"1","a"\n"2","b\n"3","c"\n"4","d"\n', "opens in row 3 is not closed"),
        (
            b'Account,Name\n1,"a\n' + b"2,bbbbbbbbbbbbbbbbbbbbbbbb\n" * 20_000,
            "opens in row 2 is not closed",
        ),
        (b"Account,Name\n1,a\n2,b\x00\n3,c\n", "line 3 has a NUL byte"),
        (b"Account,Name\n1," + b"a" * 200_000 + b"\n", "row 2 has more than 131,000"),
        (b"a," * 3_000_000, "is not a table"),
        (b"%PDF-1.7\n...", "is a PDF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "is a picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "is a picture"),
        (b"\x1f\x8b\x08\x00", "is a packed file"),
        (b"\x7fELF\x02\x01\x01", "is a program"),
        (bytes(range(256)) * 40, "not a spreadsheet and not text"),
        (b"\x00\x01\x02\x00\x05\x09\x11" * 100, "not a spreadsheet and not text"),
        (b"<html><table><tr><td>Account</td></tr></table></html>", "is a web page"),
        (b'<?xml version="1.0"?><Workbook/>', "is an XML file"),
        (codecs.BOM_UTF16_LE + b"a\x00b\x00\x00\xd8", "UTF-16"),
        (",".join(f"c{i}" for i in range(1000)).encode() + b"\n1,2\n", "has 1,000 columns"),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else None,
)
def test_what_cannot_be_used_says_why(write: Write, content: bytes, words: str) -> None:
    path = write(content)
    with pytest.raises(SpreadsheetError, match=words) as caught:
        list(open_sheet(path, name="list from Bob.csv").rows())
    assert '"list from Bob.csv"' in caught.value.message
    assert caught.value.message.endswith(".")


def test_quotes_inside_of_a_cell_are_no_open_quotes(write: Write) -> None:
    sheet = open_sheet(write('Account,Note\n1,5" pipe\n2,"Bob" Smith\n'))
    assert cells(sheet) == [["1", '5" pipe'], ["2", "Bob Smith"]]


def test_two_gigabytes_are_refused_before_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(2 * 1024**3)
    with pytest.raises(SpreadsheetError, match=r"has 2\.0 GB, and 50 MB is the most"):
        open_sheet(path)


def test_too_many_rows_are_refused(write: Write) -> None:
    from common.spreadsheets import Limits

    path = write(f"Account,Name\n{MANY}\n")
    assert len(list(open_sheet(path, limits=Limits(max_rows=5)).rows())) == 5
    sheet = open_sheet(path, limits=Limits(max_rows=4))
    with pytest.raises(SpreadsheetError, match="more than 4 rows"):
        list(sheet.rows())


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(SpreadsheetError, match="There is no file"):
        open_sheet(tmp_path / "gone.csv")
    with pytest.raises(SpreadsheetError, match="cannot be read"):
        open_sheet(tmp_path)
