"""The time zone that a member lives in: by the service address, then by the area code (RULES 9).

A state that the border of a time zone runs through is divided by the first three digits of its
ZIP codes; where even those lie on both sides, the part where most people live counts.
"""

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
# The other side of the border: state, first three digits of the ZIP.
_DIVIDED: dict[str, dict[str, str]] = {
    "FL": {CENTRAL: "324 325"},
    "ID": {PACIFIC: "835 838"},
    "IN": {CENTRAL: "463 464 476 477"},
    "KY": {CENTRAL: "420 421 422 423 424"},
    "MI": {CENTRAL: "499"},
    "ND": {MOUNTAIN: "586"},
    "NE": {MOUNTAIN: "691 693"},
    "OR": {MOUNTAIN: "979"},
    "SD": {MOUNTAIN: "577"},
    "TN": {EASTERN: "373 374 376 377 378 379"},
    "TX": {MOUNTAIN: "798 799 885"},
}
_ZONE_OF_PART = MappingProxyType(
    {
        (state, part): zone
        for state, zones in _DIVIDED.items()
        for zone, parts in zones.items()
        for part in parts.split()
    }
)
STATES = frozenset(_ZONE_OF_STATE)


def time_zone_of_address(state: str, zip_code: str) -> str:
    """The zone of a service address; "" where the state is unknown."""
    return _zone(state.strip().upper(), zip_code.strip()[:3])


@lru_cache(maxsize=4096)
def _zone(state: str, part: str) -> str:
    return _ZONE_OF_PART.get((state, part)) or _ZONE_OF_STATE.get(state, "")
