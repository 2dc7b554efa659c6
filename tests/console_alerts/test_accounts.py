"""An account's Alerts & Reminders, what was sent to its member, and facts told by hand."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from alerts.models import Subscription
from alerts.news import tell
from alerts.subscriptions import table_of
from billing.models import Bill, Payment
from common.choices import Channel
from console.roles import Role
from customers.models import Account, ConsentEvent
from tests.alerts.making import make_account, make_payment, mobile, subscribe
from tests.factories import make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def csr(client: Client) -> User:
    user = make_staff(Role.CSR)
    client.force_login(user)
    return user


def page(name: str, *args: Any) -> str:
    return reverse(f"console:{name}", args=args)


def typed(account: Account, **changes: Any) -> dict[str, Any]:
    """What the page sends back untouched, but for the changes (`payment_received_channels=…`)."""
    data: dict[str, Any] = {"how": "counter"}
    for line in table_of(account):
        key = line.type.key
        data[f"{key}-channels"] = [channel.value for channel in line.on - line.fixed]
        data[f"{key}-days_before"] = line.days_before or ""
        data[f"{key}-threshold_kwh"] = line.options.threshold_kwh or ""
        data[f"{key}-threshold_percent"] = line.options.threshold_percent or ""
    return data | {name.replace("__", "-"): value for name, value in changes.items()}


def test_a_csr_turns_alerts_on_and_the_consent_says_who_took_it_and_how(
    client: Client, csr: User
) -> None:
    account = make_account()
    url = page("account_alerts", account.number)
    answer = client.post(
        url,
        typed(account, payment_received__channels=["text", "email"]),
        follow=True,
    )
    assert "One alert is changed." in answer.content.decode()
    row = Subscription.objects.get(account=account, type__key="payment_received")
    assert (row.text, row.email, row.voice) == (True, True, False)
    event = ConsentEvent.objects.filter(address=mobile(account), action="granted").get()
    assert (event.source, event.taken_by) == ("csr", csr)
    assert "At the counter" in event.words


def test_a_page_that_is_sent_back_untouched_changes_nothing(client: Client, csr: User) -> None:
    account = make_account()
    answer = client.post(page("account_alerts", account.number), typed(account), follow=True)
    assert "Nothing was changed." in answer.content.decode()
    assert not Subscription.objects.filter(account=account).exists()


def test_what_a_member_may_not_turn_off_stays_on(client: Client, csr: User) -> None:
    account = make_account()
    client.post(
        page("account_alerts", account.number),
        typed(account, pending_disconnect__channels=["voice"]),
    )
    row = Subscription.objects.get(account=account, type__key="pending_disconnect")
    assert (row.email, row.text, row.voice) == (True, True, True)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"due_date_reminder__days_before": "15"}, "less than or equal to 14"),
        ({"due_date_reminder__days_before": "soon"}, "Enter a whole number."),
        ({"high_usage__threshold_kwh": "0"}, "greater than or equal to 1"),
        ({"payment_received__channels": ["pigeon"]}, "Select a valid choice"),
        ({"how": "pigeon"}, "Select a valid choice"),
    ],
)
def test_one_bad_value_saves_nothing_and_is_named(
    client: Client, csr: User, changes: dict[str, Any], told: str
) -> None:
    account = make_account()
    data = typed(account, past_due__channels=["email"]) | typed(account, **changes)
    data["past_due-channels"] = ["email"]
    answer = client.post(page("account_alerts", account.number), data)
    assert told in answer.content.decode()
    assert not Subscription.objects.filter(account=account).exists()


def test_who_may_only_look_saves_nothing(client: Client) -> None:
    client.force_login(make_staff(Role.COMMUNICATOR))
    account = make_account()
    url = page("account_alerts", account.number)
    assert "Save changes" not in client.get(url).content.decode()
    assert client.post(url, typed(account)).status_code == 403


def test_an_account_is_found_by_its_number_in_both_spellings(client: Client, csr: User) -> None:
    account = make_account()
    for spelling in (account.number, account.key):
        answer = client.get(page("find_account"), {"account": spelling})
        assert answer["Location"] == page("account_alerts", account.number)
    unknown = client.get(page("find_account"), {"account": "999-009"}).content.decode()
    assert "There is no account 999-009." in unknown
    assert client.get(page("account_alerts", "999-009")).status_code == 404


def test_what_was_sent_stands_there_with_its_cause_and_words(client: Client, csr: User) -> None:
    account = make_account()
    url = page("account_history", account.number)
    assert "Nothing was sent yet" in client.get(url).content.decode()
    subscribe(account, "payment_received", Channel.TEXT)
    payment = make_payment(account, cents=8_012)
    tell("payment", [payment.pk])
    shown = client.get(url).content.decode()
    assert "Payment Received" in shown
    assert f"because of: Payment {payment.fact_id}" in shown
    assert "$80.12" in shown


def test_a_fact_told_by_hand_is_taken_and_a_bad_one_is_refused_beside_its_field(
    client: Client,
) -> None:
    client.force_login(make_staff(Role.ADMINISTRATOR))
    account = make_account()
    url = page("tell_fact", "payment")
    assert account.number in client.get(url, {"account": account.number}).content.decode()
    payment = {
        "account": account.number,
        "fact_id": "HAND-1",
        "at": "2026-11-22T10:00",
        "amount": "80.12",
        "method": "card",
    }
    answer = client.post(url, payment, follow=True)
    assert "The fact is told." in answer.content.decode()
    assert Payment.objects.get().amount_cents == 8_012
    again = client.post(url, payment, follow=True).content.decode()
    assert "That was known already" in again
    refused = client.post(url, payment | {"fact_id": "HAND-2", "amount": "-5"}).content.decode()
    assert 'id="id_amount_error"' in refused
    unknown = client.post(url, payment | {"account": "999999-009", "fact_id": "HAND-3"})
    assert "999999" in unknown.content.decode()
    assert Payment.objects.count() == 1
    assert client.get(page("tell_fact", "rumor")).status_code == 404


@pytest.mark.parametrize("kind", ["bill", "usage_read", "account_change", "installment"])
def test_every_kind_has_its_form(client: Client, kind: str) -> None:
    client.force_login(make_staff(Role.ADMINISTRATOR))
    shown = client.get(page("tell_fact", kind)).content.decode()
    assert "Tell it" in shown
    assert Bill.objects.count() == 0
