from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.clock import next_allowed, now

NEW_YORK = ZoneInfo("America/New_York")
EIGHT, NINE_PM = time(8), time(21)


def local(*moment: int, fold: int = 0) -> datetime:
    year, month, day, hour, minute = moment
    return datetime(year, month, day, hour, minute, fold=fold, tzinfo=NEW_YORK)


def allowed(at: datetime, opens: time = EIGHT, closes: time = NINE_PM) -> datetime:
    return next_allowed(at, time_zone="America/New_York", opens=opens, closes=closes)


def test_now_is_aware() -> None:
    assert now().utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (local(2026, 6, 1, 12, 0), local(2026, 6, 1, 12, 0)),
        (local(2026, 6, 1, 8, 0), local(2026, 6, 1, 8, 0)),
        (local(2026, 6, 1, 7, 59), local(2026, 6, 1, 8, 0)),
        (local(2026, 6, 1, 20, 59), local(2026, 6, 1, 20, 59)),
        (local(2026, 6, 1, 21, 0), local(2026, 6, 2, 8, 0)),
        (local(2026, 12, 31, 23, 0), local(2027, 1, 1, 8, 0)),
    ],
)
def test_texts_and_calls_wait_for_the_morning(at: datetime, expected: datetime) -> None:
    assert allowed(at) == expected


def test_the_answer_is_in_utc() -> None:
    assert allowed(local(2026, 6, 1, 22, 0)).tzinfo is UTC


def test_the_clocks_change_in_the_night_is_minded() -> None:
    # 8 March 2026: 2:00 becomes 3:00; the night is an hour shorter.
    waited = allowed(local(2026, 3, 7, 21, 0)) - local(2026, 3, 7, 21, 0).astimezone(UTC)
    assert waited == timedelta(hours=10)
    # 1 November 2026: 2:00 becomes 1:00; the night is an hour longer.
    waited = allowed(local(2026, 10, 31, 21, 0)) - local(2026, 10, 31, 21, 0).astimezone(UTC)
    assert waited == timedelta(hours=12)


def test_an_opening_that_the_clock_jumps_over_comes_after_the_jump() -> None:
    opening = allowed(local(2026, 3, 8, 1, 0), opens=time(2, 30))
    assert opening.astimezone(NEW_YORK).time() == time(3, 30)


def test_an_opening_that_comes_twice_is_found_in_the_second_hour_too() -> None:
    second = local(2026, 11, 1, 1, 10, fold=1)
    assert allowed(second, opens=time(1, 30)) == local(2026, 11, 1, 1, 30, fold=1).astimezone(UTC)


def test_hours_may_reach_over_midnight() -> None:
    night = {"opens": time(20), "closes": time(2)}
    assert allowed(local(2026, 6, 1, 23, 0), **night) == local(2026, 6, 1, 23, 0)
    assert allowed(local(2026, 6, 1, 1, 0), **night) == local(2026, 6, 1, 1, 0)
    assert allowed(local(2026, 6, 1, 2, 0), **night) == local(2026, 6, 1, 20, 0)
    midnight = {"opens": time(8), "closes": time(0)}
    assert allowed(local(2026, 6, 1, 23, 59), **midnight) == local(2026, 6, 1, 23, 59)
    assert allowed(local(2026, 6, 2, 0, 0), **midnight) == local(2026, 6, 2, 8, 0)


def test_equal_hours_mean_the_whole_day() -> None:
    at = local(2026, 6, 1, 3, 0)
    assert allowed(at, opens=time(0), closes=time(0)) == at


def test_a_time_zone_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        next_allowed(now(), time_zone="Georgia/Macon", opens=EIGHT, closes=NINE_PM)


ZONES = ["America/New_York", "America/Chicago", "America/Phoenix", "Pacific/Honolulu", "UTC"]
WHOLE_HOURS = st.integers(0, 23).map(time)


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(ZONES),
    WHOLE_HOURS,
    WHOLE_HOURS,
)
def test_the_answer_is_allowed_and_soon(at: datetime, zone: str, opens: time, closes: time) -> None:
    answer = next_allowed(at, time_zone=zone, opens=opens, closes=closes)
    assert at <= answer <= at + timedelta(hours=25)
    clock = answer.astimezone(ZoneInfo(zone)).time()
    if opens < closes and opens != time(2):
        assert opens <= clock < closes
    assert next_allowed(answer, time_zone=zone, opens=opens, closes=closes) == answer or (
        opens == time(2) and closes == time(3)
    )
