"""The bill as a PDF of one Letter page, in the member's language, with its font in it.

The font is Bitstream Vera, which reportlab brings along and which may be embedded: it has the
ñ, é and ¿ of Spanish. The same bill on the same day gives the same bytes.
"""

from io import BytesIO

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from billing.ebills.shown import ShownBill, kwh_words
from common.phones import display_phone
from common.templatetags.components import dollars

CONTENT_TYPE = "application/pdf"
PLAIN, BOLD = "BillPlain", "BillBold"
pdfmetrics.registerFont(TTFont(PLAIN, "Vera.ttf"))
pdfmetrics.registerFont(TTFont(BOLD, "VeraBd.ttf"))

INK, QUIET = HexColor("#13263a"), HexColor("#566576")
EVERGREEN, PALE, LINE = HexColor("#0c6b4e"), HexColor("#9fcbb9"), HexColor("#c4c6bf")
SOFT, WHITE, AMBER = HexColor("#e3f1eb"), HexColor("#ffffff"), HexColor("#824600")

# Points; 72 are an inch. The origin is at the bottom left.
WIDTH, HEIGHT = LETTER
LEFT, RIGHT = 48.0, WIDTH - 48.0
BAND = 78.0
CHART_TOP, CHART_BOTTOM = 516.0, 426.0
COLUMN = 300.0  # where "how to pay" begins, from the left margin
SLIP = 168.0


def bill_pdf(shown: ShownBill) -> bytes:
    with translation.override(shown.bill.account.customer.language):
        return _Sheet(shown).drawn()


class _Sheet:
    def __init__(self, shown: ShownBill) -> None:
        self._shown = shown
        self._bill = shown.bill
        self._account = shown.bill.account
        self._buffer = BytesIO()
        self._canvas = Canvas(
            self._buffer, pagesize=LETTER, invariant=1, lang=translation.get_language()
        )

    def drawn(self) -> bytes:
        self._canvas.setTitle(
            _("Bill %(number)s, %(date)s")
            % {"number": self._bill.number, "date": date_format(self._bill.date)}
        )
        self._canvas.setAuthor(settings.UTILITY_NAME)
        self._head()
        self._whom_and_how_much()
        self._facts()
        self._usage()
        self._messages()
        self._how_to_pay()
        self._slip()
        self._canvas.showPage()
        self._canvas.save()
        return self._buffer.getvalue()

    def _head(self) -> None:
        self._box(0, HEIGHT - BAND, WIDTH, BAND, EVERGREEN)
        self._text(LEFT, HEIGHT - 38, settings.UTILITY_NAME, 16, BOLD, WHITE)
        phone = display_phone(settings.UTILITY_PHONE)
        self._text(LEFT, HEIGHT - 56, f"{settings.UTILITY_ADDRESS}  ·  {phone}", 8.5, ink=WHITE)
        self._right(RIGHT, HEIGHT - 38, _("Your electric bill"), 11, BOLD, WHITE)
        self._right(RIGHT, HEIGHT - 56, date_format(self._bill.date), 8.5, ink=WHITE)

    def _whom_and_how_much(self) -> None:
        top = HEIGHT - BAND - 34
        y = self._paragraph(LEFT, top, self._account.customer.name, 230, 11, BOLD, most=3)
        y = self._paragraph(LEFT, y - 2, self._account.service_address, 230, 10, most=3)
        self._text(LEFT, y - 2, self._shown.place, 10)

        self._box(RIGHT - 250, top - 74, 250, 92, SOFT, radius=6)
        self._text(RIGHT - 234, top - 2, self._shown.heading, 10, ink=QUIET)
        self._text(RIGHT - 234, top - 36, dollars(self._shown.due_cents), 28, BOLD)
        words = str(self._shown.state.label)
        if self._shown.is_to_pay:
            words = _("Due %(date)s") % {"date": date_format(self._bill.due_date)}
        self._text(RIGHT - 234, top - 60, words, 11.5, BOLD, EVERGREEN)

    def _facts(self) -> None:
        y = 566.0
        pairs = [
            (_("Account"), self._account.number),
            (_("Bill number"), self._bill.number),
            (_("Service"), self._shown.period or "–"),
            (_("Meter"), self._account.meter or "–"),
            (_("This bill"), dollars(self._bill.amount_cents)),
        ]
        self._rule(y + 25)
        starts = (0, 96, 208, 368, 444, RIGHT - LEFT)
        for number, (words, value) in enumerate(pairs):
            x, room = LEFT + starts[number], starts[number + 1] - starts[number] - 6
            self._text(x, y + 12, words, 7.5, ink=QUIET)
            # A value is made smaller rather than cut: some numbers have 30 characters.
            wide = pdfmetrics.stringWidth(value, BOLD, 8.5)
            self._text(x, y, value, 8.5 * min(1, room / max(wide, 1)), BOLD)
        self._rule(y - 10)

    def _usage(self) -> None:
        words = " ".join(filter(None, (self._shown.usage_words, self._shown.comparison)))
        self._heading(LEFT, CHART_TOP + 20, _("Your usage"))
        self._right(RIGHT, CHART_TOP + 20, words or _("No reading on this bill."), 9)
        usage = self._shown.usage
        if not usage:
            return
        step = min((RIGHT - LEFT) / len(usage), 60.0)
        wide = step * 0.62
        tall = CHART_TOP - CHART_BOTTOM - 14
        for number, month in enumerate(usage):
            x = LEFT + number * step
            height = max(month.share * tall, 0.8)
            self._box(
                x + (step - wide) / 2,
                CHART_BOTTOM,
                wide,
                height,
                EVERGREEN if month.is_this else PALE,
            )
            middle = x + step / 2
            ink, font = (INK, BOLD) if month.is_this else (QUIET, PLAIN)
            kwh = kwh_words(month.kwh)
            self._center(middle, CHART_BOTTOM + height + 3, kwh, 6.5 if len(kwh) < 7 else 5, font)
            self._center(middle, CHART_BOTTOM - 10, month.month, 7.5, font, ink)
            if number == 0 or month.day.month == 1:
                self._center(middle, CHART_BOTTOM - 19, str(month.day.year), 6.5, ink=QUIET)
        self._rule(CHART_BOTTOM)

    def _messages(self) -> None:
        if not self._shown.messages:
            return
        y = CHART_BOTTOM - 46
        self._heading(LEFT, y, _("For you"))
        y -= 16
        for message in self._shown.messages:
            self._text(LEFT, y, "•", 8.5, BOLD, EVERGREEN)
            y = self._paragraph(LEFT + 11, y, message, COLUMN - 35, 8.2, most=5) - 4

    def _how_to_pay(self) -> None:
        x = LEFT + COLUMN if self._shown.messages else LEFT
        width = RIGHT - x
        y = CHART_BOTTOM - 46
        self._heading(x, y, _("How to pay"))
        y -= 16
        for words in self._shown.ways_to_pay:
            y = self._paragraph(x, y, words, width, 8.2) - 4

    def _slip(self) -> None:
        """What comes back with a check."""
        if not self._shown.is_to_pay:
            return
        self._canvas.setDash(3, 3)
        self._rule(SLIP, 0, WIDTH)
        self._canvas.setDash()
        words = _("Please cut here and send this part with your payment.")
        self._text(LEFT, SLIP - 14, words, 7.5, ink=QUIET)
        y = self._paragraph(LEFT, SLIP - 44, self._account.customer.name, 230, 9.5, BOLD, most=2)
        y = self._paragraph(LEFT, y, self._account.service_address, 230, 9, most=2)
        self._text(LEFT, y, self._shown.place, 9)
        self._text(LEFT, 58, settings.UTILITY_NAME, 9.5, BOLD)
        self._text(LEFT, 45, settings.UTILITY_ADDRESS, 9)
        pairs = [
            (_("Account"), self._account.number),
            (_("Bill number"), self._bill.number),
            (_("Due"), date_format(self._bill.due_date)),
            (_("Amount due"), dollars(self._shown.due_cents)),
            (_("Amount enclosed"), "$ ______________"),
        ]
        for number, (words, value) in enumerate(pairs):
            y = SLIP - 44 - number * 18
            self._text(RIGHT - 236, y, words, 8.5, ink=QUIET)
            self._right(RIGHT, y, value, 9.5, BOLD)

    # ── drawing ─────────────────────────────────────────────────────────────────────────────

    def _text(
        self, x: float, y: float, words: str, size: float, font: str = PLAIN, ink: Color = INK
    ) -> None:
        self._canvas.setFont(font, size)
        self._canvas.setFillColor(ink)
        self._canvas.drawString(x, y, words)

    def _right(
        self, x: float, y: float, words: str, size: float, font: str = PLAIN, ink: Color = INK
    ) -> None:
        self._text(x - pdfmetrics.stringWidth(words, font, size), y, words, size, font, ink)

    def _center(
        self, x: float, y: float, words: str, size: float, font: str = PLAIN, ink: Color = INK
    ) -> None:
        self._text(x - pdfmetrics.stringWidth(words, font, size) / 2, y, words, size, font, ink)

    def _paragraph(
        self,
        x: float,
        y: float,
        words: str,
        width: float,
        size: float,
        font: str = PLAIN,
        most: int = 9,
    ) -> float:
        """Broken into at most so many lines; returns where the next line goes."""
        for line in simpleSplit(words, font, size, width)[:most]:
            self._text(x, y, line, size, font)
            y -= size * 1.32
        return y

    def _heading(self, x: float, y: float, words: str) -> None:
        self._text(x, y, words, 11, BOLD)

    def _rule(self, y: float, left: float = LEFT, right: float = RIGHT) -> None:
        self._canvas.setStrokeColor(LINE)
        self._canvas.setLineWidth(0.6)
        self._canvas.line(left, y, right, y)

    def _box(
        self, x: float, y: float, width: float, height: float, fill: Color, radius: float = 0
    ) -> None:
        self._canvas.setFillColor(fill)
        self._canvas.roundRect(x, y, width, height, radius, stroke=0, fill=1)
