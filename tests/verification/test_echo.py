"""A detail that was changed here and is told back by the billing system is told of once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alerts.contact_changes import change_email
from alerts.news import tell
from alerts.verification.models import ToldChange
from billing.models import AccountChange
from customers.choices import ConsentSource, EmailSlot
from customers.models import Account
from tests.alerts.making import fact_id, make_account, sent

pytestmark = pytest.mark.django_db


def _told_by_billing(account: Account, *, old: str, new: str) -> int:
    """How many messages the fact makes."""
    before = len(sent(account))
    change = AccountChange.objects.create(
        fact_id=fact_id(), account=account, what="email_1", old=old, new=new, at=timezone.now()
    )
    tell("account_change", [change.pk])
    return len(sent(account)) - before


@pytest.fixture
def changed() -> tuple[Account, str]:
    account = make_account()
    old = account.customer.email_1
    change_email(
        customer=account.customer,
        slot=EmailSlot.EMAIL_1,
        address="mae.munoz@example.org",
        source=ConsentSource.CSR,
    )
    assert {message.address for message in sent(account)} == {old, "mae.munoz@example.org"}
    return account, old


def test_the_echo_is_no_news(changed: tuple[Account, str]) -> None:
    account, old = changed
    assert _told_by_billing(account, old=old, new="Mae.Munoz@example.org ") == 0


def test_another_value_is_news(changed: tuple[Account, str]) -> None:
    account, old = changed
    assert _told_by_billing(account, old=old, new="somebody.else@example.org") > 0


def test_the_same_value_is_news_again_after_some_days(changed: tuple[Account, str]) -> None:
    account, old = changed
    ToldChange.objects.update(at=timezone.now() - timedelta(days=11))
    assert _told_by_billing(account, old=old, new="mae.munoz@example.org") > 0


def test_what_changed_only_over_there_is_told() -> None:
    account = make_account()
    assert _told_by_billing(account, old="old@example.org", new=account.customer.email_1) > 0
