"""A text that cannot be delivered is followed by a call, an email, a person."""

from datetime import timedelta

import pytest

from alerts import fallback
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
from tests.alerts.making import fact_id, make_account, mobile, sent, subscribe, today
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
    (task,) = fallback.tasks()
    assert [step.state for step in task.steps.all()] == ["voice", "email", "task"]
    by = make_staff(Role.CSR)
    assert fallback.task_done(fallback=task, by=by, note="Rang the neighbor.") is True
    assert fallback.task_done(fallback=task, by=by) is False
    assert not fallback.tasks().exists()
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
    assert fallback.tasks().get().account == account


def test_types_that_are_not_marked_have_no_fallback_and_closed_accounts_none() -> None:
    account = make_account()
    _notice(account)
    _becomes(account, Channel.TEXT, Status.FAILED)
    account.status = AccountStatus.CLOSED
    account.save()
    assert fallback.look() == 0
    assert Fallback.objects.get().done_at is not None
    assert "voice" not in _channels(account)
