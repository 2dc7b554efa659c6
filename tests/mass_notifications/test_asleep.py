"""How many telephones would not ring at a moment, as the check page says it (RULES 9)."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from mass_notifications.summary import Summary, Zone, asleep

CENTRAL = "America/Chicago"
SUMMARY = Summary(
    zones=[
        Zone(CENTRAL, "MS", 10),
        Zone("America/New_York", "GA", 100),
        Zone("America/New_York", "FL", 1000),
    ]
)


@pytest.mark.parametrize(
    ("day", "hour", "purpose", "expected"),
    [
        (6, 12, "marketing", 0),
        (6, 19, "marketing", 1000),  # 20:00 in Florida
        (7, 12, "marketing", 10),  # no solicitations on Sundays in Mississippi
        (7, 12, "field_work", 0),
        (6, 7, "field_work", 10),
        (6, 21, "field_work", 1110),
    ],
)
def test_whose_telephones_are_silent_follows_from_state_hour_and_purpose(
    day: int, hour: int, purpose: str, expected: int
) -> None:
    moment = datetime(2026, 6, day, hour, 30, tzinfo=ZoneInfo(CENTRAL))
    assert asleep(SUMMARY, purpose=purpose, at=moment) == expected
