"""The demonstration has bills to look at, the same each time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from billing.demo import load_bills, load_disconnects
from billing.models import Bill, Payment, PendingDisconnect
from customers.choices import AccountStatus
from tests.alerts.making import make_account

pytestmark = pytest.mark.django_db


def test_open_accounts_get_bills_and_payments_once() -> None:
    today = timezone.localdate()
    accounts = [make_account() for _ in range(12)]
    closed = make_account()
    closed.status = AccountStatus.CLOSED
    closed.save()
    made = load_bills(today=today)
    assert made == Bill.objects.count() > 24
    assert load_bills(today=today) == 0
    assert not closed.bills.exists()
    assert not Bill.objects.filter(date__gt=today).exists()
    assert Bill.objects.filter(balance_cents=0).exists()
    assert Bill.objects.filter(due_date__gt=today - timedelta(days=10)).exists()
    for payment in Payment.objects.select_related("bill"):
        assert payment.bill is not None
        assert payment.amount_cents == payment.bill.amount_cents
    assert accounts[0].bills.count() in (2, 3)


def test_some_accounts_are_about_to_be_cut_off_two_of_them_out_of_reach() -> None:
    silent = make_account(email_1="", mobile_number="")
    for _ in range(4):
        make_account()
    today = timezone.localdate()
    assert load_disconnects(today=today) == PendingDisconnect.objects.count() == 4
    assert PendingDisconnect.objects.filter(account=silent).exists()
    assert not PendingDisconnect.objects.filter(after_date__lte=today).exists()
    assert load_disconnects(today=today) == 0
