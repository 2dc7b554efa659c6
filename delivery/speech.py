"""What is written, as a voice should say it: numbers digit by digit, dates in words, no `https://`.

Money, times and street numbers are left to the voice, which says them well.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date

from common.choices import Language

_MONTHS: Mapping[Language, tuple[str, ...]] = {
    Language.ENGLISH: (
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ),
    Language.SPANISH: (
        "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
        "octubre", "noviembre", "diciembre",
    ),
}  # fmt: skip
_SLASH = {Language.ENGLISH: " slash ", Language.SPANISH: " barra "}
_NUMBER = {Language.ENGLISH: "number", Language.SPANISH: "número"}
_UNITS: Mapping[str, Mapping[Language, str]] = {
    "kwh": {Language.ENGLISH: "kilowatt hours", Language.SPANISH: "kilovatios hora"},
    "kw": {Language.ENGLISH: "kilowatts", Language.SPANISH: "kilovatios"},
}

_LINK = re.compile(r"https?://(?:www\.)?([^\s/?#<>]+)([^\s?#<>]*)[^\s<>]*", re.IGNORECASE)
_PHONE = re.compile(
    r"(?<![\w$.,/+-])(?:\+?1[ .-]?)?\(?([2-9]\d\d)\)?[ .-]{0,2}(\d{3})[ .-]?(\d{4})(?![\w-]|[.,]\d)"
)
_ISO_DATE = re.compile(r"(?<![\w/-])(\d{4})-(\d\d)-(\d\d)(?![\w/-])")
_US_DATE = re.compile(r"(?<![\w/-])(\d\d?)/(\d\d?)/(\d{4})(?![\w/-])")
# An account or a meter: six digits or more, perhaps with a separator after them.
_LONG = re.compile(r"(?<![\w$.,/-])(\d{6,})(?:-(\d{2,4}))?(?![\w/]|[.,]\d)")
_UNIT = re.compile(r"(?<=\d)\s?(kWh|kW)\b", re.IGNORECASE)
_HASH = re.compile(r"#\s?(?=\d)")
_PUNCTUATION = ".,;:!?)"


def spoken(text: str, language: Language) -> str:
    """`text` for a voice of that language."""
    text = _LINK.sub(_link(language), text)
    text = _ISO_DATE.sub(lambda found: _date(found, language, "ymd"), text)
    text = _US_DATE.sub(lambda found: _date(found, language, "mdy"), text)
    text = _PHONE.sub(lambda found: ", ".join(" ".join(part) for part in found.groups()), text)
    text = _LONG.sub(_digits, text)
    text = _UNIT.sub(lambda found: f" {_UNITS[found[1].lower()][language]}", text)
    return _HASH.sub(f"{_NUMBER[language]} ", text)


def digit_by_digit(digits: str) -> str:
    """`162033001` in threes, with pauses: `1 6 2, 0 3 3, 0 0 1`."""
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return ", ".join(" ".join(group) for group in groups)


def _link(language: Language) -> Callable[[re.Match[str]], str]:
    def said(found: re.Match[str]) -> str:
        whole = found[0]
        end = whole[len(whole.rstrip(_PUNCTUATION)) :]
        host, path = found[1], found[2]
        if end and (path or host).endswith(end):
            host, path = (host, path[: -len(end)]) if path else (host[: -len(end)], path)
        parts = [part for part in path.split("/") if part]
        return _SLASH[language].join([host, *parts]) + end

    return said


def _digits(found: re.Match[str]) -> str:
    more = f", {digit_by_digit(found[2])}" if found[2] else ""
    return digit_by_digit(found[1]) + more


def _date(found: re.Match[str], language: Language, order: str) -> str:
    values = dict(zip(order, (int(part) for part in found.groups()), strict=True))
    try:
        day = date(values["y"], values["m"], values["d"])
    except ValueError:
        return found[0]
    month = _MONTHS[language][day.month - 1]
    if language == Language.SPANISH:
        return f"{day.day} de {month} de {day.year}"
    return f"{month} {day.day}, {day.year}"
