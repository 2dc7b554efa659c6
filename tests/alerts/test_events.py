"""Alerts that follow at once from what is told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alerts.news import FACTS_AT_ONCE, catch_up, tell
from billing.ebills.copies import choose_copies
from billing.models import AccountChange, Payment, PendingDisconnect, ReturnedCheck, UsageRead
from billing.signals import facts_told
from common.choices import Channel
from customers.choices import AccountStatus, ConsentSource
from customers.consent import opt_out, set_do_not_call
from customers.models import Account, Device
from delivery.models import Message
from tests.alerts.making import (
    correct,
    fact_id,
    make_account,
    make_bill,
    make_payment,
    mobile,
    sent,
    subscribe,
    today,
    type_of,
    ways,
)

pytestmark = pytest.mark.django_db
ALL = (Channel.EMAIL, Channel.TEXT, Channel.VOICE, Channel.PUSH)


def test_a_payment_is_confirmed_on_each_chosen_channel_at_both_emails() -> None:
    account = make_account(email_2="mae@example.org", home_number="+14785550171")
    device = Device.objects.create(customer=account.customer, kind="fcm", name="Mae", token="t")
    Device.objects.create(
        customer=account.customer, kind="fcm", name="Old", token="o", enabled=False
    )
    subscribe(account, "payment_received", *ALL)
    payment = make_payment(account)

    assert tell("payment", [payment.pk]) == 5
    assert ways(account) == sorted(
        [
            ("email", account.customer.email_1),
            ("email", "mae@example.org"),
            ("text", mobile(account)),
            ("voice", "+14785550171"),
            ("push", f"device:{device.pk}"),
        ]
    )
    message = sent(account)[0]
    assert message.context["amount"] == "$50.00"
    assert message.context["account"] == account.number
    assert message.context["serviceaddress"] == "241 Rentz Rd"
    assert message.cause_id == payment.pk
    assert message.lane == "urgent"
    assert message.batch == type_of("payment_received").batch


def test_a_call_goes_to_the_mobile_number_where_there_is_no_home_number() -> None:
    account = make_account()
    subscribe(account, "payment_received", Channel.VOICE)
    tell("payment", [make_payment(account).pk])
    assert ways(account) == [("voice", mobile(account))]


def test_nobody_hears_of_a_payment_without_having_asked() -> None:
    account = make_account()
    assert tell("payment", [make_payment(account).pk]) == 0


def test_the_same_fact_told_twice_makes_one_message() -> None:
    account = make_account()
    subscribe(account, "payment_received", Channel.EMAIL)
    payment = make_payment(account)
    assert tell("payment", [payment.pk]) == 1
    assert tell("payment", [payment.pk]) == 0
    assert catch_up("payment") is False
    assert len(sent(account)) == 1


def test_a_correction_alerts_anew_only_where_the_words_would_differ() -> None:
    account = make_account()
    subscribe(account, "payment_received", Channel.EMAIL)
    payment = make_payment(account)
    tell("payment", [payment.pk])
    correct(payment, method="kiosk")
    assert tell("payment", [payment.pk]) == 0
    correct(payment, amount_cents=6_000)
    assert tell("payment", [payment.pk]) == 1
    assert [message.context["amount"] for message in sent(account)] == ["$50.00", "$60.00"]


def test_old_news_is_not_told() -> None:
    account = make_account()
    subscribe(account, "payment_received", Channel.EMAIL)
    old = make_payment(account, at=timezone.now() - timedelta(days=9))
    assert tell("payment", [old.pk]) == 0


def test_an_account_that_is_closed_by_now_hears_nothing() -> None:
    account = make_account()
    subscribe(account, "payment_received", Channel.EMAIL)
    payment = make_payment(account)
    account.status = AccountStatus.CLOSED
    account.save()
    assert tell("payment", [payment.pk]) == 0


def test_a_type_that_is_off_says_nothing() -> None:
    account = make_account()
    subscribe(account, "payment_received", Channel.EMAIL)
    type = type_of("payment_received")
    type.enabled = False
    type.save()
    assert tell("payment", [make_payment(account).pk]) == 0


def test_do_not_call_and_a_refused_email_are_left_out() -> None:
    account = make_account()
    customer = account.customer
    subscribe(account, "payment_received", Channel.EMAIL, Channel.TEXT, Channel.VOICE)
    set_do_not_call(mobile(account), True, source=ConsentSource.CSR)
    opt_out(address=customer.email_1, channels=[Channel.EMAIL], source=ConsentSource.CSR)
    assert tell("payment", [make_payment(account).pk]) == 0


def test_a_spanish_speaker_reads_spanish() -> None:
    account = make_account(language="es")
    choose_copies(
        account=account, paper=False, email_1=True, email_2=False, source=ConsentSource.CSR
    )
    bill = make_bill(account, due=today() + timedelta(days=10), date=today())
    tell("bill", [bill.pk])
    (message,) = sent(account)
    assert message.content.language == "es"
    assert " de " in message.context["duedate"]


def test_an_amount_reads_as_money() -> None:
    account = make_account()
    subscribe(account, "payment_received", Channel.EMAIL)
    tell("payment", [make_payment(account, cents=123_456_705).pk])
    assert sent(account)[0].context["amount"] == "$1,234,567.05"


def test_a_returned_check_names_the_fee() -> None:
    account = make_account()
    subscribe(account, "returned_check", Channel.TEXT)
    check = ReturnedCheck.objects.create(
        fact_id=fact_id(), account=account, date=today(), amount_cents=9_900, fee_cents=3_000
    )
    tell("returned_check", [check.pk])
    (message,) = sent(account)
    assert (message.context["amount"], message.context["fee"]) == ("$99.00", "$30.00")


def test_a_changed_detail_is_told_to_the_old_contact_as_well() -> None:
    account = make_account(mobile_number="+14785550101")
    customer = account.customer
    change = AccountChange.objects.create(
        fact_id=fact_id(),
        account=account,
        what="email_1",
        old="before@example.com",
        new=customer.email_1,
        at=timezone.now(),
    )
    tell("account_change", [change.pk])
    assert ways(account) == sorted([("email", "before@example.com"), ("email", customer.email_1)])
    number = AccountChange.objects.create(
        fact_id=fact_id(),
        account=account,
        what="mobile_number",
        old="+14785550188",
        new=mobile(account),
        at=timezone.now(),
    )
    tell("account_change", [number.pk])
    assert ("text", "+14785550188") in ways(account)
    # The new number was given, but texts were not asked for.
    assert ("text", mobile(account)) not in ways(account)


def test_a_pending_disconnect_is_told_to_everybody_until_it_is_resolved() -> None:
    account = make_account()
    notice = PendingDisconnect.objects.create(
        fact_id=fact_id(),
        account=account,
        after_date=today() + timedelta(days=3),
        amount_cents=20_000,
    )
    correct(notice, resolved_at=timezone.now())
    assert tell("pending_disconnect", [notice.pk]) == 0
    correct(notice, resolved_at=None)
    tell("pending_disconnect", [notice.pk])
    # Nobody may turn it off: a row that says "no" does not.
    assert [way for way, _ in ways(account)] == ["email", "text"]
    quiet = make_account()
    subscribe(quiet, "pending_disconnect")
    notice.pk, notice.fact_id, notice.account = None, fact_id(), quiet
    notice.save()
    assert tell("pending_disconnect", [notice.pk]) == 2


def _reads(account: Account, *kwh: float) -> UsageRead:
    """Daily reads that end yesterday; the last one."""
    day = today() - timedelta(days=len(kwh))
    for at, value in enumerate(kwh):
        read = UsageRead.objects.create(
            fact_id=fact_id(), account=account, day=day + timedelta(days=at), kwh=value
        )
    return read


def test_high_usage_is_above_the_members_own_mark_in_kwh() -> None:
    account = make_account()
    subscribe(account, "high_usage", Channel.EMAIL, threshold_kwh=60)
    assert tell("usage_read", [_reads(account, 59.9).pk]) == 0
    read = UsageRead.objects.create(fact_id=fact_id(), account=account, day=today(), kwh="60.4")
    assert tell("usage_read", [read.pk]) == 1
    assert sent(account)[0].context["kwh"] == "60.4"


def test_high_usage_is_a_percentage_above_the_members_own_average() -> None:
    account = make_account()
    subscribe(account, "high_usage", Channel.EMAIL, threshold_percent=100)
    last = _reads(account, *[40.0] * 10, 80.0)
    assert tell("usage_read", [last.pk]) == 0
    correct(last, kwh="80.1")
    assert tell("usage_read", [last.pk]) == 1


def test_a_few_reads_are_no_average() -> None:
    account = make_account()
    subscribe(account, "high_usage", Channel.EMAIL)
    assert tell("usage_read", [_reads(account, 10.0, 10.0, 90.0).pk]) == 0


def test_catching_up_finds_what_no_signal_told_of() -> None:
    account = make_account()
    subscribe(account, "payment_received", Channel.EMAIL)
    make_payment(account)
    catch_up("payment")
    assert len(sent(account)) == 1
    late = make_payment(account)
    # Told before the last reading, committed after it.
    late.changed_at = timezone.now() - timedelta(seconds=3)
    late.save()
    catch_up("payment", again=False)
    catch_up("payment")
    assert len(sent(account)) == 2
    assert Message.objects.count() == 2


def test_a_few_facts_are_alerted_of_where_they_are_told() -> None:
    account = make_account()
    subscribe(account, "payment_received", Channel.EMAIL)
    payment = make_payment(account)
    facts_told.send(sender=None, kind="payment", ids=[payment.pk])
    assert len(sent(account)) == 1


def test_many_facts_are_told_in_order_from_the_mark() -> None:
    account = make_account()
    subscribe(account, "payment_received", Channel.EMAIL)
    Payment.objects.bulk_create(
        Payment(
            fact_id=fact_id(),
            account=account,
            at=timezone.now(),
            amount_cents=100 + n,
            method="card",
        )
        for n in range(FACTS_AT_ONCE + 10)
    )
    assert catch_up("payment", again=False, seconds=0) is True
    assert len(sent(account)) == FACTS_AT_ONCE
    assert catch_up("payment", again=False) is False
    assert len(sent(account)) == FACTS_AT_ONCE + 10
    assert catch_up("payment") is False
    assert len(sent(account)) == FACTS_AT_ONCE + 10
