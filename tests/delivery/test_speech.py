"""Numbers, dates and links as a voice says them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.choices import Language
from delivery.speech import digit_by_digit, spoken


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Account 162033-001 owes $1,234.50.", "Account 1 6 2, 0 3 3, 0 0 1 owes $1,234.50."),
        ("account 162033001", "account 1 6 2, 0 3 3, 0 0 1"),
        ("due 11/28/2026.", "due November 28, 2026."),
        ("due 1/2/2027", "due January 2, 2027"),
        ("on 2026-11-28", "on November 28, 2026"),
        ("not a day: 13/45/2026", "not a day: 13/45/2026"),
        ("24/7", "24/7"),
        ("(478) 555-0100", "4 7 8, 5 5 5, 0 1 0 0"),
        ("1-800-555-0199.", "8 0 0, 5 5 5, 0 1 9 9."),
        ("+14785550100", "4 7 8, 5 5 5, 0 1 0 0"),
        ("4785550100", "4 7 8, 5 5 5, 0 1 0 0"),
        ("478.555.0100", "4 7 8, 5 5 5, 0 1 0 0"),
        ("https://www.example.com/", "example.com"),
        ("See https://example.com/outage?id=3.", "See example.com slash outage."),
        ("(https://example.com/a)", "(example.com slash a)"),
        ("used 1,234.5 kWh", "used 1,234.5 kilowatt hours"),
        ("pole #7", "pole number 7"),
        ("$1234567", "$1234567"),
        ("1234567.89", "1234567.89"),
        ("8:00 AM-5:00 PM, 12 Main St, 30601", "8:00 AM-5:00 PM, 12 Main St, 30601"),
        ("Your code is: 4 7 1 0 9 9.", "Your code is: 4 7 1 0 9 9."),
        ("Tom & Jerry < 5", "Tom & Jerry < 5"),
    ],
)
def test_what_is_written_is_said_so_that_people_understand_it(written: str, said: str) -> None:
    assert spoken(written, Language.ENGLISH) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("vence el 11/28/2026", "vence el 28 de noviembre de 2026"),
        ("https://example.com/mapa", "example.com barra mapa"),
        ("900 kWh en el poste #7", "900 kilovatios hora en el poste número 7"),
        ("cuenta 162033-001", "cuenta 1 6 2, 0 3 3, 0 0 1"),
    ],
)
def test_spanish_is_said_in_spanish(written: str, said: str) -> None:
    assert spoken(written, Language.SPANISH) == said


@given(st.text(), st.sampled_from(Language))
def test_no_word_is_lost_and_saying_it_twice_changes_nothing_more(
    text: str, language: Language
) -> None:
    once = spoken(text, language)
    assert bool(once.strip()) == bool(text.strip())
    if not re.search(r"https?://|\d", text, re.IGNORECASE):
        assert once == text


@given(st.from_regex(r"[0-9]{6,12}", fullmatch=True), st.sampled_from(Language))
def test_no_digit_of_a_long_number_is_lost(digits: str, language: Language) -> None:
    said = spoken(f"Number {digits}.", language)
    kept = re.sub(r"\D", "", said)
    assert kept in (digits, digits[1:])  # the 1 before a telephone number is not said
    assert not re.search(r"\d\d", said)
    assert re.sub(r"\D", "", digit_by_digit(digits)) == digits
