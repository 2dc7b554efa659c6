"""Characters that look like plain ones and come along when people copy and paste."""

_INVISIBLE = (
    *range(0x200B, 0x2010),  # zero-width spaces and joiners, direction marks
    *range(0x202A, 0x202F),
    *range(0x2060, 0x206A),
    0xFEFF,
    0x00AD,
)
_SPACES = (0x00A0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)
_DASHES = (*range(0x2010, 0x2016), 0x2212, 0xFE58, 0xFE63)
_FULL_WIDTH = range(0xFF01, 0xFF5F)

_TO_PLAIN: dict[int, str] = {
    **dict.fromkeys(_INVISIBLE, ""),
    **dict.fromkeys(_SPACES, " "),
    **{code: chr(code - 0xFEE0) for code in _FULL_WIDTH},
}
_TO_PLAIN_WITH_DASHES = {**_TO_PLAIN, **dict.fromkeys(_DASHES, "-")}


def without_odd_characters(text: str, *, dashes: bool = False) -> str:
    """`text` without invisible characters, with plain spaces and ASCII for full-width forms; with
    `dashes`, every dash is a hyphen. Superscripts and the like are no damage: they stay."""
    return text.translate(_TO_PLAIN_WITH_DASHES if dashes else _TO_PLAIN)
