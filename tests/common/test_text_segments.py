import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.text_segments import Culprit, Encoding, count_segments, plain


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        ("", "GSM-7", 0, 0),
        ("a", "GSM-7", 1, 1),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("€" * 80, "GSM-7", 160, 1),
        ("€" * 81, "GSM-7", 162, 2),
        ("[~^{}\\]|€\f", "GSM-7", 20, 1),
        ("éñüÑ¿¡Ç@£\n\r", "GSM-7", 11, 1),
        ("í" * 70, "UCS-2", 70, 1),
        ("í" * 71, "UCS-2", 71, 2),
        ("í" * 134, "UCS-2", 134, 2),
        ("í" * 135, "UCS-2", 135, 3),
        ("😀" * 35, "UCS-2", 70, 1),
        ("😀" * 36, "UCS-2", 72, 2),
        ("`", "UCS-2", 1, 1),
        ("ç", "UCS-2", 1, 1),
    ],
)
def test_segments_are_counted_as_networks_do(
    text: str, encoding: str, units: int, segments: int
) -> None:
    counted = count_segments(text)
    assert (counted.encoding, counted.units, counted.segments) == (encoding, units, segments)


def test_a_character_of_two_units_is_never_split_between_parts() -> None:
    # 152 + 2 does not fit into 153, so that the euro sign opens the second part.
    assert count_segments("a" * 152 + "€" + "a" * 151).segments == 2
    assert count_segments("a" * 152 + "€" + "a" * 152).segments == 3
    assert count_segments("í" * 66 + "😀" + "í" * 65).segments == 2
    assert count_segments("í" * 66 + "😀" + "í" * 66).segments == 3


def test_the_characters_that_forced_ucs_2_are_named_with_a_plain_one() -> None:
    counted = count_segments("It’s “here”… it’s [ok] 😀")
    assert counted.encoding == Encoding.UCS2
    assert counted.culprits == (
        Culprit("’", "'"),
        Culprit("“", '"'),
        Culprit("”", '"'),
        Culprit("…", "..."),
        Culprit("😀", None),
    )


def test_plain_makes_one_segment_of_what_curly_quotes_made_three() -> None:
    text = "We’ll trim trees – near\u00a0pole 12… " + "a" * 120
    assert count_segments(text).segments == 3
    assert plain(text) == "We'll trim trees - near pole 12... " + "a" * 120
    assert count_segments(plain(text)).segments == 1


def test_plain_keeps_what_has_no_plain_likeness() -> None:
    assert plain("niño 😀 €5") == "niño 😀 €5"
    assert plain("¿Cómo está?") == "¿Como esta?"


@given(st.text())
def test_units_and_parts_hold_together(text: str) -> None:
    counted = count_segments(text)
    if counted.encoding is Encoding.UCS2:
        assert counted.units == len(text.encode("utf-16-le", "surrogatepass")) // 2
        single, part = 70, 67
        assert counted.culprits
    else:
        single, part = 160, 153
        assert not counted.culprits
    if counted.units <= single:
        assert counted.segments == (1 if text else 0)
    else:
        assert -(-counted.units // part) <= counted.segments <= -(-counted.units // (part - 1))


@given(st.text())
def test_plain_text_is_never_dearer(text: str) -> None:
    once = plain(text)
    assert plain(once) == once
    if count_segments(text).encoding is Encoding.GSM7:
        assert once == text
    elif all(culprit.replacement is not None for culprit in count_segments(text).culprits):
        assert count_segments(once).encoding is Encoding.GSM7


# ── counted once more, as the standard has it (3GPP TS 23.038, 23.040) ──────────────────────────
_DEFAULT_ALPHABET = (
    [0x40, 0xA3, 0x24, 0xA5, 0xE8, 0xE9, 0xF9, 0xEC, 0xF2, 0xC7, 0x0A, 0xD8, 0xF8, 0x0D, 0xC5, 0xE5]
    + [0x394, 0x5F, 0x3A6, 0x393, 0x39B, 0x3A9, 0x3A0, 0x3A8, 0x3A3, 0x398, 0x39E]
    + [0xC6, 0xE6, 0xDF, 0xC9]
    + [0xA4 if code == 0x24 else code for code in range(0x20, 0x40)]
    + [0xA1, *range(0x41, 0x5B), 0xC4, 0xD6, 0xD1, 0xDC, 0xA7]
    + [0xBF, *range(0x61, 0x7B), 0xE4, 0xF6, 0xF1, 0xFC, 0xE0]
)
_EXTENSION = [0x0C, 0x5E, 0x7B, 0x7D, 0x5C, 0x5B, 0x7E, 0x5D, 0x7C, 0x20AC]


def parts_by_the_standard(text: str) -> int:
    """The message is cut into bodies of 140 bytes, or of 134 where it has several; neither an
    escape with its character nor a surrogate pair is cut."""
    codes = [ord(character) for character in text]
    if all(code in _DEFAULT_ALPHABET or code in _EXTENSION for code in codes):
        bits, sizes = 7, [2 if code in _EXTENSION else 1 for code in codes]
    else:
        bits, sizes = 16, [2 if code > 0xFFFF else 1 for code in codes]
    if sum(sizes) * bits <= 140 * 8:
        return 1 if codes else 0
    room = 134 * 8 // bits
    bodies: list[int] = []
    for size in sizes:
        if not bodies or bodies[-1] + size > room:
            bodies.append(0)
        bodies[-1] += size
    return len(bodies)


_SOME = st.sampled_from("aZ09 @€[]{}~|^\\\f\r\n’“é😀ñ¿¡\u00a0Ω")


@given(
    st.one_of(
        st.text(),
        st.text(_SOME, max_size=400),
        st.text(st.sampled_from("ab€{"), min_size=140, max_size=480),
        st.text(st.sampled_from("a’😀"), min_size=60, max_size=220),
    )
)
def test_segments_are_those_of_the_standard(text: str) -> None:
    assert len(_DEFAULT_ALPHABET) == 127  # and the escape
    assert count_segments(text).segments == parts_by_the_standard(text)
