"""The hours in which a telephone may ring or get a text, and the first such moment (RULES 9)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfoNotFoundError

from django.conf import settings

from common.clock import next_allowed

FEDERAL_HOURS = (time(8, 0), time(21, 0))  # 47 CFR 64.1200(c)(1)
_LONGEST = timedelta(hours=24)
# The laws are about solicitations, some about recorded voices too; here they count for every text
# and call that is not exempt. What they say of Sundays and holidays alone is not in the table.
_LISTED = "vendors' lists of state rules, November 2025: have counsel confirm"


@dataclass(frozen=True, slots=True)
class StateHours:
    """From when to when by the called party's clock, and where that stands: "read" where the law's
    own words were, else who says so."""

    opens: time
    closes: time
    source: str


HOURS_OF_STATES: Mapping[str, StateHours] = MappingProxyType(
    {
        "AL": StateHours(time(8), time(20), _LISTED),
        "CA": StateHours(
            time(9),
            time(21),
            "Cal. Pub. Util. Code 2872(c): automatic dialing-announcing devices; read",
        ),
        "CT": StateHours(time(9), time(20), _LISTED),
        "FL": StateHours(time(8), time(20), "Fla. Stat. 501.616(6)(a), since July 2021 (RULES 9)"),
        "IL": StateHours(time(9), time(21), _LISTED),
        "KY": StateHours(time(10), time(21), _LISTED),
        "LA": StateHours(time(8), time(20), _LISTED),
        "MA": StateHours(time(8), time(20), _LISTED),
        "MD": StateHours(time(8), time(20), _LISTED),
        "ME": StateHours(
            time(9),
            time(17),
            "10 M.R.S. 1498(3): automated calling devices, weekdays; read in a bill of 2003",
        ),
        "MI": StateHours(time(9), time(21), _LISTED),
        "MN": StateHours(time(9), time(21), _LISTED),
        "MS": StateHours(time(8), time(20), "Miss. Code 77-3-723; read"),
        "NM": StateHours(time(9), time(21), _LISTED),
        "NV": StateHours(
            time(9), time(20), f"{_LISTED}; NRS 597.814(2)(a) has 9 to 21 for recorded voices; read"
        ),
        "OK": StateHours(
            time(8),
            time(20),
            "Okla. Stat. 15-775C.4, since November 2022, as law firms and vendors tell it",
        ),
        "RI": StateHours(
            time(9), time(18), f"{_LISTED}; R.I. Gen. Laws 5-61-3.6 names hours of operation; read"
        ),
        "SD": StateHours(
            time(9),
            time(21),
            "S.D. Codified Laws 37-30-28: automated dialing systems, weekdays; read",
        ),
        "TX": StateHours(time(9), time(21), _LISTED),
        "WA": StateHours(time(8), time(20), "RCW 19.158.040(2); read"),
        "WY": StateHours(time(8), time(20), _LISTED),
    }
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a telephone is: its clock, and the state by two letters ("" where unknown)."""

    time_zone: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class OwnHours:
    """What a member chose: messages from `opens` until `closes`, by their own clock."""

    opens: time
    closes: time


def legal_hours(state: str) -> tuple[time, time]:
    """(opens, closes) of a state: the utility's hours within the state's, or the federal ones."""
    return _legal_hours(
        state.strip().upper(),
        settings.QUIET_HOURS_OPEN,
        settings.QUIET_HOURS_CLOSE,
        tuple(settings.QUIET_HOURS_OF_STATES),
    )


@lru_cache(maxsize=256)
def _legal_hours(
    state: str, opens: str, closes: str, of_states: tuple[str, ...]
) -> tuple[time, time]:
    by_setting = read_hours_of_states(of_states)
    if state in by_setting:
        own = by_setting[state]
    elif state in HOURS_OF_STATES:
        own = (HOURS_OF_STATES[state].opens, HOURS_OF_STATES[state].closes)
    else:
        own = FEDERAL_HOURS
    return max(own[0], time.fromisoformat(opens)), min(own[1], time.fromisoformat(closes))


def read_hours_of_states(lines: Collection[str]) -> dict[str, tuple[time, time]]:
    """The setting QUIET_HOURS_OF_STATES: `OK=08:00-20:00`. Raises ValueError, in words."""
    found = {}
    for line in lines:
        state, _, hours = line.partition("=")
        opens, dash, closes = hours.partition("-")
        try:
            pair = time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip())
        except ValueError:
            pair = None
        if len(state.strip()) != 2 or not dash or pair is None or pair[0] >= pair[1]:
            raise ValueError(f"{line!r} is not like OK=08:00-20:00")
        found[state.strip().upper()] = pair
    return found


def hours_at(place: Place, own: OwnHours | None = None) -> tuple[time, time]:
    """The place's hours, narrowed by the member's own. Own hours that leave nothing of the legal
    ones (the law changed since) narrow nothing: a message must have its hour."""
    opens, closes = legal_hours(place.state)
    if own is not None:
        narrow = max(opens, own.opens), min(closes, own.closes)
        if narrow[0] < narrow[1]:
            return narrow
    return opens, closes


def earliest(at: datetime, places: Collection[Place], own: OwnHours | None = None) -> datetime:
    """The first moment not before `at` that is within the hours of all the places: `at` itself
    where it is. Aware; in UTC where it is later.

    Where the places have no hour in common (the member's own hours by two distant clocks), their
    own hours give way first, and then all places but the first.
    """
    places = list(places)
    for some, hours in ((places, own), (places, None), (places[:1], own)):
        found = _in_all(at, some, hours)
        if found is not None:
            return found
    return _next(at, places[0], None)


def _in_all(at: datetime, places: list[Place], own: OwnHours | None) -> datetime | None:
    """None where it would be more than a day."""
    moment = at
    # Each round moves to the next opening of some place; all of a day's are passed in these.
    for _ in range(2 * len(places) + 2):
        later = max((_next(moment, place, own) for place in places), default=moment)
        if later <= moment:
            return moment
        if later - at > _LONGEST:
            return None
        moment = later
    return None


def _next(at: datetime, place: Place, own: OwnHours | None) -> datetime:
    opens, closes = hours_at(place, own)
    try:
        return next_allowed(at, time_zone=place.time_zone, opens=opens, closes=closes)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # "America" is a folder of zones
        return next_allowed(at, time_zone=settings.TIME_ZONE, opens=opens, closes=closes)


def is_exempt(purpose: str) -> bool:
    """Whether messages of a purpose may go at any hour."""
    return purpose in settings.QUIET_HOURS_EXEMPT_PURPOSES
