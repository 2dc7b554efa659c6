"""The hours in which a telephone may ring or get a text, and the first such moment (RULES 9)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings

from common.choices import OWN_CONSENT_PURPOSES
from common.clock import next_allowed

FEDERAL_HOURS = (time(8, 0), time(21, 0))  # 47 CFR 64.1200(c)(1)
_LONGEST, _WEEKEND_LONG = timedelta(hours=24), timedelta(hours=49)  # one night has an hour more
# The laws are about solicitations, some about recorded voices too; here they count for every text
# and call that is not exempt. What they say of holidays is not in the table.
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

_SUNDAY, _WEEKEND = frozenset({6}), frozenset({5, 6})  # as datetime.weekday() counts
# Days without solicitations; where a state allows some hours of a Sunday (Texas, from noon), none.
# Mississippi's, Maine's and South Dakota's laws were read (above), the others are vendors' lists.
NO_SOLICITATIONS: Mapping[str, frozenset[int]] = MappingProxyType(
    {
        **dict.fromkeys(("AL", "LA", "MS", "RI", "TX", "UT"), _SUNDAY),
        **dict.fromkeys(("ME", "SD"), _WEEKEND),
        # Since 18 October 2026.
        "PA": _SUNDAY,
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


def earliest(
    at: datetime,
    places: Collection[Place],
    own: OwnHours | None = None,
    *,
    solicits: bool = False,
) -> datetime:
    """The first moment not before `at` that is within the hours of all the places: `at` itself
    where it is. Aware; in UTC where it is later. `solicits`: not on a state's days without
    solicitations either.

    Where the places have no hour in common (the member's own hours by two distant clocks), their
    own hours give way first, and then all places but the first.
    """
    places = list(places)
    for some, hours in ((places, own), (places, None), (places[:1], own)):
        found = _in_all(at, some, hours, solicits=solicits)
        if found is not None:
            return found
    return _next(at, places[0], None, solicits=solicits)


def _in_all(
    at: datetime, places: list[Place], own: OwnHours | None, *, solicits: bool
) -> datetime | None:
    """None where it would be more than a day, or a weekend and a day."""
    longest = _LONGEST + (_WEEKEND_LONG if solicits else timedelta(0))
    moment = at
    # Each round moves to the next opening of some place; all of a day's are passed in these.
    for _ in range(2 * len(places) + 2):
        later = max(
            (_next(moment, place, own, solicits=solicits) for place in places), default=moment
        )
        if later <= moment:
            return moment
        if later - at > longest:
            return None
        moment = later
    return None


def _next(at: datetime, place: Place, own: OwnHours | None, *, solicits: bool) -> datetime:
    opens, closes = hours_at(place, own)
    zone = _zone_name(place.time_zone) or settings.TIME_ZONE
    moment = next_allowed(at, time_zone=zone, opens=opens, closes=closes)
    closed = NO_SOLICITATIONS.get(place.state) if solicits else None
    while closed and (day := moment.astimezone(ZoneInfo(zone)).date()).weekday() in closed:
        midnight = datetime.combine(day + timedelta(days=1), time(0), tzinfo=ZoneInfo(zone))
        moment = next_allowed(midnight, time_zone=zone, opens=opens, closes=closes)
    return moment


@lru_cache(maxsize=512)
def _zone_name(name: str) -> str:
    """ "" where there is no such zone ("America" is a folder of zones)."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ""
    return name


def is_solicitation(purpose: str) -> bool:
    """Whether messages of a purpose keep to the days on which a state allows solicitations."""
    return purpose in OWN_CONSENT_PURPOSES and settings.QUIET_DAYS


def is_exempt(purpose: str) -> bool:
    """Whether messages of a purpose may go at any hour."""
    return purpose in settings.QUIET_HOURS_EXEMPT_PURPOSES
