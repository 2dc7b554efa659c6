import time

import pytest

from delivery.pacing import AHEAD, URGENT_CREDIT, Bucket


def booked(bucket: Bucket, units: int) -> float:
    """How far into the future the bucket is booked after this reservation."""
    return bucket.reserve(units) + units / bucket.rate


def test_reservations_queue_behind_each_other_at_the_rate() -> None:
    bucket = Bucket(1, rate=100)
    start = time.monotonic()
    for _ in range(40):
        ends = booked(bucket, 10)
    assert ends + (time.monotonic() - start) == pytest.approx(4.0, rel=0.02)


def test_all_workers_share_a_senders_pace_and_senders_do_not() -> None:
    one, two, other = Bucket(1, rate=10), Bucket(1, rate=10), Bucket(2, rate=10)
    one.reserve(10)
    assert two.reserve(1) > 0.9
    assert other.reserve(1) == 0


def test_time_that_passed_unused_is_not_saved_up() -> None:
    bucket = Bucket(1, rate=1000)
    bucket.reserve(1)
    time.sleep(0.05)  # the passing of time is what is tested
    assert bucket.reserve(100) == 0
    assert bucket.reserve(1) > 0.08


def test_urgent_goes_on_credit_and_bulk_pays_it_back() -> None:
    bulk, urgent = Bucket(1, rate=10), Bucket(1, rate=10)
    bulk.reserve(5)
    assert urgent.reserve(1, urgent=True) == 0
    assert bulk.reserve(1) > 0.55


def test_urgent_credit_has_its_limit() -> None:
    bucket = Bucket(1, rate=10)
    bucket.reserve(100)
    assert bucket.reserve(1, urgent=True) == pytest.approx(10 - URGENT_CREDIT, abs=0.2)


def test_a_window_is_charged_for_its_segments() -> None:
    bucket = Bucket(1, rate=10)
    bucket.reserve(2)
    bucket.charge(4)
    assert bucket.reserve(1) == pytest.approx(0.6, abs=0.1)
    bucket.charge(-4)
    assert bucket.reserve(1) == pytest.approx(0.3, abs=0.1)


def test_windows_are_small_where_the_pace_is_slow() -> None:
    assert Bucket(1, rate=0).window(100) == 100
    assert Bucket(1, rate=3).window(100) == 1
    assert Bucket(1, rate=100).window(100) == 100 * AHEAD
    assert Bucket(1, rate=10_000).window(100) == 100


def test_no_pace_needs_no_broker() -> None:
    assert Bucket(1, rate=0).reserve(1000) == 0
