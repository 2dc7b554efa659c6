"""What stands in a cell, or in a JSON value: money, a date, a moment, kWh, a word.

Each reader takes the text and gives it as COPY takes it, or says in words what is wrong: in
English, which `common.sentences.translated` knows again.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext_noop as _

from common.headings import placeholder_key
from common.odd_characters import without_odd_characters


class Cell(NamedTuple):
    """None: the text says nothing."""

    value: str | None
    problem: str = ""
    """Why the fact cannot be taken."""
    note: str = ""
    """What was understood where more than one reading is possible."""


Reader = Callable[[str], Cell]
NOTHING = Cell(None)
# How a moment says "not any more": an installment whose payment was returned is unpaid again.
ERASED = "-infinity"

_MOST_CENTS = 10**11  # a thousand million dollars
_MONEY = re.compile(r"\$?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?:\.([0-9]*))?")
_YEARS = range(1990, 2101)


@lru_cache(maxsize=16_384)
def read_money(text: str) -> Cell:
    """$1,234.56, 1234.5, (12.00), 12.00-, 12.00 CR → cents, which may be below zero."""
    cleaned = without_odd_characters(text, dashes=True).replace(" ", "").upper()
    if not cleaned:
        return NOTHING
    bare, is_negative = _without_sign(cleaned)
    match = _MONEY.fullmatch(bare)
    if match is None or not any(match.groups()):
        return Cell(None, _("This is not an amount of money. Write it as 1,234.56."))
    dollars, cents = (match.group(1) or "0").replace(",", ""), (match.group(2) or "")
    if cents[2:].strip("0"):
        return Cell(None, _("Money has two decimals. Write it as 1,234.56."))
    total = int(dollars[:15]) * 100 + int(cents[:2].ljust(2, "0"))
    if total >= _MOST_CENTS or len(dollars) > 15:
        return Cell(None, _("This amount is too large to be right."))
    return Cell(str(-total if is_negative else total))


def _without_sign(text: str) -> tuple[str, bool]:
    if text.startswith("(") and text.endswith(")"):
        return text[1:-1], True
    if text.endswith("CR"):
        return text[:-2], True
    if text.endswith("-"):
        return text[:-1], True
    if text.startswith("$-"):
        return f"${text[2:]}", True
    return text.removeprefix("-"), text.startswith("-")


def read_amount(text: str) -> Cell:
    """Money that is not below zero, in cents."""
    return _not_negative(read_money(text))


def read_cents(text: str) -> Cell:
    """A whole number of cents, which may be below zero."""
    if not text:
        return NOTHING
    if not re.fullmatch(r"-?[0-9]{1,13}", text) or abs(int(text)) >= _MOST_CENTS:
        return Cell(None, _("Cents are a whole number, such as 123456 for $1,234.56."))
    return Cell(str(int(text)))


def read_amount_in_cents(text: str) -> Cell:
    return _not_negative(read_cents(text))


def _not_negative(cell: Cell) -> Cell:
    if cell.value is not None and cell.value.startswith("-"):
        return Cell(None, _("The amount is below zero. A fact tells what is owed or was paid."))
    return cell


def read_kwh(text: str) -> Cell:
    if not text:
        return NOTHING
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return Cell(None, _("This is not a number of kWh. Write it as 31.25."))
    if not number.is_finite() or abs(number) >= 10**9:
        return Cell(None, _("This is too large to be a number of kWh."))
    if number < 0:
        return Cell(None, _("The kWh are below zero. Tell what was used."))
    return Cell(f"{number:.3f}")


def read_count(text: str) -> Cell:
    """A whole number from 1."""
    if not text:
        return NOTHING
    if not re.fullmatch(r"[0-9]{1,4}(?:\.0+)?", text) or float(text) < 1:
        return Cell(None, _("This is not a number from 1. Write it as 2."))
    return Cell(str(int(float(text))))


_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_DIGITS = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_US = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4}|[0-9]{2})")
_NAMED = re.compile(r"([a-z]{3})[a-z]*\.? ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})")
_MONTHS = (
    *(_("January"), _("February"), _("March"), _("April"), _("May"), _("June"), _("July")),
    *(_("August"), _("September"), _("October"), _("November"), _("December")),
)
_MONTH_OF = {name[:3].lower(): number for number, name in enumerate(_MONTHS, start=1)}
_MIDNIGHT = re.compile(r"[T ]00:00(?::00(?:\.0+)?)?")
_WHAT_IS_A_DATE = _("This is not a date. Write it as 2026-11-22 or 11/22/2026.")


@lru_cache(maxsize=16_384)
def read_date(text: str) -> Cell:
    """2026-11-22, 20261122, 11/22/2026, 11-22-26, Nov 22, 2026 → 2026-11-22."""
    cleaned = without_odd_characters(text, dashes=True).strip()
    if not cleaned:
        return NOTHING
    if len(cleaned) > 10:
        cleaned = _MIDNIGHT.sub("", cleaned)
    if match := _ISO.fullmatch(cleaned) or _DIGITS.fullmatch(cleaned):
        year, month, day = (int(part) for part in match.groups())
    elif match := _US.fullmatch(cleaned):
        month, day, year = (int(part) for part in match.groups())
        year += 2000 if year < 100 else 0
    elif match := _NAMED.fullmatch(cleaned.lower()):
        month, day, year = _MONTH_OF.get(match[1], 0), int(match[2]), int(match[3])
        if not month:
            return Cell(None, _WHAT_IS_A_DATE)
    else:
        return Cell(None, _WHAT_IS_A_DATE)
    if not 1 <= month <= 12:
        return Cell(
            None,
            _("There is no month %(month)s. Write the date as month/day/year.") % {"month": month},
        )
    if year not in _YEARS:
        return Cell(None, _("The year %(year)s cannot be right.") % {"year": year})
    try:
        return Cell(date(year, month, day).isoformat())
    except ValueError:
        return Cell(
            None,
            _("There is no %(day)s %(what)s in %(year)s.")
            % {"day": day, "what": _MONTHS[month - 1], "year": year},
        )


_CLOCK = re.compile(
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,][0-9]+)?)?"
    r" ?(?P<half>[ap]\.?m\.?)? ?(?P<zone>z|utc|gmt|[a-z]{3,4}|[+-][0-9]{2}(?::?[0-9]{2})?)?",
    re.IGNORECASE,
)
# Hours from UTC; a billing system on a clock in words writes one of these.
_ZONES = {
    **dict.fromkeys(("Z", "UTC", "GMT"), 0),
    **dict.fromkeys(("EDT",), -4),
    **dict.fromkeys(("EST", "CDT"), -5),
    **dict.fromkeys(("CST", "MDT"), -6),
    **dict.fromkeys(("MST", "PDT"), -7),
    **dict.fromkeys(("PST", "AKDT"), -8),
    **dict.fromkeys(("AKST",), -9),
    **dict.fromkeys(("HST",), -10),
}
_WHAT_IS_A_MOMENT = _(
    "This is not a date and time. Write it as 2026-11-22T14:05:00-05:00 or 11/22/2026 2:05 PM."
)


def read_moment(text: str) -> Cell:
    """A date, or a date and a time, as a moment in UTC.

    Without an offset it is meant on the utility's own clock. A time that this clock went through
    twice is taken as the first; one that it jumped over, as the one an hour later; a note says so.
    """
    return _read_moment(text, settings.TIME_ZONE)


@lru_cache(maxsize=16_384)
def _read_moment(text: str, time_zone: str) -> Cell:
    cleaned = " ".join(without_odd_characters(text, dashes=True).split())
    if not cleaned:
        return NOTHING
    day_text, clock_text = _day_and_clock(cleaned)
    day = read_date(day_text)
    if day.value is None:
        return Cell(None, day.problem if not clock_text else day.problem or _WHAT_IS_A_MOMENT)
    moment = datetime.fromisoformat(day.value)
    if not clock_text:
        return Cell(moment.replace(tzinfo=ZoneInfo(time_zone)).astimezone(UTC).isoformat())
    match = _CLOCK.fullmatch(clock_text)
    if match is None:
        return Cell(None, _WHAT_IS_A_MOMENT)
    hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    if half := match["half"]:
        if not 1 <= hour <= 12:
            return Cell(None, _WHAT_IS_A_MOMENT)
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return Cell(None, _("There is no such time of day. Write it as 14:05 or 2:05 PM."))
    moment = moment.replace(hour=hour, minute=minute, second=second)
    if match["zone"]:
        offset = _offset(match["zone"].upper())
        if offset is None:
            return Cell(
                None, _("This time zone is not known. Write the offset from UTC, such as -05:00.")
            )
        return Cell(moment.replace(tzinfo=offset).astimezone(UTC).isoformat())
    return _on_our_clock(moment, ZoneInfo(time_zone))


def _day_and_clock(text: str) -> tuple[str, str]:
    match = re.search(r"[T ](?=[0-9]{1,2}:)", text)
    return (text[: match.start()], text[match.end() :]) if match else (text, "")


def _offset(zone: str) -> timezone | None:
    if zone in _ZONES:
        return timezone(timedelta(hours=_ZONES[zone]))
    if zone[0] not in "+-":
        return None
    digits = zone[1:].replace(":", "").ljust(4, "0")
    hours, minutes = int(digits[:2]), int(digits[2:])
    if hours > 14 or minutes > 59:
        return None
    length = timedelta(hours=hours, minutes=minutes)
    return timezone(-length if zone[0] == "-" else length)


def _on_our_clock(moment: datetime, zone: ZoneInfo) -> Cell:
    first = moment.replace(tzinfo=zone, fold=0)
    there = first.astimezone(UTC)
    back = there.astimezone(zone)
    clock = f"{moment:%H:%M}"
    if back.replace(tzinfo=None) != moment:
        return Cell(
            there.isoformat(),
            note=_("The clock jumped over %(clock)s that night; taken as %(taken)s.")
            % {"clock": clock, "taken": f"{back:%H:%M %Z}"},
        )
    if first.utcoffset() != moment.replace(tzinfo=zone, fold=1).utcoffset():
        return Cell(
            there.isoformat(),
            note=_(
                "The clock showed %(clock)s twice that night; taken as the first, %(taken)s. An "
                "offset such as -05:00 would make it certain."
            )
            % {"clock": clock, "taken": f"{back:%H:%M %Z}"},
        )
    return Cell(there.isoformat())


_ERASE = frozenset({"none", "null", "no", "open", "unpaid", "unresolved"})


def read_erasable_moment(text: str) -> Cell:
    """A moment, or the word "none": it is not so any more."""
    return Cell(ERASED) if placeholder_key(text) in _ERASE else read_moment(text)


def read_text(longest: int) -> Reader:
    def read(text: str) -> Cell:
        if len(text) > longest:
            return Cell(
                None,
                _("This has %(count)s characters, and %(most)s is the most. Shorten it.")
                % {"count": len(text), "most": longest},
            )
        return Cell(text or None)

    return read


def read_word(words: Mapping[str, str], choices: str) -> Reader:
    """One of some words: `words` says by value how people write it."""
    value_of = {word: str(value) for value, text in words.items() for word in text.split()}

    def read(text: str) -> Cell:
        if not text:
            return NOTHING
        value = value_of.get(placeholder_key(text))
        return (
            Cell(value)
            if value
            else Cell(None, _("This is none of %(what)s. Correct it.") % {"what": choices})
        )

    return read


read_yes_no = read_word(
    {
        "t": "yes y true t 1 on x si s recurring auto autopay",
        "f": "no n false f 0 off onetime once",
    },
    _("yes or no"),
)
