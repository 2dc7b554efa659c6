"""Phone numbers as people and spreadsheets write them, read into E.164.

What a spreadsheet damaged is mended where only one number can be meant, and refused in words
where it cannot be known. Numbers without a country code are US numbers.

`read_phone` has a fast path for the shapes that nearly every cell has; its validity test is made of
phonenumbers' own metadata, and whatever it does not take goes to phonenumbers itself.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import phonenumbers
from django.utils.translation import gettext_noop as _
from phonenumbers.tzdata import TIMEZONE_DATA, TIMEZONE_LONGEST_PREFIX

from common.odd_characters import without_odd_characters


class PhoneResult(NamedTuple):
    """What a cell's text turned out to be. A blank cell has neither number nor problem."""

    number: str
    """E.164, or "" where there is none."""
    problem: str = ""
    """What is wrong and what to do, in words for a clerk; "" where the number is good."""
    suggestion: str = ""
    """A number that may be meant, as people write it (478-555-0112); never used by itself."""
    mended: bool = False
    """Damage was repaired: `.0`, a lost +, an apostrophe, odd spaces or digits."""


CUT_BY_SPREADSHEET = _(
    "The spreadsheet cut the number. Format the column as text, type the number again and save."
)


def read_phone(text: str) -> PhoneResult:
    """The number in `text`, or the reason why there is none."""
    match = _FAST_SHAPE(text)
    if match is not None:
        prefix, area, exchange, line, damage = match.groups()
        national = area + exchange + line
        if _ORDINARY_US_NUMBER(national) is not None:
            # 14785550112 is what is left of +14785550112 in a column of numbers.
            lost_plus = prefix == "1" and text.strip(" ").startswith("1" + national)
            return PhoneResult("+1" + national, "", "", lost_plus or damage is not None)
    return _read_slowly(text)


def display_phone(number: str) -> str:
    """An E.164 number as people here write it: 478-555-0112; foreign ones in their own way."""
    if len(number) == 12 and number.startswith("+1"):
        return f"{number[2:5]}-{number[5:8]}-{number[8:]}"
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def time_zone_of_number(number: str) -> str | None:
    """The time zone that an E.164 number's area code lies in; None where there is not just one
    (toll-free numbers, area codes across a zone's border). RULES 9."""
    digits = number[1:]
    for length in range(min(TIMEZONE_LONGEST_PREFIX, len(digits)), 0, -1):
        zones = TIMEZONE_DATA.get(digits[:length])
        if zones is not None:
            return zones[0] if len(zones) == 1 and zones[0] != "Etc/Unknown" else None
    return None


def _pattern_of_ordinary_us_numbers() -> str:
    """Fixed, mobile and toll-free. Premium (900) and personal (5xx) numbers take the slow path."""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region("US")
    if metadata is None:
        raise RuntimeError("phonenumbers has no metadata for the US")
    kinds = (metadata.fixed_line, metadata.mobile, metadata.toll_free)
    patterns = {kind.national_number_pattern for kind in kinds if kind is not None}
    return "|".join(f"(?:{pattern})" for pattern in sorted(p for p in patterns if p))


_ORDINARY_US_NUMBER = re.compile(_pattern_of_ordinary_us_numbers(), re.ASCII).fullmatch
_FAST_SHAPE = re.compile(
    r" *(\+?1[ .-]?)?"
    r"\(?([2-9][0-9]{2})\)?[ .-]{0,2}([0-9]{3})[ .-]?([0-9]{4})(\.0)? *"
).fullmatch

_SCIENTIFIC = re.compile(r"\+?([0-9])(?:[.,]([0-9]+))?[eE]\+?([0-9]{1,2})")
_EXTENSION = re.compile(r"[\s,;]*(?:extension|extn|ext|x|#)[\s.:#]*[0-9]{1,7}$", re.IGNORECASE)
_BETWEEN_NUMBERS = re.compile(r"[/;,&|\n\r]+|\s(?:or|and|o|y)\s|\s-\s|\s{2,}", re.IGNORECASE)
_ALLOWED = re.compile(r"\+?[0-9 ().\-/]+")
_US_NUMBER_IN_TEXT = re.compile(
    r"(?<![0-9])(?:\+?1[ .-]?)?\(?[2-9][0-9]{2}\)?[ .-]{0,2}[0-9]{3}[ .-]?[0-9]{4}(?![0-9])"
)


@lru_cache(maxsize=4096)
def _read_slowly(text: str) -> PhoneResult:
    cleaned, mended = _clean(text)
    if not cleaned:
        return PhoneResult("")
    scientific = _SCIENTIFIC.fullmatch(cleaned)
    if scientific is not None:
        whole, fraction, exponent = scientific.groups()
        # Every digit is there only if there are as many of them as the exponent says.
        if len(fraction or "") != int(exponent):
            return PhoneResult("", CUT_BY_SPREADSHEET)
        cleaned, mended = whole + (fraction or ""), True
    several = list(_numbers_in(cleaned))
    if len(several) > 1:
        return PhoneResult(
            "", _("Two numbers in one cell. Keep one."), display_phone(several[0]), mended
        )
    extension = _EXTENSION.search(cleaned)
    if extension is not None:
        number = _valid_number(cleaned[: extension.start()])
        return PhoneResult(
            "",
            _("An extension cannot be texted or called by us. Give a number without one."),
            display_phone(number) if number else "",
        )
    if any(character.isalpha() for character in cleaned):
        return PhoneResult(
            "",
            _("There are letters in the phone number. Give digits only."),
            display_phone(several[0]) if several else "",
        )
    if not _ALLOWED.fullmatch(cleaned):
        return PhoneResult(
            "",
            _("This is not a phone number. Give ten digits, such as 478-555-0112."),
            display_phone(several[0]) if several else "",
        )
    return _read_digits(cleaned, mended=mended)


def _clean(text: str) -> tuple[str, bool]:
    """`text` without the damage that has one reading only, and whether there was any."""
    cleaned = without_odd_characters(text, dashes=True)
    damaged = cleaned != text
    cleaned = cleaned.strip()
    bare = cleaned.lstrip("'’`\"=").rstrip("'’`\"").strip()  # ="4785550112", '4785550112
    if bare.lower().startswith("tel:"):
        bare = bare[4:].strip()
    damaged = damaged or bare != cleaned
    without_fraction = re.sub(r"(?<=[0-9]{4})\.0+$", "", bare)
    return without_fraction, damaged or without_fraction != bare


def _read_digits(cleaned: str, *, mended: bool) -> PhoneResult:
    digits = re.sub(r"[^0-9]", "", cleaned)
    count = len(digits)
    number = _valid_number(cleaned)
    if number:
        if number.startswith("+1900"):
            return PhoneResult("", _("A 900 number costs money to call, so we do not use it."))
        return PhoneResult(number, "", "", mended or cleaned == "1" + number[2:])
    if cleaned.startswith("+") and not digits.startswith("1"):
        return PhoneResult(
            "",
            _("No such phone number abroad: +%(digits)s. Check the digits.") % {"digits": digits},
        )
    if digits.startswith("011"):
        return PhoneResult("", _("No such phone number abroad. Write it with + in front."))
    if count == 7:
        return PhoneResult("", _("The area code is missing. Give all ten digits."))
    if count < 10:
        if count == 1:
            return PhoneResult("", _("Too few digits: 1 digit, and a phone number has ten."))
        too_few = _("Too few digits: %(count)s digits, and a phone number has ten.")
        return PhoneResult("", too_few % {"count": count})
    if count > 11 or (count == 11 and not digits.startswith("1")):
        return PhoneResult(
            "", _("Too many digits: %(count)s, and a phone number has ten.") % {"count": count}
        )
    national = digits[-10:]
    if national[0] in "01":
        return PhoneResult(
            "", _("No area code begins with %(digit)s. Check the digits.") % {"digit": national[0]}
        )
    shown = f"{national[:3]}-{national[3:6]}-{national[6:]}"
    return PhoneResult(
        "", _("No such phone number: %(shown)s. Check the digits.") % {"shown": shown}
    )


def _valid_number(text: str) -> str:
    """E.164 of `text` where it is one valid number with no letters in it, else ""."""
    text = text.strip()
    if not _ALLOWED.fullmatch(text):
        return ""
    digits = re.sub(r"[^0-9]", "", text)
    foreign = (text.startswith("+") and not digits.startswith("1")) or digits.startswith("011")
    if not foreign and not (len(digits) == 10 or (len(digits) == 11 and digits[0] == "1")):
        return ""
    try:
        parsed = phonenumbers.parse(("+" if text.startswith("+") else "") + digits, "US")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(parsed):
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _numbers_in(text: str) -> Iterator[str]:
    """The distinct valid numbers that `text` is a list of, or that stand in it as words do."""
    seen = set()
    parts = [part for part in _BETWEEN_NUMBERS.split(text) if part]
    candidates = [*parts, *(match.group() for match in _US_NUMBER_IN_TEXT.finditer(text))]
    for candidate in candidates:
        number = _valid_number(candidate)
        if number and number not in seen:
            seen.add(number)
            yield number
