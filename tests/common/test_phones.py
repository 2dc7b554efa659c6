import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from phonenumbers.timezone import time_zones_for_number

from common import phones
from common.phones import PhoneResult, display_phone, read_phone, time_zone_of_number

GOOD = "+14785550112"


@pytest.mark.parametrize(
    "text",
    [
        "4785550112",
        "478-555-0112",
        "(478) 555-0112",
        "(478)555-0112",
        "478.555.0112",
        "478 555 0112",
        "478/555-0112",
        "+14785550112",
        "+1 478 555 0112",
        "+1 (478) 555-0112",
        "1-478-555-0112",
        "  478-555-0112 ",
    ],
)
def test_a_number_as_people_write_it_is_read(text: str) -> None:
    assert read_phone(text) == PhoneResult(GOOD)


@pytest.mark.parametrize(
    "text",
    [
        "14785550112",
        "4785550112.0",
        "14785550112.0",
        "14785550112.00",
        "+14785550112.0",
        "'4785550112",
        "'+14785550112",
        '="4785550112"',
        "478\u00a0555\u00a00112",
        "\u202a478-555-0112\u202c",
        "\ufeff4785550112",
        "478–555–0112",
        "４７８－５５５－０１１２",
        "tel:+1-478-555-0112",
        "1.4785550112E+10",
    ],
)
def test_damage_with_one_reading_is_mended(text: str) -> None:
    assert read_phone(text) == PhoneResult(GOOD, mended=True)


@pytest.mark.parametrize("text", ["", "   ", "\u00a0", "'"])
def test_a_blank_cell_has_neither_number_nor_problem(text: str) -> None:
    assert read_phone(text) == PhoneResult("")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1.47856E+10", "The spreadsheet cut the number. Format the column as text"),
        ("1,47856E+10", "The spreadsheet cut the number"),
        ("1.478555011E+10", "The spreadsheet cut the number"),
        ("1E10", "The spreadsheet cut the number"),
        ("555-0112", "area code is missing"),
        ("0", "Too few digits: 1 digit,"),
        ("478555011", "Too few digits: 9 digits"),
        ("478555011.0", "Too few digits: 9 digits"),
        ("24785550112", "Too many digits: 11"),
        ("478-555-01123", "Too many digits: 11"),
        ("447911123456", "Too many digits: 12"),
        ("178-555-0112", "No area code begins with 1"),
        ("011-555-0112", "No such phone number abroad"),
        ("555-555-0112", "No such phone number: 555-555-0112"),
        ("999-555-0112", "No such phone number: 999-555-0112"),
        ("478-155-0112", "No such phone number: 478-155-0112"),
        ("+44 1", "No such phone number abroad"),
        ("900-555-0112", "costs money"),
        ("800-555-HELP", "letters in the phone number"),
        ("n/a", "letters in the phone number"),
        ("none", "letters in the phone number"),
        ("#REF!", "letters in the phone number"),
        ("478-555-0112*", "not a phone number"),
        ("😀", "not a phone number"),
    ],
)
def test_what_is_not_certain_is_refused_in_words(text: str, words: str) -> None:
    result = read_phone(text)
    assert result.number == ""
    assert words in result.problem
    assert result.problem.endswith(".")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("478-555-0112 x12", "An extension"),
        ("478-555-0112 ext. 4", "An extension"),
        ("478-555-0112, extension 4", "An extension"),
        ("478-555-0112 / 478-555-0113", "Two numbers in one cell"),
        ("4785550112, 4785550113", "Two numbers in one cell"),
        ("478-555-0112 or 478-555-0113", "Two numbers in one cell"),
        ("478-555-0112\n478-555-0113", "Two numbers in one cell"),
        ("4785550112 4785550113", "Two numbers in one cell"),
        ("cell 478-555-0112", "letters in the phone number"),
        ("478-555-0112 (wife)", "letters in the phone number"),
    ],
)
def test_a_number_that_may_be_meant_is_suggested_only(text: str, words: str) -> None:
    result = read_phone(text)
    assert (result.number, result.suggestion) == ("", "478-555-0112")
    assert words in result.problem


def test_numbers_abroad_need_their_country_code() -> None:
    assert read_phone("+44 20 7946 0958").number == "+442079460958"
    assert read_phone("011 44 20 7946 0958").number == "+442079460958"
    assert read_phone("+1 416 555 0112").number == "+14165550112"
    assert read_phone("+52 55 1234 5678").number == "+525512345678"


def test_every_number_for_fiction_is_valid_in_every_area_code_of_the_us() -> None:
    checked = 0
    for area in range(200, 1000):
        example_number = phonenumbers.parse(f"+1{area}5550123", None)
        if phonenumbers.region_code_for_number(example_number) == "US" and area not in (900,):
            for line in ("0100", "0123", "0199"):
                assert read_phone(f"{area}-555-{line}").number == f"+1{area}555{line}"
            checked += 1
    assert checked > 300


US_SHAPES = st.builds(
    lambda prefix, area, a, exchange, b, line, tail: (
        prefix + area[0] + area[1:-1] + area[-1] + a + exchange + b + line + tail
    ),
    st.sampled_from(["", "+1", "1", "+1 ", "1-", "1.", " ", "+1-", "'"]),
    st.tuples(st.integers(0, 999), st.booleans()).map(
        lambda t: f"({t[0]:03})" if t[1] else f"{t[0]:03}"
    ),
    st.sampled_from(["", "-", " ", ".", "- ", ") ", "/"]),
    st.one_of(st.just("555"), st.integers(0, 999).map(lambda n: f"{n:03}")),
    st.sampled_from(["", "-", " ", "."]),
    st.integers(0, 9999).map(lambda n: f"{n:04}"),
    st.sampled_from(["", "", "", ".0", " ", ".", " x1", "0"]),
)


@given(US_SHAPES)
@example("1(478)555-0112")
@example("+1(478) 555.0112.0")
def test_the_fast_path_says_what_the_slow_one_says(text: str) -> None:
    assert read_phone(text) == phones._read_slowly.__wrapped__(text)


@given(US_SHAPES)
def test_a_number_that_is_read_is_one_that_phonenumbers_calls_valid(text: str) -> None:
    number = read_phone(text).number
    if number:
        parsed = phonenumbers.parse(number, None)
        assert phonenumbers.is_valid_number(parsed)
        expected = phonenumbers.parse(text.strip(" '").removesuffix(".0"), "US")
        assert parsed == expected


@given(st.text())
def test_any_text_at_all_gets_an_answer(text: str) -> None:
    result = read_phone(text)
    assert not (result.number and result.problem)
    if not text.strip():
        assert result == PhoneResult("")


def test_numbers_are_shown_as_people_here_write_them() -> None:
    assert display_phone(GOOD) == "478-555-0112"
    assert display_phone("+442079460958") == "+44 20 7946 0958"
    assert display_phone("device:7") == "device:7"
    assert display_phone("") == ""


def test_the_time_zone_is_the_area_codes() -> None:
    assert time_zone_of_number("+14785550112") == "America/New_York"
    assert time_zone_of_number("+12055550112") == "America/Chicago"
    assert time_zone_of_number("+18085550112") == "Pacific/Honolulu"
    assert time_zone_of_number("+18005550112") is None
    assert time_zone_of_number("+99955501") is None
    assert time_zone_of_number("") is None


def test_time_zones_are_those_of_phonenumbers() -> None:
    for area in range(201, 990):
        parsed = phonenumbers.parse(f"+1{area}5550112", None)
        if phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE:
            zones = time_zones_for_number(parsed)
            expected = zones[0] if len(zones) == 1 and zones[0] != "Etc/Unknown" else None
            assert time_zone_of_number(f"+1{area}5550112") == expected
