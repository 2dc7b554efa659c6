"""The ledger of one address on paper: for a lawyer, and for whoever wants to check it later.

Each line with its words, who took it and its seal; at the end the head of the chain, which vouches
for all before it once the paper is out of the house.
"""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    Flowable,
    KeepTogether,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from common.phones import display_phone
from customers.ledger import reading
from customers.ledger.chain import Head
from customers.ledger.reading import Holder, Line
from customers.ledger.standing import Standing, taker

CONTENT_TYPE = "application/pdf"
PLAIN, BOLD = "LedgerPlain", "LedgerBold"
_VERA = TTFont(PLAIN, "Vera.ttf")
pdfmetrics.registerFont(_VERA)
pdfmetrics.registerFont(TTFont(BOLD, "VeraBd.ttf"))
pdfmetrics.registerFontFamily(PLAIN, normal=PLAIN, bold=BOLD, italic=PLAIN, boldItalic=BOLD)

INK, QUIET, LINE = HexColor("#13263a"), HexColor("#566576"), HexColor("#c4c6bf")
MARGIN = 48.0
WIDTH = LETTER[0] - 2 * MARGIN

_TEXT = ParagraphStyle("text", fontName=PLAIN, fontSize=8.5, leading=12, textColor=INK)
_SMALL = ParagraphStyle("small", parent=_TEXT, fontSize=7, leading=9.5, textColor=QUIET)
_TITLE = ParagraphStyle("title", parent=_TEXT, fontName=BOLD, fontSize=16, leading=20)
_HEADING = ParagraphStyle(
    "heading", parent=_TEXT, fontName=BOLD, fontSize=11, leading=14, spaceBefore=14, spaceAfter=5
)
_WORDS = ParagraphStyle("words", parent=_TEXT, leftIndent=10, spaceBefore=2, spaceAfter=2)


def ledger_pdf(
    *,
    address: str,
    lines: list[Line],
    standing: list[Standing],
    holders: list[Holder],
    head: Head,
    made_by: str,
    made_at: datetime,
) -> bytes:
    """`lines` oldest first."""
    shown = reading.address_words(address)
    title = _("Consent ledger of %(address)s") % {"address": shown}
    story: list[Flowable] = [
        _p(settings.UTILITY_NAME, _SMALL),
        _p(title, _TITLE),
        _p(
            _("Made by %(person)s on %(when)s. All times are in %(zone)s.")
            % {"person": made_by, "when": _when(made_at), "zone": _zone(made_at)},
            _SMALL,
        ),
        *_who_has_it(holders),
        *_how_it_stands(standing),
        _p(_("What was said, and when"), _HEADING),
    ]
    if not lines:
        story.append(_p(_("Nothing was written down about this address.")))
    for line in lines:
        story += _line(line)
    story += _how_to_check(head)
    buffer = BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=LETTER,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=44,
        bottomMargin=56,
        title=title,
        author=settings.UTILITY_NAME,
        lang=translation.get_language(),
    )
    document.build(story, canvasmaker=_numbered(shown))
    return buffer.getvalue()


def _who_has_it(holders: list[Holder]) -> list[Flowable]:
    story: list[Flowable] = [_p(_("Who has it now"), _HEADING)]
    if not holders:
        return [*story, _p(_("No member has this address now."))]
    for holder in holders:
        accounts = ", ".join(account.number for account in holder.customer.accounts.all())
        words = _("%(name)s, member %(number)s, as %(slots)s. Accounts: %(accounts)s") % {
            "name": holder.customer.name,
            "number": holder.customer.number,
            "slots": ", ".join(holder.slots),
            "accounts": accounts or "–",
        }
        story.append(_p(words))
    return story


def _how_it_stands(standing: list[Standing]) -> list[Flowable]:
    rows = [
        [
            _p(str(one.channel.label)),
            _p(one.purpose_words),
            _p(_("Allowed") if one.may else _("Not allowed")),
            _p(one.why),
        ]
        for one in standing
    ]
    table = Table(rows, colWidths=[50, 190, 68, WIDTH - 308], hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (0, -1), 0),
                ("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE),
            ]
        )
    )
    return [_p(_("How it stands now"), _HEADING), table]


def _line(line: Line) -> list[Flowable]:
    event = line.event
    about = [str(event.get_channel_display())]
    about.append(str(event.get_purpose_display()) if event.purpose else _("every purpose"))
    by = [str(event.get_source_display())]
    if person := taker(event):
        by.append(_("taken by %(person)s") % {"person": person})
    if event.customer is not None:
        by.append(_("member %(number)s") % {"number": event.customer.number})
    head = f"<b>{_safe(_when(event.at))} · {_safe(str(event.get_action_display()))}</b>"
    story: list[Flowable] = [
        Paragraph(head, _TEXT),
        _p(f"{', '.join(about)} · {' · '.join(by)}"),
    ]
    if event.said_at:
        day = formats.date_format(timezone.localtime(event.said_at), "DATE_FORMAT")
        story.append(_p(_("Reached us on %(day)s.") % {"day": day}))
    if event.corrects_id:
        story.append(_p(_("Takes back line %(id)s.") % {"id": event.corrects_id}))
    if line.undone_by:
        story.append(_p(_("Taken back by line %(id)s.") % {"id": line.undone_by}))
    story.append(_p(f"“{event.words}”" if event.words else _("No words were kept."), _WORDS))
    story.append(_p(_sealed(line), _SMALL))
    story.append(Spacer(1, 9))
    return [KeepTogether(story)]


def _sealed(line: Line) -> str:
    if line.seal is None:
        return _("Line %(id)s, written just now and not sealed yet") % {"id": line.event.pk}
    return _("Line %(id)s · seal %(seq)s of %(when)s · %(hash)s") % {
        "id": line.event.pk,
        "seq": line.seal.seq,
        "when": _when(line.seal.sealed_at),
        "hash": bytes(line.seal.hash).hex(),
    }


def _how_to_check(head: Head) -> list[Flowable]:
    how = _(
        "Each line was sealed when it was written: its hash covers the line and every line before "
        "it. Whether the ledger still says what it said is checked by recomputing all of them and "
        "comparing the end of the chain with the one that is printed here:"
    )
    return [
        KeepTogether(
            [
                _p(_("How to check this later"), _HEADING),
                _p(how),
                Spacer(1, 4),
                _p(f"manage.py verify_ledger --anchor {head}", _SMALL),
            ]
        )
    ]


def _numbered(shown: str) -> Callable[..., Canvas]:
    """A canvas that knows at the end how many pages there are."""

    class Numbered(Canvas):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self._pages: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802
            self._pages.append(dict(self.__dict__))
            self._startPage()  # type: ignore[attr-defined]

        def save(self) -> None:
            for number, page in enumerate(self._pages, 1):
                self.__dict__.update(page)
                self._foot(number, len(self._pages))
                super().showPage()
            super().save()

        def _foot(self, number: int, count: int) -> None:
            self.setFont(PLAIN, 7)
            self.setFillColor(QUIET)
            phone = display_phone(settings.UTILITY_PHONE)
            self.drawString(
                MARGIN, 34, f"{settings.UTILITY_NAME} · {settings.UTILITY_ADDRESS} · {phone}"
            )
            words = _("%(address)s · page %(n)s of %(count)s") % {
                "address": shown,
                "n": number,
                "count": count,
            }
            self.drawRightString(LETTER[0] - MARGIN, 22, words)

    return Numbered


def _p(words: str, style: ParagraphStyle = _TEXT) -> Paragraph:
    return Paragraph(_safe(words).replace("\n", "<br/>"), style)


def _safe(words: str) -> str:
    """For a paragraph. What the font lacks is named by its code rather than lost: an emoji in a
    reply was a word, too."""
    known = _VERA.face.charToGlyph
    return escape(
        "".join(c if ord(c) in known or c == "\n" else f"[U+{ord(c):04X}]" for c in words)
    )


def _when(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return f"{formats.date_format(local, 'DATE_FORMAT')}, {local:%H:%M:%S %Z}"


def _zone(moment: datetime) -> str:
    return f"{settings.TIME_ZONE} ({timezone.localtime(moment):%Z, UTC%z})"
