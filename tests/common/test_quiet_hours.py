"""RULES 9, over all zones of the world and both nights in which the clocks change."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from common.quiet_hours import (
    HOURS_OF_STATES,
    OwnHours,
    Place,
    earliest,
    hours_at,
    legal_hours,
    read_hours_of_states,
)

EASTERN = "America/New_York"
# Zones of today's world; the posix/right copies are the same files.
ZONES = sorted(
    name for name in available_timezones() if not name.startswith(("posix", "right", "Etc/GMT"))
)
AMERICAN = [zone for zone in ZONES if zone.startswith(("America/", "US/", "Pacific/"))]


def local(zone: str, *moment: int) -> datetime:
    year, month, day, hour, minute = moment
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(zone))


def test_florida_ends_at_eight() -> None:
    assert legal_hours("FL") == (time(8), time(20))
    assert legal_hours(" fl ") == (time(8), time(20))
    assert legal_hours("GA") == legal_hours("") == (time(8), time(21))


def test_each_state_of_the_table_is_stricter_and_says_where_that_stands() -> None:
    for state, hours in HOURS_OF_STATES.items():
        assert time(8) <= hours.opens < hours.closes <= time(21), state
        assert (hours.opens, hours.closes) != (time(8), time(21)), state
        assert any(
            word in hours.source for word in ("read", "RULES", "have counsel confirm", "tell it")
        ), state


def test_states_whose_law_was_read_are_as_it_says() -> None:
    hours = {state: (one.opens.hour, one.closes.hour) for state, one in HOURS_OF_STATES.items()}
    assert {state: hours[state] for state in ("CA", "MS", "SD", "WA", "ME")} == {
        "CA": (9, 21),
        "MS": (8, 20),
        "SD": (9, 21),
        "WA": (8, 20),
        "ME": (9, 17),
    }


def test_the_settings_narrow_and_replace(settings: Settings) -> None:
    settings.QUIET_HOURS_OPEN, settings.QUIET_HOURS_CLOSE = "09:00", "20:30"
    assert legal_hours("GA") == (time(9), time(20, 30))
    assert legal_hours("FL") == (time(9), time(20))
    settings.QUIET_HOURS_OF_STATES = ["GA=10:00-17:00", "fl = 08:00-21:00"]
    assert legal_hours("GA") == (time(10), time(17))
    assert legal_hours("FL") == (time(9), time(20, 30))


@pytest.mark.parametrize("line", ["", "GA", "GA=8-21", "GEO=08:00-20:00", "GA=20:00-08:00", "GA=x"])
def test_a_wrong_setting_is_an_error_in_words(line: str) -> None:
    with pytest.raises(ValueError, match="is not like OK=08:00-20:00"):
        read_hours_of_states([line])


def test_own_hours_narrow_the_legal_ones_and_never_widen_them() -> None:
    georgia = Place(EASTERN, "GA")
    assert hours_at(georgia, OwnHours(time(10), time(18))) == (time(10), time(18))
    assert hours_at(georgia, OwnHours(time(6), time(23))) == (time(8), time(21))
    # Chosen before the law changed: a message must have its hour.
    assert hours_at(georgia, OwnHours(time(21), time(23))) == (time(8), time(21))


def test_of_several_places_the_strictest_counts() -> None:
    both = [Place(EASTERN, "GA"), Place("America/Chicago", "AL")]
    # 8:30 in Georgia is 7:30 in Alabama.
    at = local(EASTERN, 2026, 6, 1, 8, 30)
    assert earliest(at, both) == local("America/Chicago", 2026, 6, 1, 8, 0)
    # 20:30 in Chicago, in Alabama's hours: over; in Georgia it is 21:30.
    evening = local("America/Chicago", 2026, 6, 1, 20, 30)
    assert earliest(evening, both) == local("America/Chicago", 2026, 6, 2, 8, 0)
    assert earliest(local(EASTERN, 2026, 6, 1, 12, 0), both) == local(EASTERN, 2026, 6, 1, 12, 0)


def test_places_without_an_hour_in_common_hold_nothing_for_ever() -> None:
    far = [Place(EASTERN, "GA"), Place("Asia/Kolkata"), Place("Pacific/Guam")]
    at = local(EASTERN, 2026, 6, 1, 3, 0)
    assert earliest(at, far, OwnHours(time(9), time(11))) == local(EASTERN, 2026, 6, 1, 9, 0)


def test_an_unknown_zone_is_the_utilitys(settings: Settings) -> None:
    settings.TIME_ZONE = EASTERN
    at = local(EASTERN, 2026, 6, 1, 3, 0)
    assert earliest(at, [Place("America")]) == local(EASTERN, 2026, 6, 1, 8, 0)


def is_allowed(at: datetime, zone: str, hours: tuple[time, time]) -> bool:
    return hours[0] <= at.astimezone(ZoneInfo(zone)).time() < hours[1]


def check(at: datetime, zone: str, state: str, own: OwnHours | None) -> None:
    place = Place(zone, state)
    hours = hours_at(place, own)
    found = earliest(at, [place], own)
    assert at <= found <= at + timedelta(hours=24)
    assert is_allowed(found, zone, hours)
    if is_allowed(at, zone, hours):
        assert found == at
        return
    # The earliest: no moment before it is allowed.
    assert not is_allowed(found.astimezone(UTC) - timedelta(microseconds=1), zone, hours)
    step = at.astimezone(UTC)
    while step < found:
        assert not is_allowed(step, zone, hours), step
        step += timedelta(minutes=15)


MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
STATES = st.sampled_from(["", "GA", *HOURS_OF_STATES])
OWN = st.none() | st.tuples(st.integers(0, 18), st.integers(0, 1), st.integers(2, 6)).map(
    lambda t: OwnHours(time(t[0], t[1] * 30), time(min(t[0] + t[2], 23), t[1] * 30))
)


@given(MOMENTS, st.sampled_from(ZONES), STATES, OWN)
@settings(max_examples=300, deadline=None)
def test_never_outside_of_the_hours_and_never_held_longer_than_needed(
    at: datetime, zone: str, state: str, own: OwnHours | None
) -> None:
    # Own hours that touch the legal ones for minutes are refused where they are chosen.
    opens, closes = hours_at(Place(zone, state), own)
    if (closes.hour * 60 + closes.minute) - (opens.hour * 60 + opens.minute) < 120:
        own = None
    check(at, zone, state, own)


def changes(zone: str, year: int) -> list[datetime]:
    """The moments, to the hour, at which a zone's clock changes in a year."""
    at = datetime(year, 1, 1, tzinfo=UTC)
    found = []
    offset = at.astimezone(ZoneInfo(zone)).utcoffset()
    while at.year == year:
        at += timedelta(hours=1)
        if at.astimezone(ZoneInfo(zone)).utcoffset() != offset:
            offset = at.astimezone(ZoneInfo(zone)).utcoffset()
            found.append(at)
    return found


CHANGING = (
    "America/New_York", "America/Los_Angeles", "Australia/Lord_Howe", "Antarctica/Troll",
    "Africa/Casablanca", "Asia/Beirut",
)  # fmt: skip


@pytest.mark.parametrize("zone", CHANGING)
def test_both_nights_in_which_the_clocks_change(zone: str) -> None:
    nights = changes(zone, 2026)
    assert len(nights) >= 2
    for change in nights:
        for quarter in range(-30 * 4, 30 * 4):
            check(change + timedelta(minutes=15 * quarter), zone, "FL", None)


@given(MOMENTS, st.lists(st.sampled_from(AMERICAN), min_size=1, max_size=3), STATES, OWN)
@settings(max_examples=150, deadline=None)
def test_several_places_are_all_within_their_hours_where_they_have_one_in_common(
    at: datetime, zones: list[str], state: str, own: OwnHours | None
) -> None:
    places = [Place(zone, state) for zone in zones]
    found = earliest(at, places, own)
    assert at <= found <= at + timedelta(hours=24)
    # The first place's legal hours are never left, whatever the others are.
    assert is_allowed(found, zones[0], legal_hours(state))
    if any(
        all(
            is_allowed(at + timedelta(minutes=15 * n), p.time_zone, legal_hours(state))
            for p in places
        )
        for n in range(60 * 4 // 3)
    ):
        assert all(is_allowed(found, place.time_zone, legal_hours(state)) for place in places)
