"""Where a number is from (RULES 9), against the geocoder of phonenumbers."""

import re

import phonenumbers
import pytest
from phonenumbers.geodata import GEOCODE_DATA

from common.area_codes import STATE_OF_AREA_CODE, state_of_number, zones_of_number
from customers.time_zones import STATES, time_zones_of_address

NAMES = {
    "Alabama": "AL", "California": "CA", "Connecticut": "CT", "Florida": "FL", "Georgia": "GA",
    "Illinois": "IL", "Indiana": "IN", "Kentucky": "KY", "Louisiana": "LA", "Maine": "ME",
    "Maryland": "MD", "Massachusetts": "MA", "Michigan": "MI", "Minnesota": "MN",
    "Mississippi": "MS", "Nevada": "NV", "New Mexico": "NM", "Oklahoma": "OK",
    "Rhode Island": "RI", "South Dakota": "SD", "Tennessee": "TN", "Texas": "TX",
    "Washington State": "WA", "Wyoming": "WY",
}  # fmt: skip


def test_states_are_those_of_the_geocoder() -> None:
    seen = 0
    for digits, words in GEOCODE_DATA.items():
        if not digits.startswith("1") or len(digits) != 4:
            continue
        name = words.get("en", "")
        city_and_state = re.fullmatch(r".*, ([A-Z]{2})", name)
        expected = NAMES.get(name) or (city_and_state[1] if city_and_state else "")
        if expected in STATES:
            seen += 1
            assert STATE_OF_AREA_CODE.get(digits[1:]) == expected, (digits, name)
    assert seen > 200


def test_each_area_code_has_zones_that_its_state_has() -> None:
    """A city beyond the border may be served from here: one in common will do."""
    same = {
        "America/North_Dakota/Center": "America/Chicago",
        "America/Boise": "America/Denver",
        "America/Indiana/Indianapolis": "America/New_York",
        "America/St_Thomas": "America/Puerto_Rico",
        "Pacific/Saipan": "Pacific/Guam",
    }
    for code, state in STATE_OF_AREA_CODE.items():
        zones = {same.get(zone, zone) for zone in zones_of_number(f"+1{code}5550112")}
        assert not zones or zones & set(time_zones_of_address(state, "")), (code, state, zones)


@pytest.mark.parametrize(
    ("number", "state", "zones"),
    [
        ("+14785550112", "GA", {"America/New_York"}),
        ("+18505550112", "FL", {"America/Chicago", "America/New_York"}),
        ("+12085550112", "ID", {"America/Boise", "America/Los_Angeles"}),
        ("+18005550112", "", set()),
        ("+12005550112", "", set()),
        ("+442079460958", "", {"Europe/London"}),
        ("", "", set()),
        ("device:7", "", set()),
        ("+", "", set()),
        ("+1", "", set()),
    ],
)
def test_a_number_says_where_it_is_from(number: str, state: str, zones: set[str]) -> None:
    assert state_of_number(number) == state
    assert set(zones_of_number(number)) == zones


def test_area_codes_are_each_in_one_state_and_valid() -> None:
    assert len(STATE_OF_AREA_CODE) > 350
    assert all(re.fullmatch(r"[2-9][0-8][0-9]", code) for code in STATE_OF_AREA_CODE)
    unknown = [
        code
        for code in STATE_OF_AREA_CODE
        if not phonenumbers.is_possible_number(phonenumbers.parse(f"+1{code}5550112", None))
    ]
    assert unknown == []
