"""With real workers: a fact that is told is with the provider, a lost task is made up for."""

from datetime import timedelta

import pytest
from celery import current_app
from django.utils import timezone

from alerts.models import CalendarRun
from billing.signals import facts_told
from common.choices import Channel
from delivery.choices import Status
from delivery.models import Message
from tests.alerts.making import (
    local,
    make_account,
    make_bill,
    make_payment,
    sent,
    subscribe,
    today,
    type_of,
)
from tests.processes import Workers
from tests.wire import wait_for

pytestmark = pytest.mark.timeout(300)


def test_a_payment_that_is_told_is_sent_by_the_workers(workers: Workers) -> None:
    workers.start()
    account = make_account()
    subscribe(account, "payment_received", Channel.EMAIL, Channel.TEXT)
    payment = make_payment(account)
    facts_told.send(sender=None, kind="payment", ids=[payment.pk])
    wait_for(lambda: len(sent(account)) == 2, seconds=20, what="the alerts")
    wait_for(
        lambda: Message.objects.filter(
            account_id=account.pk, channel="email", status=Status.SENT
        ).exists(),
        seconds=20,
        what="the email",
    )


def test_a_sweep_finds_the_facts_that_nobody_told_of(workers: Workers) -> None:
    workers.start("work")
    account = make_account()
    subscribe(account, "payment_received", Channel.EMAIL)
    make_payment(account)
    current_app.send_task("alerts.sweep", queue="work")
    wait_for(lambda: len(sent(account)) == 1, seconds=30, what="the alert")


def test_a_nightly_run_that_is_killed_and_run_again_sends_each_once(workers: Workers) -> None:
    workers.start("work")
    type = type_of("due_date_reminder")
    type.hour = 0
    type.save()
    accounts = [make_account() for _ in range(30)]
    for account in accounts:
        subscribe(account, "due_date_reminder", Channel.EMAIL, days_before=2)
        make_bill(account, due=today() + timedelta(days=2))
    assert timezone.now() >= local(today(), 0)
    current_app.send_task("alerts.run_calendar", queue="work")
    wait_for(lambda: CalendarRun.objects.exists(), seconds=30, what="the run's beginning")
    workers.kill("work")
    workers.start("work")
    current_app.send_task("alerts.run_calendar", queue="work")
    current_app.send_task("alerts.run_calendar", queue="work")
    wait_for(
        lambda: CalendarRun.objects.filter(type=type, finished_at__isnull=False).exists(),
        seconds=30,
        what="the run's end",
    )
    assert [len(sent(account)) for account in accounts] == [1] * 30
