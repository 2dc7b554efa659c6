"""The queue of bad addresses: its order, and what one click does."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from common.choices import Channel
from common.clock import now
from console.roles import Role
from customers.address_health import hear_of_trouble
from customers.choices import AccountStatus, AddressEventKind, ConsentSource, LineType
from customers.consent import mark_bad_address, opt_out
from customers.models import Account, AddressRepair, Customer, NumberLine, Suppression
from delivery.bounces.queue import bad_page, count_bad
from delivery.choices import Status
from delivery.models import Message
from tests.delivery.making import queue_messages
from tests.factories import make_customer, make_staff

pytestmark = pytest.mark.django_db

URL = "/console/addresses/"


@pytest.fixture
def csr(client: Client) -> User:
    user = make_staff(Role.CSR)
    client.force_login(user)
    return user


def bad_email(**fields: Any) -> Customer:
    customer = make_customer(**fields)
    mark_bad_address(address=customer.email_1, channel=Channel.EMAIL, words="5.1.1 User unknown")
    return customer


def reached(customer: Customer, *, days_ago: float) -> None:
    batch = queue_messages(1, cause=f"reached {customer.pk}")
    Message.objects.filter(batch=batch).update(
        customer=customer, status=Status.DELIVERED, settled_at=now() - timedelta(days=days_ago)
    )


def mend(client: Client, customer: Customer, kind: str, slot: str = "email_1") -> str:
    held = str(getattr(customer, slot))
    address = getattr(customer, slot).as_e164 if slot.endswith("number") else held
    answer = client.post(
        f"{URL}{customer.pk}/{slot}/", {"kind": kind, "address": address}, follow=True
    )
    assert answer.status_code == 200
    return answer.content.decode()


def test_whom_nothing_else_reaches_comes_first_then_who_waits_longest() -> None:
    recent = bad_email(name="RECENT")
    reached(recent, days_ago=1)
    long_ago = bad_email(name="LONG AGO")
    reached(long_ago, days_ago=90)
    never = bad_email(name="NEVER")
    alone = bad_email(name="ALONE", mobile_number="")
    reached(alone, days_ago=0)
    silent = bad_email(name="SILENT")
    opt_out(
        address=silent.mobile_number,
        channels=[Channel.TEXT, Channel.VOICE],
        source=ConsentSource.TEXT_REPLY,
    )
    reached(silent, days_ago=0.5)
    names = [row.name for row in bad_page(limit=10)]
    assert names == ["SILENT", "ALONE", "NEVER", "LONG AGO", "RECENT"]
    assert (never.pk, count_bad()) == (bad_page(limit=1, offset=2)[0].customer_id, 5)


def test_a_row_says_what_is_wrong_and_what_still_works() -> None:
    customer = bad_email(email_1="ruth@gmial.com", email_2="ruth.sapp@example.com")
    NumberLine.objects.create(
        number=customer.mobile_number.as_e164, line_type=LineType.MOBILE, looked_up_at=now()
    )
    mark_bad_address(address=customer.mobile_number, channel=Channel.TEXT, words="30006 landline")
    email, mobile = bad_page(limit=10)
    assert (email.slot, email.suggestion) == ("email_1", "ruth@gmail.com")
    assert email.health.words == "5.1.1 User unknown"
    assert (mobile.slot, mobile.channels) == ("mobile_number", [Channel.TEXT])
    assert email.ways == mobile.ways == [Channel.EMAIL, Channel.VOICE]
    assert not mobile.may_be_home_number, "it was looked up: a mobile"


def test_members_whose_accounts_are_all_closed_are_left_out() -> None:
    customer = bad_email()
    Account.objects.filter(customer=customer).update(status=AccountStatus.CLOSED)
    assert (bad_page(limit=10), count_bad()) == ([], 0)


def test_one_address_of_two_members_is_listed_for_both() -> None:
    bad_email(email_1="both@example.com", name="A")
    make_customer(email_2="Both@Example.com", name="B")
    assert [(row.name, row.slot) for row in bad_page(limit=10)] == [
        ("A", "email_1"),
        ("B", "email_2"),
    ]


def test_a_number_that_was_not_reached_three_times_is_listed_as_flagged() -> None:
    customer = make_customer()
    for number in range(3):
        assert bad_page(limit=10) == []
        hear_of_trouble(
            address=customer.mobile_number.as_e164,
            channel=Channel.TEXT,
            kind=AddressEventKind.SOFT,
            cause=f"{number}",
            at=now(),
            code="30003",
        )
    (row,) = bad_page(limit=10)
    assert (row.slot, row.health.troubles, row.ways) == (
        "mobile_number",
        3,
        [Channel.EMAIL, Channel.TEXT, Channel.VOICE],
    )


def test_the_suggestion_is_used_with_one_click_and_undone_with_another(
    client: Client, csr: User
) -> None:
    customer = bad_email(email_1="ruth@gmial.com")
    assert "Use ruth@gmail.com" in client.get(URL).content.decode()
    page = mend(client, customer, "suggestion")
    assert "ruth@gmail.com is used from now on" in page
    customer.refresh_from_db()
    assert customer.email_1 == "ruth@gmail.com"
    assert count_bad() == 0
    assert Message.objects.filter(customer=customer).exists(), "the member is told (RULES 27)"
    repair = AddressRepair.objects.get()
    assert f"/console/addresses/repairs/{repair.pk}/undo/" in page
    client.post(f"{URL}repairs/{repair.pk}/undo/")
    customer.refresh_from_db()
    assert (customer.email_1, count_bad()) == ("ruth@gmial.com", 1)


def test_what_the_member_confirms_is_used_again_and_undone(client: Client, csr: User) -> None:
    customer = bad_email()
    mend(client, customer, "confirmed")
    assert not Suppression.objects.exists()
    client.post(f"{URL}repairs/{AddressRepair.objects.get().pk}/undo/")
    assert Suppression.objects.get().address == customer.email_1
    again = client.post(f"{URL}repairs/{AddressRepair.objects.get().pk}/undo/", follow=True)
    assert "undone already" in again.content.decode()


def test_an_address_is_removed_and_put_back(client: Client, csr: User) -> None:
    customer = bad_email()
    mend(client, customer, "removed")
    customer.refresh_from_db()
    assert customer.email_1 == ""
    client.post(f"{URL}repairs/{AddressRepair.objects.get().pk}/undo/")
    customer.refresh_from_db()
    assert customer.email_1


def test_a_landline_that_stands_as_the_mobile_number_takes_calls_instead(
    client: Client, csr: User
) -> None:
    customer = make_customer()
    number = customer.mobile_number
    mark_bad_address(address=number, channel=Channel.TEXT, words="30006 landline")
    assert "Call instead" in client.get(URL).content.decode()
    mend(client, customer, "home_number", "mobile_number")
    customer.refresh_from_db()
    assert (customer.home_number, customer.mobile_number) == (number, "")
    client.post(f"{URL}repairs/{AddressRepair.objects.get().pk}/undo/")
    customer.refresh_from_db()
    assert (customer.home_number, customer.mobile_number) == ("", number)


def test_what_was_changed_meanwhile_is_not_touched(client: Client, csr: User) -> None:
    customer = bad_email()
    Customer.objects.update(email_1="new@example.com")
    assert "changed this address meanwhile" in mend(client, customer, "removed")
    repaired = bad_email(email_1="ruth@gmial.com")
    mend(client, repaired, "suggestion")
    Customer.objects.filter(pk=repaired.pk).update(email_1="third@example.com")
    answer = client.post(f"{URL}repairs/{AddressRepair.objects.get().pk}/undo/", follow=True)
    assert "changed since" in answer.content.decode()


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("1/name/", {"kind": "removed"}),
        ("1/email_1/", {"kind": "nonsense"}),
        ("1/email_1/", {}),
        ("999999/email_1/", {"kind": "removed", "address": "a@example.com"}),
        ("repairs/999999/undo/", {}),
    ],
)
def test_nonsense_is_not_found(client: Client, csr: User, path: str, data: dict[str, str]) -> None:
    assert client.post(URL + path, data).status_code == 404


def test_the_list_can_be_seen_by_channel_and_is_empty_in_words(client: Client, csr: User) -> None:
    assert "No bad address on file" in client.get(URL).content.decode()
    customer = bad_email()
    assert customer.name in client.get(f"{URL}?channel=email&page=99").content.decode()
    assert customer.name not in client.get(f"{URL}?channel=text").content.decode()
    assert client.get(f"{URL}?channel=nonsense&page=x").status_code == 200


def test_who_may_only_look_sees_no_buttons(client: Client) -> None:
    client.force_login(make_staff(Role.COMMUNICATOR))
    customer = bad_email()
    page = client.get(URL).content.decode()
    assert customer.name in page
    assert "Member says it works" not in page
    assert client.post(f"{URL}{customer.pk}/email_1/", {"kind": "removed"}).status_code == 403
