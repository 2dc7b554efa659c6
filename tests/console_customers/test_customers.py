"""The pages of a member: find one, see how each contact stands, change and verify it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from alerts.verification import waiting
from alerts.verification.links import confirm_link, token_of
from alerts.verification.models import Verification
from common.choices import Channel
from console.roles import Role
from customers.choices import ConsentSource
from customers.consent import opt_out, set_do_not_call
from customers.models import ConsentEvent, Customer
from delivery.models import Message
from tests.alerts.making import make_account, mobile
from tests.factories import make_customer, make_staff
from tests.verification.making import another, choose_texts, code_in, questions, verifications

pytestmark = pytest.mark.django_db


@pytest.fixture
def csr(client: Client) -> User:
    person = make_staff(Role.CSR)
    client.force_login(person)
    return person


def _url(customer: Customer) -> str:
    return reverse("console:customer", args=[customer.number])


def _to(name: str, customer: Customer, slot: str) -> str:
    return reverse(f"console:customer_{name}", args=[customer.number, slot])


def _shown(client: Client, customer: Customer) -> str:
    return client.get(_url(customer)).content.decode()


def test_a_member_is_found_by_whatever_the_clerk_has(client: Client, csr: User) -> None:
    customer = make_customer(name="MUÑOZ MAE", home_number="+14785550141")
    find = reverse("console:customers")
    assert "Who is it?" in client.get(find).content.decode()
    for wanted in ("muñoz", "mae mu", customer.email_1, "(478) 555-0141"):
        assert "MUÑOZ MAE" in client.post(find, {"q": wanted}).content.decode(), wanted
    # A whole account number leads there at once; the live list stays a list.
    account = customer.accounts.get().number
    assert client.post(find, {"q": account})["Location"] == _url(customer)
    live = client.post(find, {"q": account}, headers={"HX-Request": "true"})
    assert live.status_code == 200
    assert live.content.decode().strip().startswith("<section")
    for wanted in ("nobody at all", "\x00", "%", "x" * 5000):
        answer = client.post(find, {"q": wanted})
        assert answer.status_code == 200
        assert "MUÑOZ" not in answer.content.decode()


def test_each_contact_shows_how_it_stands(client: Client, csr: User, settings: Settings) -> None:
    settings.SMS_DOUBLE_OPT_IN = True
    account = make_account(email_2="mae.work@example.org", home_number="+14785550142")
    customer = account.customer
    shown = _shown(client, customer)
    assert shown.count("Not yet verified") == 4
    choose_texts(account)
    assert "Waiting for YES" in _shown(client, customer)
    waiting.expire(now=timezone.now() + timedelta(days=15))
    assert "Did not reply YES" in _shown(client, customer)
    client.post(_to("ask", customer, "mobile_number"))
    assert len(questions()) == 2
    assert "Waiting for YES" in _shown(client, customer)
    opt_out(address=customer.email_2, channels=[Channel.EMAIL], source=ConsentSource.EMAIL_LINK)
    assert "Opted out" in _shown(client, customer)
    set_do_not_call(mobile(account), True, source=ConsentSource.CSR)
    assert "Do Not Call" in _shown(client, customer)


def test_an_email_is_verified_from_the_page(client: Client, csr: User) -> None:
    customer = make_customer()
    send = _to("verify", customer, "email_1")
    answer = client.post(send, follow=True).content.decode()
    assert f"A link is on its way to {customer.email_1}." in answer
    # The button rests, in words; pressed all the same, nothing is sent.
    assert "The next verification can go at" in answer
    again = client.post(send, follow=True).content.decode()
    assert "the last one is too recent. Try again in" in again
    assert len(verifications()) == 1
    row = Verification.objects.get()
    assert row.asked_by == csr
    confirm_link(token_of(row))
    shown = _shown(client, customer)
    assert "Confirmed" in shown
    assert "Opted in" not in shown
    assert send not in shown


def test_a_code_that_the_member_reads_out_verifies_the_number(client: Client, csr: User) -> None:
    customer = make_customer()
    typed = _to("code", customer, "mobile_number")
    assert "Code that they read to you" not in _shown(client, customer)
    assert "Send one first" in client.post(typed, {"code": "1"}, follow=True).content.decode()
    client.post(_to("verify", customer, "mobile_number"), {"by": "text"})
    assert "Code that they read to you" in _shown(client, customer)
    code = code_in(verifications()[0])
    wrong = client.post(typed, {"code": another(code)}, follow=True).content.decode()
    assert "That is not the code. 4 more tries." in wrong
    assert "is verified" in client.post(typed, {"code": code}, follow=True).content.decode()
    assert "Opted in" in _shown(client, customer)
    event = ConsentEvent.objects.get(action="verified")
    assert (event.taken_by, event.source) == (csr, "csr")


def test_a_mobile_number_can_be_called_with_a_code(client: Client, csr: User) -> None:
    customer = make_customer()
    client.post(_to("verify", customer, "mobile_number"), {"by": "voice"})
    assert [message.channel for message in verifications()] == ["voice"]


def test_the_code_is_nowhere_on_the_pages(client: Client, csr: User) -> None:
    customer = make_customer()
    client.post(_to("verify", customer, "mobile_number"))
    code = code_in(verifications()[0])
    history = reverse("console:account_history", args=[customer.accounts.get().number])
    for page in (_shown(client, customer), client.get(history).content.decode()):
        assert code not in page
    assert "Your code is ••••••." in client.get(history).content.decode()


def test_a_number_with_do_not_call_gets_no_code(client: Client, csr: User) -> None:
    customer = make_customer()
    set_do_not_call(customer.mobile_number, True, source=ConsentSource.CSR)
    answer = client.post(_to("verify", customer, "mobile_number"), follow=True)
    assert "Do Not Call is on" in answer.content.decode()
    assert verifications() == []


def test_a_contact_is_changed_and_both_are_told(client: Client, csr: User) -> None:
    customer = make_customer()
    old = customer.email_1
    edit = _to("contact", customer, "email_1")
    assert old in client.get(edit).content.decode()
    refused = client.post(edit, {"value": "mae.munoz@" + "x" * 40 + ".example.com"})
    assert refused.status_code == 422
    assert "40 characters" in refused.content.decode()
    changed = client.post(edit, {"value": "mae.munoz@example.org"}, follow=True)
    assert "Email 1 is mae.munoz@example.org now." in changed.content.decode()
    told = set(Message.objects.filter(customer=customer).values_list("address", flat=True))
    assert told == {old, "mae.munoz@example.org"}
    number = client.post(
        _to("contact", customer, "home_number"), {"value": "(478) 555-0143"}, follow=True
    )
    assert "478-555-0143" in number.content.decode()
    gone = client.post(_to("contact", customer, "home_number"), {"value": ""}, follow=True)
    assert "Home number is removed." in gone.content.decode()


@pytest.mark.parametrize("name", ["verify", "code", "ask"])
@pytest.mark.parametrize("slot", ["email_1", "email_2", "mobile_number", "home_number"])
def test_whatever_is_asked_of_an_empty_contact_is_answered_in_words(
    client: Client, csr: User, name: str, slot: str
) -> None:
    customer = make_customer(email_1="", mobile_number="")
    answer = client.post(_to(name, customer, slot), {"code": "123456"}, follow=True)
    assert answer.status_code == 200
    assert verifications() == []
    assert client.post(_to(name, customer, "fax")).status_code == 404


def test_who_may_only_look_changes_nothing(client: Client) -> None:
    client.force_login(make_staff(Role.COMMUNICATOR))
    customer = make_customer()
    shown = _shown(client, customer)
    assert "Not yet verified" in shown
    assert "Send verification" not in shown
    assert client.post(_to("verify", customer, "email_1")).status_code == 403
    assert client.get(reverse("console:customer", args=["999999999"])).status_code == 404


def test_who_turns_texts_on_is_told_that_the_number_is_asked_first(
    client: Client, csr: User, settings: Settings
) -> None:
    settings.SMS_DOUBLE_OPT_IN = True
    account = make_account()
    page = reverse("console:account_alerts", args=[account.number])
    form = {"how": "phone", "payment_received-channels": ["text"]}
    shown = client.post(page, form, follow=True).content.decode()
    assert "The number is asked to reply YES first" in shown
    assert "Waiting for YES" in shown
    assert len(questions()) == 1
