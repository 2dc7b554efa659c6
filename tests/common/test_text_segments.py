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
