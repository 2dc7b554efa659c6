"""When a type comes round, and what is made then."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from console.roles import Role
from delivery.models import Message
from mass_notifications import process
from mass_notifications.checking import check
from mass_notifications.choices import Frequency, State
from mass_notifications.models import MassNotification, NotificationType
from mass_notifications.recurrence import next_run_after
from mass_notifications.running import run_due
from mass_notifications.types import type_save
from tests.factories import make_staff
from tests.mass_notifications.making import notification_of

ZONE = "America/New_York"


def _local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(ZONE))  # type: ignore[misc,arg-type]


def _runs(first: datetime, frequency: str, count: int) -> list[str]:
    runs, after = [], first - timedelta(seconds=1)
    for _ in range(count):
        run = next_run_after(first, frequency, after, time_zone=ZONE)
        assert run is not None
        runs.append(run.astimezone(ZoneInfo(ZONE)).strftime("%Y-%m-%d %H:%M"))
        after = run
    return runs


def test_monthly_on_the_31st_keeps_to_the_last_day() -> None:
    assert _runs(_local(2027, 1, 31, 9, 0), Frequency.MONTHLY, 5) == [
        "2027-01-31 09:00",
        "2027-02-28 09:00",
        "2027-03-31 09:00",
        "2027-04-30 09:00",
        "2027-05-31 09:00",
    ]


def test_29_february_runs_on_the_28th_between_leap_years() -> None:
    assert _runs(_local(2028, 2, 29, 9, 0), Frequency.YEARLY, 5) == [
        "2028-02-29 09:00",
        "2029-02-28 09:00",
        "2030-02-28 09:00",
        "2031-02-28 09:00",
        "2032-02-29 09:00",
    ]


def test_the_hour_is_that_of_the_clock_on_the_wall() -> None:
    assert _runs(_local(2027, 3, 13, 9, 0), Frequency.DAILY, 3) == [
        "2027-03-13 09:00",
        "2027-03-14 09:00",
        "2027-03-15 09:00",
    ]
    assert _runs(_local(2027, 11, 1, 9, 0), Frequency.WEEKLY, 2) == [
        "2027-11-01 09:00",
        "2027-11-08 09:00",
    ]


def test_an_hour_that_the_clock_jumps_over_is_the_one_after() -> None:
    assert _runs(_local(2027, 3, 13, 2, 30), Frequency.DAILY, 3) == [
        "2027-03-13 02:30",
        "2027-03-14 03:30",
        "2027-03-15 02:30",
    ]


def test_an_hour_that_comes_twice_counts_once() -> None:
    assert _runs(_local(2027, 11, 6, 1, 30), Frequency.DAILY, 3) == [
        "2027-11-06 01:30",
        "2027-11-07 01:30",
        "2027-11-08 01:30",
    ]


def test_once_is_once() -> None:
    first = _local(2027, 1, 1, 9, 0)
    assert next_run_after(first, Frequency.ONCE, first - timedelta(days=1)) == first
    assert next_run_after(first, Frequency.ONCE, first) is None


def test_a_run_far_away_is_found_at_once() -> None:
    first = datetime(1990, 1, 31, 14, tzinfo=UTC)
    run = next_run_after(first, Frequency.MONTHLY, datetime(2090, 2, 1, tzinfo=UTC))
    assert run is not None
    assert (run.year, run.month, run.day) == (2090, 2, 28)


def _due_type(**fields: Any) -> NotificationType:
    type = NotificationType(
        name="Meter reading",
        subject="We read meters",
        body="Hello {{ name }}",
        channels=["email"],
        frequency=Frequency.MONTHLY,
        first_run=timezone.now() - timedelta(days=31),
        **fields,
    )
    type_save(type=type)
    assert type.next_run is not None
    assert type.next_run > timezone.now()
    type.next_run = timezone.now() - timedelta(minutes=1)
    type.save()
    return type


def _last_run_of(type: NotificationType, content: str) -> MassNotification:
    notification = notification_of(
        content,
        type=type,
        by=make_staff(Role.COMMUNICATOR, email="dana@example.com"),
        channels=["email"],
    )
    MassNotification.objects.filter(pk=notification.pk).update(state=State.FINISHED)
    return notification


@pytest.mark.django_db
def test_a_due_type_makes_one_notification_from_its_last() -> None:
    type = _due_type()
    last = _last_run_of(type, "email,name\na@example.com,Mae\n")
    run_due()
    run_due()
    made = MassNotification.objects.exclude(pk=last.pk).get()
    assert made.type == type
    assert made.run_for is not None
    assert made.body == last.body
    assert made.state == State.CHECKING
    type.refresh_from_db()
    assert type.next_run is not None
    assert type.next_run > timezone.now()
    check(made.pk)
    run_due()
    made.refresh_from_db()
    assert made.state == State.CHECKED, "it waits for a person"
    assert Message.objects.get().context["figures"].startswith("It was made from the last one")


@pytest.mark.django_db
def test_a_clean_run_is_processed_by_itself_where_the_type_says_so() -> None:
    type = _due_type(auto_process=True)
    last = _last_run_of(type, "email,name\na@example.com,Mae\n")
    run_due()
    made = MassNotification.objects.exclude(pk=last.pk).get()
    check(made.pk)
    run_due()
    made.refresh_from_db()
    assert made.state == State.SENDING
    assert made.batch is not None
    assert [m.address for m in made.batch.messages.all()] == ["a@example.com"]


@pytest.mark.django_db
def test_a_run_with_a_problem_waits_and_somebody_is_told_once() -> None:
    type = _due_type(auto_process=True)
    last = _last_run_of(type, "email,name\na@exmaple.com,Mae\nb@example.com,Sam\n")
    run_due()
    made = MassNotification.objects.exclude(pk=last.pk).get()
    check(made.pk)
    run_due()
    run_due()
    made.refresh_from_db()
    assert made.state == State.CHECKED
    mail = Message.objects.get()
    assert mail.address == "dana@example.com"
    assert "1 row has a problem" in mail.context["figures"]
    assert process.blockers(made)


@pytest.mark.django_db
def test_a_type_that_comes_round_needs_its_first_day() -> None:
    with pytest.raises(ValidationError) as caught:
        type_save(type=NotificationType(name="x", frequency=Frequency.WEEKLY))
    assert "first time" in caught.value.message_dict["first_run"][0]


@pytest.mark.django_db
def test_an_emergency_is_never_automatic() -> None:
    with pytest.raises(ValidationError) as caught:
        type_save(type=NotificationType(name="x", purpose="emergency", auto_process=True))
    assert "without a person" in caught.value.message_dict["auto_process"][0]
