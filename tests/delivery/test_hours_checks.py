"""Settings of the hours that would hold or send wrongly are found when the system starts."""

from typing import Any

import pytest
from django.core.checks import run_checks


def ids() -> set[str]:
    return {str(message.id) for message in run_checks()}


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("QUIET_HOURS_OPEN", "21:30", "delivery.E028"),
        ("QUIET_HOURS_OPEN", "eight", "delivery.E028"),
        ("QUIET_HOURS_OF_STATES", ["GA=8-21"], "delivery.E021"),
        ("QUIET_HOURS_OF_STATES", ["XX=08:00-20:00"], "delivery.E027"),
        ("QUIET_HOURS_OF_STATES", ["GA=03:00-04:00"], "delivery.E022"),
        ("QUIET_HOURS_EXEMPT_PURPOSES", ["emergancy", "verification"], "delivery.E024"),
        ("QUIET_HOURS_EXEMPT_PURPOSES", ["verification"], "delivery.W025"),
        ("QUIET_HOURS_EXEMPT_PURPOSES", ["emergency"], "delivery.W025"),
        ("QUIET_HOURS_EXEMPT_PURPOSES", ["emergency", "marketing"], "delivery.W026"),
    ],
)
def test_hours_that_are_set_wrongly_are_spoken_of(
    settings: Any, name: str, value: object, found: str
) -> None:
    settings.QUIET_HOURS_EXEMPT_PURPOSES = ["emergency", "verification"]
    setattr(settings, name, value)
    assert found in ids()


def test_the_hours_as_they_come_are_good(settings: Any) -> None:
    settings.QUIET_HOURS_EXEMPT_PURPOSES = ["emergency", "verification"]
    settings.QUIET_HOURS_OF_STATES = ["OK=08:00-20:00"]
    numbers = {"E021", "E022", "E024", "W025", "W026", "E027", "E028"}
    assert not {f"delivery.{number}" for number in numbers} & ids()
