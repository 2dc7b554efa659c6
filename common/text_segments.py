"""How many segments a text message takes, and which characters make it dear (RULES 13)."""

import re
from enum import StrEnum
from typing import NamedTuple

MOST_CHARACTERS = 1600
"""Twilio takes no longer text than this."""


class Encoding(StrEnum):
    GSM7 = "GSM-7"
    UCS2 = "UCS-2"


class Culprit(NamedTuple):
    """A character that no GSM-7 text can hold, and what to write instead ("" = leave it out;
    None = there is nothing plain for it, as for an emoji)."""

    character: str
    replacement: str | None


class Segments(NamedTuple):
    encoding: Encoding
    units: int
    """Septets of GSM-7, or UTF-16 code units of UCS-2."""
    segments: int
    culprits: tuple[Culprit, ...] = ()
    """Each character that forced UCS-2, once, in the order of the text."""


def count_segments(text: str) -> Segments:
    """Encoding, size and number of parts of `text` as it would be sent."""
    if _ALL_BASIC(text) is not None:
        units = len(text)
        parts = 1 if 0 < units <= 160 else -(-units // 153)
        return Segments(Encoding.GSM7, units, parts)
    foreign = _NOT_GSM.findall(text)
    if not foreign:
        sizes = [2 if character in _EXTENDED else 1 for character in text]
        units = sum(sizes)
        return Segments(Encoding.GSM7, units, _parts(sizes, units, single=160, part=153))
    sizes = [2 if character > "\uffff" else 1 for character in text]
    units = sum(sizes)
    culprits = tuple(
        Culprit(character, _PLAIN.get(character)) for character in dict.fromkeys(foreign)
    )
    parts = _parts(sizes, units, single=70, part=67)
    return Segments(Encoding.UCS2, units, parts, culprits)


def plain(text: str) -> str:
    """`text` with the plain character for each curly quote, dash, ellipsis, odd space and the
    like; characters that have no plain likeness stay."""
    return text if _ALL_BASIC(text) is not None else text.translate(_PLAIN_TABLE)


def _parts(sizes: list[int], units: int, *, single: int, part: int) -> int:
    """Parts needed where a character of two units is never split between two parts."""
    if units <= single:
        return 1 if units else 0
    parts, used = 1, 0
    for size in sizes:
        if used + size > part:
            parts, used = parts + 1, 0
        used += size
    return parts


_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[]~|€\f")
_ALL_BASIC = re.compile(f"[{re.escape(_BASIC)}]*").fullmatch
_NOT_GSM = re.compile(f"[^{re.escape(_BASIC + ''.join(sorted(_EXTENDED)))}]")

_PLAIN: dict[str, str] = {
    **dict.fromkeys("‘’‚‛′`´ʼ＇", "'"),
    **dict.fromkeys("“”„‟″«»＂", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "…": "...",
    **dict.fromkeys(
        "\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000\t", " "
    ),
    **dict.fromkeys("\u200b\u200c\u2060\ufeff\u00ad\ufe0e\u200e\u200f", ""),
    "\u2028": "\n",
    "\u2029": "\n",
    "•": "-",
    "·": "-",
    "×": "x",
    "™": "TM",
    "®": "(R)",
    "©": "(C)",
    "½": "1/2",
    "¼": "1/4",
    "¾": "3/4",
    "ª": "a",
    "º": "o",
    "°": " deg",
    # GSM-7 has é, ñ, ü and ¿, but not these of Spanish:
    "á": "a",
    "í": "i",
    "ó": "o",
    "ú": "u",
    "Á": "A",
    "Í": "I",
    "Ó": "O",
    "Ú": "U",
    "ç": "c",
}
_PLAIN_TABLE = str.maketrans(_PLAIN)
