"""The time zone that a member lives in: by the service address, then by the area code (RULES 9).

A state that the border of a time zone runs through is divided by the first three digits of its
ZIP codes (the post office's areas). Where even those lie on both sides, both zones count: nobody is
called at seven because most of their neighbors live where it is eight.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

EASTERN = "America/New_York"
CENTRAL = "America/Chicago"
MOUNTAIN = "America/Denver"
PACIFIC = "America/Los_Angeles"
ARIZONA = "America/Phoenix"

_STATES_OF = {
    EASTERN: "CT DC DE FL GA IN KY MA MD ME MI NC NH NJ NY OH PA RI SC VA VT WV",
    CENTRAL: "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI",
    MOUNTAIN: "CO ID MT NM UT WY",
    PACIFIC: "CA NV OR WA",
    ARIZONA: "AZ",
    "America/Anchorage": "AK",
    "Pacific/Honolulu": "HI",
    "America/Puerto_Rico": "PR VI",
    "Pacific/Guam": "GU MP",
    "Pacific/Pago_Pago": "AS",
}
_ZONE_OF_STATE = MappingProxyType(
    {state: zone for zone, states in _STATES_OF.items() for state in states.split()}
)
ALASKA, ALEUTIANS = "America/Anchorage", "America/Adak"

# A part of a state by the first digits of its ZIP codes: the zones in which it lies, first the one
# in which most of its people live. Parts that a border runs through have both.
_PARTS: Mapping[str, Mapping[tuple[str, ...], str]] = {
    "AK": {(ALEUTIANS,): "99546 99547"},
    # The Navajo Nation keeps daylight-saving time, and the rest of Arizona does not.
    "AZ": {(ARIZONA, MOUNTAIN): "860 865"},
    "FL": {(CENTRAL,): "325", (CENTRAL, EASTERN): "324"},
    "ID": {(PACIFIC,): "838", (PACIFIC, MOUNTAIN): "835"},
    "IN": {(CENTRAL,): "463 464 476 477", (EASTERN, CENTRAL): "465 469 475 479"},
    "KS": {(CENTRAL, MOUNTAIN): "677 678"},
    "KY": {(CENTRAL,): "420 421 422 423 424", (EASTERN, CENTRAL): "401 425 426 427"},
    "MI": {(EASTERN, CENTRAL): "498 499"},
    "ND": {(MOUNTAIN, CENTRAL): "586", (CENTRAL, MOUNTAIN): "585 588"},
    "NE": {(MOUNTAIN,): "693", (CENTRAL, MOUNTAIN): "690 691 692"},
    "NV": {(PACIFIC, MOUNTAIN): "898"},
    "OR": {(MOUNTAIN, PACIFIC): "979"},
    "SD": {(MOUNTAIN,): "577", (CENTRAL, MOUNTAIN): "575 576"},
    "TN": {(EASTERN,): "374 376 378 379", (EASTERN, CENTRAL): "373 377"},
    "TX": {(MOUNTAIN,): "799 885", (MOUNTAIN, CENTRAL): "798"},
}
_ZONES_OF_PART = {
    (state, part): zones
    for state, parts in _PARTS.items()
    for zones, prefixes in parts.items()
    for part in prefixes.split()
}
STATES = frozenset(_ZONE_OF_STATE)


def time_zone_of_address(state: str, zip_code: str) -> str:
    """The zone of a service address, or the likeliest; "" where the state is unknown."""
    zones = _zones_of_part(state, zip_code)
    return zones[0] if zones else _ZONE_OF_STATE.get(state.strip().upper(), "")


def time_zones_of_address(state: str, zip_code: str) -> tuple[str, ...]:
    """Every zone in which a service address may lie: several where the ZIP's part of the state has
    a border in it, or the ZIP of a state that has one is not known. Empty where the state is."""
    return _zones_of_address(state.strip().upper(), zip_code.strip()[:5])


@lru_cache(maxsize=8192)
def _zones_of_address(state: str, zip_code: str) -> tuple[str, ...]:
    if state not in _ZONE_OF_STATE:
        return ()
    if found := _zones_of_part(state, zip_code):
        return found
    zones = [_ZONE_OF_STATE[state]]
    if len(zip_code) < len("325"):
        zones += [zone for parts in _PARTS.get(state, {}) for zone in parts]
    return tuple(dict.fromkeys(zones))


def _zones_of_part(state: str, zip_code: str) -> tuple[str, ...]:
    state, zip_code = state.strip().upper(), zip_code.strip()
    found = _ZONES_OF_PART.get((state, zip_code[:5])) or _ZONES_OF_PART.get((state, zip_code[:3]))
    return found or ()
