"""Bulk enrollment: the dry run tells the truth, and undo is exact."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from alerts.enrollment import Criteria, dry_run, enroll, read_accounts, take_back
from alerts.models import Subscription
from alerts.subscriptions import subscription_set
from common.choices import Channel
from console.roles import Role
from customers.choices import AccountStatus, ConsentSource
from customers.consent import mark_bad_address, record_given, set_do_not_call
from customers.models import Account, ConsentEvent
from tests.alerts.making import make_account, mobile, subscribe, type_of
from tests.factories import make_staff

pytestmark = pytest.mark.django_db
DRAFT = Criteria(recurring_payments=("bank_draft", "card"))
TEXT = [Channel.TEXT]


def _on_draft(*, given: bool = True, **fields: Any) -> Account:
    account = make_account(**fields)
    account.recurring_payment = "bank_draft"
    account.save()
    if given and account.customer.mobile_number:
        record_given(
            address=account.customer.mobile_number,
            channels=[Channel.TEXT, Channel.VOICE],
            source=ConsentSource.BILLING,
            customer=account.customer,
        )
    return account


def _everybody() -> dict[str, Account]:
    accounts = {
        "good": _on_draft(),
        "no_consent": _on_draft(given=False),
        "do_not_call": _on_draft(),
        "no_address": _on_draft(mobile_number=""),
        "already_on": _on_draft(),
        "bad_address": _on_draft(),
        "closed": _on_draft(),
        "other": make_account(),
    }
    set_do_not_call(mobile(accounts["do_not_call"]), True, source=ConsentSource.CSR)
    subscribe(accounts["already_on"], "payment_received", Channel.TEXT)
    mark_bad_address(address=mobile(accounts["bad_address"]), channel=Channel.TEXT)
    accounts["closed"].status = AccountStatus.CLOSED
    accounts["closed"].save()
    return accounts


def _state() -> list[tuple[Any, ...]]:
    return list(
        Subscription.objects.order_by("account", "type").values_list(
            "account", "type", "text", "email", "voice", "push", "days_before", "changed_at"
        )
    )


def test_the_dry_run_counts_whom_it_reaches_and_why_others_are_left_out() -> None:
    _everybody()
    before = _state()
    reach = dry_run(type=type_of("payment_received"), channels=TEXT, criteria=DRAFT)
    assert reach.accounts == 1
    assert reach.channels == {"text": 1}
    assert reach.left_out == {
        "text": {
            "no_consent": 1,
            "do_not_call": 1,
            "no_address": 1,
            "already_on": 1,
            "bad_address": 1,
            "closed": 1,
        }
    }
    assert _state() == before


def test_it_is_turned_on_with_a_consent_event_and_taken_back_exactly() -> None:
    accounts = _everybody()
    # On by email already: text comes to it, and goes from it again.
    subscribe(accounts["good"], "payment_received", Channel.EMAIL)
    fresh = _on_draft()
    before = _state()
    by = make_staff(Role.COMMUNICATOR)
    type = type_of("payment_received")
    enrollment = enroll(type=type, channels=TEXT, criteria=DRAFT, by=by)
    assert enrollment.reach["accounts"] == 2
    row = Subscription.objects.get(account=accounts["good"], type=type)
    assert (row.text, row.email) == (True, True)
    events = ConsentEvent.objects.filter(action="granted")
    assert {event.address for event in events} == {mobile(accounts["good"]), mobile(fresh)}
    assert {event.taken_by for event in events} == {by}

    assert take_back(enrollment=enrollment, by=by) == 2
    assert _state() == before
    assert ConsentEvent.objects.filter(action="undone").count() == 2
    assert take_back(enrollment=enrollment, by=by) == 0


def test_who_chose_since_keeps_what_they_chose() -> None:
    account, other = _on_draft(), _on_draft()
    type = type_of("payment_received")
    enrollment = enroll(type=type, channels=TEXT, criteria=DRAFT, by=None)
    subscription_set(
        account=account,
        type=type,
        channels=[Channel.TEXT, Channel.EMAIL],
        source=ConsentSource.PORTAL,
    )
    assert take_back(enrollment=enrollment, by=None) == 1
    row = Subscription.objects.get(account=account, type=type)
    assert (row.text, row.email) == (True, True)
    assert not Subscription.objects.filter(account=other).exists()


def test_a_file_of_accounts_decides() -> None:
    account, other = _on_draft(), _on_draft()
    keys, bad = read_accounts([account.number, other.key, other.key, "", "hello", "999999-001"])
    assert (keys, bad) == ([account.key, other.key, "999999001"], 1)
    reach = dry_run(
        type=type_of("payment_received"),
        channels=[Channel.EMAIL, Channel.TEXT],
        criteria=Criteria(accounts=tuple(keys)),
    )
    assert (reach.accounts, reach.unknown_accounts) == (2, 1)
    nobody = dry_run(
        type=type_of("payment_received"), channels=TEXT, criteria=Criteria(accounts=())
    )
    assert nobody.accounts == 0


def test_everybody_is_not_a_choice() -> None:
    with pytest.raises(ValidationError, match="whom"):
        enroll(type=type_of("payment_received"), channels=TEXT, criteria=Criteria(), by=None)
