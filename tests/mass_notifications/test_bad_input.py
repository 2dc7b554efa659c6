"""Whatever is uploaded: words that say where and what to do, nothing half-sent, no error."""

import io
import zipfile
from typing import Any

import pytest
from django.core.files.base import ContentFile

from delivery.models import Message
from mass_notifications import drafts, process, selectors, uploads
from mass_notifications.choices import State
from mass_notifications.errors import Refused
from mass_notifications.preview import preview
from tests.mass_notifications.making import notification_of, row_of, summary_of

pytestmark = pytest.mark.django_db


def _bomb() -> bytes:
    """An XLSX that would unpack to gigabytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            block = b"<row><c><v>1</v></c></row>" * 40_000
            for _ in range(40):
                sheet.write(block)
    return packed.getvalue()


UNUSABLE = {
    "blank lines": b"\n\n\n",
    "heading only": b"account,email\n",
    "no usable heading": b"pole,feeder\n1,2\n",
    "data without headings": b"162033001,a@example.com\n162033002,b@example.com\n",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40,
    "random bytes": bytes((i * 7919) % 256 for i in range(20_000)),
    "an unclosed quote": b'email,name\na@example.com,"Mae\nb@example.com,Sam\n',
    "a zip that is no workbook": b"PK\x03\x04" + bytes(400),
    "1,000 columns": (",".join(f"c{i}" for i in range(1000)) + "\n" + "x," * 999 + "x\n").encode(),
    "a huge cell": b"email,name\na@example.com," + b"x" * 200_000 + b"\n",
}


@pytest.mark.parametrize("what", UNUSABLE)
def test_a_file_that_cannot_be_used_says_why(what: str) -> None:
    notification = notification_of(UNUSABLE[what])
    assert notification.state == State.DRAFT
    assert len(notification.check_error) > 30, notification.check_error
    assert notification.check_error[-1] in ".)"
    assert process.blockers(notification) == [notification.check_error]
    with pytest.raises(Refused):
        process.process(notification=notification, by=None)
    assert not Message.objects.exists()


def test_a_zip_bomb_is_refused_in_words() -> None:
    notification = notification_of(_bomb(), name="members.xlsx")
    assert notification.state == State.DRAFT
    assert notification.check_error


def test_an_empty_file_is_refused_at_once() -> None:
    with pytest.raises(Refused, match=r'"members.csv" is empty'):
        notification_of(b"")


def test_a_file_that_is_too_large_is_refused_and_not_kept(settings: Any) -> None:
    settings.UPN_MAX_FILE_BYTES = 1000
    notification = drafts.notification_create(name="Work", by=None)
    with pytest.raises(Refused, match="is the most"):
        uploads.file_store(
            notification=notification, upload=ContentFile(b"x" * 1001, name="members.csv")
        )
    assert not hasattr(notification, "file")


def test_too_many_rows_are_refused(settings: Any) -> None:
    settings.UPN_MAX_FILE_ROWS = 3
    rows = "".join(f"m{i}@example.com\n" for i in range(4))
    assert "more than 3 rows" in notification_of("email\n" + rows).check_error


def test_a_file_name_cannot_lead_anywhere() -> None:
    notification = notification_of("email\na@example.com\n", name="C:\\x\\..\\list\x07.csv")
    assert notification.file.original_name == "list.csv"
    assert notification.file.path.startswith("mass/")


def test_two_email_columns_are_email_1_and_2() -> None:
    notification = notification_of("email,email\na@example.com,b@example.com\n")
    assert row_of(notification, 2).emails == ["a@example.com", "b@example.com"]
    assert "Two columns look like Email 1" in notification.file.notes[0]


def test_a_row_with_too_many_cells_is_that_rows_problem() -> None:
    notification = notification_of("email,name\na@example.com,Mae\nb@example.com,Sam,Rentz\n,\n")
    problems = selectors.problems_page(notification).items
    assert [(p.row, p.value) for p in problems] == [(3, "Rentz")]
    assert "3 cells, and the headings are 2" in problems[0].problem
    assert row_of(notification, 2).good


def test_a_short_row_is_filled_up() -> None:
    notification = notification_of("email,name,pole\na@example.com\n")
    assert row_of(notification, 2).context == {"pole": ""}


def test_nul_bytes_in_cells_do_no_harm() -> None:
    notification = notification_of(b"email,name,pole\na@example.com,M\x00ae,1\x002\n")
    assert notification.state in {State.CHECKED, State.DRAFT}
    if notification.state == State.CHECKED:
        assert "\x00" not in row_of(notification, 2).name
    else:
        assert notification.check_error


def test_tabs_backslashes_and_line_breaks_in_cells_stay_what_they_are() -> None:
    notification = notification_of(
        'email,name,pole\na@example.com,"A\\N\\tB","first\nsecond\t\\third ""q"""\n'
    )
    row = row_of(notification, 2)
    assert row.name == "A\\N\\tB"
    assert row.context == {"pole": 'first\nsecond\t\\third "q"'}


def test_right_to_left_and_emoji_text_reach_the_message_whole() -> None:
    notification = notification_of(
        "email,name,pole\na@example.com,مريم,⚡️ 12\n", body="{{ name }}: {{ pole }}"
    )
    shown = preview(notification, index=0, channel="email")
    assert shown is not None
    assert "مريم: ⚡️ 12" in shown.text


def test_a_formula_in_a_cell_is_text() -> None:
    notification = notification_of(
        'email,name\na@example.com,"=HYPERLINK(""http://x"")"\n', body="{{ name }}"
    )
    assert row_of(notification, 2).name == '=HYPERLINK("http://x")'


def test_html_in_body_and_values_is_escaped() -> None:
    notification = notification_of(
        "email,name\na@example.com,<script>alert(1)</script>\n",
        body="<b>Hello</b> {{ name }}",
        channels=["email"],
    )
    shown = preview(notification, index=0, channel="email")
    assert shown is not None
    assert "<script>" not in shown.html
    assert "&lt;b&gt;Hello&lt;/b&gt;" in shown.html
    assert "<mark>&lt;script&gt;" in shown.html


def test_a_value_that_is_far_too_long_is_that_rows_problem() -> None:
    notification = notification_of(f"email,pole\na@example.com,{'x' * 1200}\n")
    problem = selectors.problems_page(notification).items[0]
    assert (problem.column, problem.row) == ("pole", 2)
    assert "1,200 characters" in problem.problem


def test_semicolons_windows_1252_and_crlf_are_read() -> None:
    notification = notification_of(
        "MBR SEP;E-mail;Name\r\n1620;a@example.com;MUÑOZ\r\n".encode("cp1252")
    )
    assert row_of(notification, 2).name == "MUÑOZ"
    assert summary_of(notification).good == 1
