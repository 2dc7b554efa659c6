"""Reminders on their day: once, in time, and not of what has passed."""

from datetime import date, timedelta

import pytest
from django.conf import settings as project_settings

from alerts import calendar
from alerts.calendar import day_of_run, is_business_day, next_business_day, run_due
from alerts.models import AlertType, CalendarRun
from alerts.news import tell
from alerts.types import type_save
from billing.models import Arrangement, Installment
from common.choices import Channel
from customers.choices import AccountStatus
from tests.alerts.making import (
    correct,
    fact_id,
    local,
    make_account,
    make_bill,
    make_payment,
    sent,
    subscribe,
    type_of,
)

pytestmark = pytest.mark.django_db
# A Wednesday in a week without a holiday.
DAY = date(2027, 3, 3)


def _only(key: str) -> AlertType:
    AlertType.objects.exclude(key=key).update(enabled=False)
    return type_of(key)


def _run(day: date, hour: int = 12) -> None:
    assert run_due(now=local(day, hour)) is False


def test_a_reminder_goes_on_the_day_that_the_member_chose() -> None:
    _only("due_date_reminder")
    account = make_account()
    subscribe(account, "due_date_reminder", Channel.EMAIL, days_before=5)
    bill = make_bill(account, due=DAY + timedelta(days=5))
    _run(DAY - timedelta(days=1))
    assert sent(account) == []
    _run(DAY)
    (message,) = sent(account)
    assert message.cause_id == bill.pk
    assert message.context["when"] == "in 5 days"
    assert message.context["balance"] == "$142.18"
    assert message.context["duedate"] == "March 8, 2027"
    _run(DAY)
    _run(DAY + timedelta(days=1))
    assert len(sent(account)) == 1


def test_without_a_choice_the_types_days_count_and_they_are_named_in_spanish() -> None:
    _only("due_date_reminder")
    account = make_account(language="es")
    subscribe(account, "due_date_reminder", Channel.TEXT)
    make_bill(account, due=DAY + timedelta(days=3))
    _run(DAY)
    (message,) = sent(account)
    assert message.context["when"] == "en 3 días"
    assert message.context["duedate"] == "6 de marzo de 2027"


def test_nothing_goes_before_its_hour() -> None:
    type = _only("due_date_reminder")
    account = make_account()
    subscribe(account, "due_date_reminder", Channel.EMAIL, days_before=1)
    make_bill(account, due=DAY + timedelta(days=1))
    run_due(now=local(DAY, type.hour - 1, 59))
    assert sent(account) == []
    run_due(now=local(DAY, type.hour))
    assert len(sent(account)) == 1


def test_an_outage_is_made_up_for_without_what_has_passed() -> None:
    _only("due_date_reminder")
    ahead, passed, today = make_account(), make_account(), make_account()
    for account in (ahead, passed, today):
        subscribe(account, "due_date_reminder", Channel.EMAIL, days_before=3)
    _run(DAY - timedelta(days=5))
    # Each was due for its reminder while nothing ran.
    make_bill(ahead, due=DAY + timedelta(days=2))
    make_bill(passed, due=DAY - timedelta(days=1))
    make_bill(today, due=DAY)
    _run(DAY)
    assert sent(passed) == []
    assert sent(ahead)[0].context["when"] == "in 2 days"
    assert sent(today)[0].context["when"] == "today"


def test_a_bill_told_after_the_days_run_is_reminded_of_at_once() -> None:
    _only("due_date_reminder")
    account = make_account()
    subscribe(account, "due_date_reminder", Channel.EMAIL, days_before=3)
    _run(DAY)
    late = make_bill(account, due=DAY + timedelta(days=2))
    early = make_bill(account, due=DAY + timedelta(days=9))
    assert tell("bill", [late.pk, early.pk], now=local(DAY, 14)) == 1
    _run(DAY + timedelta(days=1))
    assert len(sent(account)) == 1


def test_a_bill_told_before_the_days_run_waits_for_it() -> None:
    _only("due_date_reminder")
    account = make_account()
    subscribe(account, "due_date_reminder", Channel.EMAIL, days_before=3)
    _run(DAY - timedelta(days=1))
    bill = make_bill(account, due=DAY + timedelta(days=3))
    assert tell("bill", [bill.pk], now=local(DAY, 7)) == 0
    _run(DAY)
    assert len(sent(account)) == 1


def test_a_corrected_due_date_is_told_and_a_corrected_reading_is_not() -> None:
    _only("due_date_reminder")
    account = make_account()
    subscribe(account, "due_date_reminder", Channel.EMAIL, days_before=3)
    bill = make_bill(account, due=DAY + timedelta(days=3))
    _run(DAY)
    correct(bill, kwh=12)
    assert tell("bill", [bill.pk], now=local(DAY, 14)) == 0
    correct(bill, due_date=DAY + timedelta(days=2))
    assert tell("bill", [bill.pk], now=local(DAY, 15)) == 1


def test_what_is_paid_is_not_reminded_of() -> None:
    _only("due_date_reminder")
    paid, since = make_account(), make_account()
    for account in (paid, since):
        subscribe(account, "due_date_reminder", Channel.EMAIL, days_before=3)
    make_bill(paid, due=DAY + timedelta(days=3), balance_cents=0)
    # Paid by card after the night's file; the bill is as it was told.
    make_bill(since, due=DAY + timedelta(days=3), date=date(2026, 1, 1))
    make_payment(since, cents=14_218)
    _run(DAY)
    assert sent(paid) == sent(since) == []


def test_a_closed_account_is_not_reminded() -> None:
    _only("due_date_reminder")
    account = make_account()
    subscribe(account, "due_date_reminder", Channel.EMAIL, days_before=3)
    make_bill(account, due=DAY + timedelta(days=3))
    account.status = AccountStatus.CLOSED
    account.save()
    _run(DAY)
    assert sent(account) == []


def test_past_due_is_told_on_the_next_working_day() -> None:
    _only("past_due")
    account = make_account()
    subscribe(account, "past_due", Channel.EMAIL)
    friday = date(2027, 3, 5)
    make_bill(account, due=friday)
    _run(friday)
    for day in (6, 7):
        _run(date(2027, 3, day))
    assert sent(account) == []
    _run(date(2027, 3, 8))
    assert sent(account)[0].context["duedate"] == "March 5, 2027"
    _run(date(2027, 3, 9))
    assert len(sent(account)) == 1


def test_a_reminder_of_working_days_comes_before_the_weekend() -> None:
    type = _only("due_date_reminder")
    type.business_days_only = True
    type_save(type=type)
    account = make_account()
    subscribe(account, "due_date_reminder", Channel.EMAIL, days_before=1)
    make_bill(account, due=date(2027, 3, 7))  # a Sunday; the reminder's day is the Saturday
    _run(date(2027, 3, 4))
    assert sent(account) == []
    _run(date(2027, 3, 5))
    assert sent(account)[0].context["when"] == "in 2 days"
    _run(date(2027, 3, 8))
    assert len(sent(account)) == 1


def test_holidays_are_no_working_days() -> None:
    assert not is_business_day(date(2026, 12, 25))
    assert not is_business_day(date(2026, 11, 26))
    assert next_business_day(date(2026, 12, 24)) > date(2026, 12, 25)


def test_an_installment_is_reminded_of_and_a_paid_one_is_not() -> None:
    _only("installment_due")
    account = make_account()
    subscribe(account, "installment_due", Channel.TEXT, days_before=2)
    plan = Arrangement.objects.create(
        fact_id=fact_id(), account=account, made_on=DAY, amount_cents=9_000
    )
    due = DAY + timedelta(days=2)
    for number, paid_at in ((1, local(DAY, 8)), (2, None)):
        Installment.objects.create(
            fact_id=fact_id(),
            account=account,
            arrangement=plan,
            number=number,
            due_date=due,
            amount_cents=4_500,
            paid_at=paid_at,
        )
    _run(DAY)
    (message,) = sent(account)
    assert message.context["installment"] == "2"


@pytest.mark.parametrize("hour", [1, 2, 3])
@pytest.mark.parametrize("night", [date(2027, 3, 14), date(2026, 11, 1)])
def test_each_night_of_the_clock_change_sends_once(night: date, hour: int) -> None:
    type = _only("due_date_reminder")
    type.hour = hour
    type_save(type=type)
    account = make_account()
    subscribe(account, "due_date_reminder", Channel.EMAIL, days_before=1)
    make_bill(account, due=night + timedelta(days=1))
    start = local(night, 0)
    # Every quarter of an hour from midnight to six, by the world's clock.
    for quarter in range(24):
        run_due(now=start.astimezone(tz=None) + timedelta(minutes=15 * quarter))
    (message,) = sent(account)
    assert message.context["when"] == "tomorrow"
    assert CalendarRun.objects.filter(type=type, day=night).count() == 1


def test_a_leap_day_is_a_day() -> None:
    _only("due_date_reminder")
    account = make_account()
    subscribe(account, "due_date_reminder", Channel.EMAIL, days_before=1)
    make_bill(account, due=date(2028, 2, 29))
    _run(date(2028, 2, 28))
    assert sent(account)[0].context["duedate"] == "February 29, 2028"


def test_a_run_that_was_killed_half_way_goes_on_where_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _only("due_date_reminder")
    monkeypatch.setattr(calendar, "ACCOUNTS_AT_ONCE", 2)
    accounts = [make_account() for _ in range(5)]
    for account in accounts:
        subscribe(account, "due_date_reminder", Channel.EMAIL, days_before=3)
        make_bill(account, due=DAY + timedelta(days=3))
    # The time is up after each step, as for a worker that is stopped.
    assert run_due(now=local(DAY, 12), seconds=0) is True
    run = CalendarRun.objects.get()
    assert run.finished_at is None
    assert run.queued == 2
    # The place was lost, but not what was queued.
    CalendarRun.objects.update(through_account=0)
    _run(DAY)
    assert [len(sent(account)) for account in accounts] == [1] * 5
    assert CalendarRun.objects.get().finished_at is not None


def test_yesterdays_run_that_was_cut_off_is_finished_before_todays() -> None:
    type = _only("due_date_reminder")
    account = make_account()
    subscribe(account, "due_date_reminder", Channel.EMAIL, days_before=3)
    make_bill(account, due=DAY + timedelta(days=2))
    before = DAY - timedelta(days=1)
    CalendarRun.objects.create(type=type, day=before, after=before - timedelta(days=1))
    run_due(now=local(DAY, 1))
    assert sent(account)[0].context["when"] == "in 2 days"


def test_a_type_whose_days_change_forgets_nobody() -> None:
    type = _only("due_date_reminder")
    account = make_account()
    subscribe(account, "due_date_reminder", Channel.EMAIL)
    type.days = 1
    type_save(type=type)
    make_bill(account, due=DAY + timedelta(days=3))
    _run(DAY)
    assert sent(account) == []
    type.refresh_from_db()
    type.days = 6
    type_save(type=type)
    _run(DAY + timedelta(days=1))
    assert sent(account)[0].context["when"] == "in 2 days"


def test_the_utilitys_own_time_zone_decides(settings: pytest.FixtureRequest) -> None:
    type = _only("due_date_reminder")
    assert project_settings.TIME_ZONE == "America/New_York"
    # 23:30 of the day before in New York is the day itself in UTC.
    assert day_of_run(type, local(DAY - timedelta(days=1), 23, 30)) == DAY - timedelta(days=1)


def test_a_run_that_stood_still_for_weeks_sends_nothing_old() -> None:
    type = _only("past_due")
    account = make_account()
    subscribe(account, "past_due", Channel.EMAIL)
    long_ago = DAY - timedelta(days=21)
    make_bill(account, due=long_ago - timedelta(days=1))
    run = CalendarRun.objects.create(type=type, day=long_ago, after=long_ago - timedelta(days=1))
    _run(DAY)
    assert sent(account) == []
    run.refresh_from_db()
    assert run.finished_at is not None
