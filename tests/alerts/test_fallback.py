"""A text that cannot be delivered is followed by a call, an email, a person."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alerts import fallback, person_tasks
from alerts.calendar import run_due
from alerts.history import history
from alerts.models import Fallback
from alerts.news import tell
from billing.models import PendingDisconnect
from common.choices import Channel
from console.roles import Role
from customers.choices import AccountStatus, ConsentSource
from customers.consent import opt_out
from customers.models import Account
from delivery.choices import Status
from delivery.models import Message
from tests.alerts.making import (
    correct,
    fact_id,
    local,
    make_account,
    make_bill,
    mobile,
    sent,
    subscribe,
    today,
    type_of,
)
from tests.factories import make_staff

pytestmark = pytest.mark.django_db


def _notice(account: Account) -> PendingDisconnect:
    notice = PendingDisconnect.objects.create(
        fact_id=fact_id(),
        account=account,
        after_date=today() + timedelta(days=3),
        amount_cents=20_000,
    )
    tell("pending_disconnect", [notice.pk])
    return notice


def _becomes(account: Account, channel: Channel, status: Status) -> None:
    Message.objects.filter(account_id=account.pk, channel=channel).update(status=status)


def _channels(account: Account) -> list[str]:
    return [message.channel for message in sent(account)]


def test_voice_then_email_then_a_person_each_once() -> None:
    account = make_account(email_1="")
    customer = account.customer
    _notice(account)
    assert _channels(account) == ["text"]
    _becomes(account, Channel.TEXT, Status.FAILED)
    assert fallback.look() == 1
    assert fallback.look() == 0
    assert _channels(account) == ["text", "voice"]
    customer.email_1 = "late@example.com"
    customer.save()
    _becomes(account, Channel.VOICE, Status.FAILED)
    assert fallback.look() == 1
    assert _channels(account) == ["text", "voice", "email"]
    _becomes(account, Channel.EMAIL, Status.BOUNCED)
    assert fallback.look() == 1
    assert fallback.look() == 0
    (task,) = person_tasks.open_tasks()
    assert [step.state for step in task.steps.all()] == ["voice", "email", "task"]
    by = make_staff(Role.CSR)
    assert person_tasks.task_done(fallback=task, by=by, note="Rang the neighbor.") is True
    assert person_tasks.task_done(fallback=task, by=by) is False
    assert not person_tasks.open_tasks().exists()
    steps = [step.state for step in history(customer=customer).entries[-1].fallback]
    assert steps == ["voice", "email", "task"]


def test_a_call_that_the_member_has_coming_anyway_is_the_step() -> None:
    account = make_account()
    subscribe(account, "pending_disconnect", Channel.TEXT, Channel.VOICE)
    _notice(account)
    _becomes(account, Channel.TEXT, Status.BOUNCED)
    assert fallback.look() == 1
    assert sorted(_channels(account)) == ["email", "text", "voice"]


def test_it_ends_where_somebody_was_reached() -> None:
    account = make_account()
    _notice(account)
    _becomes(account, Channel.TEXT, Status.FAILED)
    fallback.look()
    _becomes(account, Channel.VOICE, Status.DELIVERED)
    fallback.look()
    assert Fallback.objects.get().state == "reached"


def test_a_number_that_said_stop_goes_on_to_email() -> None:
    account = make_account(email_2="two@example.org")
    opt_out(
        address=mobile(account), channels=[Channel.TEXT, Channel.VOICE], source=ConsentSource.CSR
    )
    _notice(account)
    # Queued, so that it can be followed up; the hand-over turns it away.
    _becomes(account, Channel.TEXT, Status.SUPPRESSED)
    fallback.look()
    step = Fallback.objects.get().steps.get()
    assert step.state == "email"
    assert len(step.messages) == 2
    assert "voice" not in _channels(account)


def test_without_any_address_a_person_is_asked_at_once() -> None:
    account = make_account(email_1="")
    opt_out(
        address=mobile(account), channels=[Channel.TEXT, Channel.VOICE], source=ConsentSource.CSR
    )
    _notice(account)
    _becomes(account, Channel.TEXT, Status.SUPPRESSED)
    fallback.look()
    assert person_tasks.open_tasks().get().account == account


def test_types_that_are_not_marked_have_no_fallback_and_closed_accounts_none() -> None:
    account = make_account()
    _notice(account)
    _becomes(account, Channel.TEXT, Status.FAILED)
    account.status = AccountStatus.CLOSED
    account.save()
    assert fallback.look() == 0
    assert Fallback.objects.get().done_at is not None
    assert "voice" not in _channels(account)


def test_without_a_number_to_text_it_goes_on_with_the_call() -> None:
    account = make_account(mobile_number="", home_number="+14785550171")
    notice = _notice(account)
    assert _channels(account) == ["email"]
    assert fallback.look() == 1
    assert fallback.look() == 0
    assert sorted(_channels(account)) == ["email", "voice"]
    call = Message.objects.get(account_id=account.pk, channel=Channel.VOICE)
    assert (call.address, call.cause_id) == ("+14785550171", notice.pk)
    assert call.context["amount"] == "$200.00"
    _becomes(account, Channel.VOICE, Status.FAILED)
    _becomes(account, Channel.EMAIL, Status.BOUNCED)
    assert fallback.look() == 1  # the email that was sent anyway is the step
    assert fallback.look() == 1
    (task,) = person_tasks.open_tasks()
    assert task.text is None
    assert [step.state for step in task.steps.all()] == ["voice", "email", "task"]


def test_a_member_without_any_address_is_a_task_at_once() -> None:
    account = make_account(mobile_number="", email_1="")
    _notice(account)
    assert _channels(account) == []
    assert fallback.look() == 1
    assert fallback.look() == 0
    (task,) = person_tasks.open_tasks()
    assert task.account == account
    assert [step.state for step in task.steps.all()] == ["task"]


def test_where_all_that_is_on_is_suppressed_a_person_is_asked_and_nobody_is_called() -> None:
    """Texts were turned off by the member: a call in their place would not be what they chose."""
    type = type_of("pending_disconnect")
    type.may_turn_off = True
    type.save()
    account = make_account()
    subscribe(account, "pending_disconnect", Channel.EMAIL)
    opt_out(address=account.customer.email_1, channels=[Channel.EMAIL], source=ConsentSource.CSR)
    _notice(account)
    assert fallback.look() == 1
    (task,) = person_tasks.open_tasks()
    assert [step.state for step in task.steps.all()] == ["task"]
    assert _channels(account) == []


def test_who_turned_everything_off_or_whose_notice_is_settled_is_no_task() -> None:
    type = type_of("pending_disconnect")
    type.may_turn_off = True
    type.save()
    silent = make_account(mobile_number="")
    subscribe(silent, "pending_disconnect")
    _notice(silent)
    settled = make_account(mobile_number="", email_1="")
    notice = _notice(settled)
    correct(notice, resolved_at=timezone.now())
    assert fallback.look() == 0


def test_a_type_by_the_calendar_has_its_tasks_once_its_run_is_done() -> None:
    type = type_of("past_due")
    type.fallback, type.purpose, type.starts_with = True, "curtailment", ["text"]
    type.business_days_only = False
    type.save()
    account = make_account(mobile_number="", email_1="")
    make_bill(account, due=today() - timedelta(days=1))
    assert fallback.look() == 0
    run_due(now=local(today(), 23))
    assert fallback.look() == 1
    assert person_tasks.open_tasks().get().account == account


def test_a_task_that_was_not_done_after_all_is_open_again_with_its_note() -> None:
    account = make_account(mobile_number="", email_1="")
    _notice(account)
    fallback.look()
    task = person_tasks.open_tasks().get()
    assert person_tasks.task_reopen(fallback=task) is False
    by = make_staff(Role.CSR)
    person_tasks.task_done(fallback=task, by=by, note="Nobody home.")
    assert [one.note for one in person_tasks.done_tasks()] == ["Nobody home."]
    assert person_tasks.task_reopen(fallback=task) is True
    assert [one.note for one in person_tasks.open_tasks()] == ["Nobody home."]
    assert not person_tasks.done_tasks().exists()
