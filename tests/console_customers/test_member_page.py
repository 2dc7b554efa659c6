"""The page of a member: what happened lately, what to ask now, and finding them anywhere."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from common.choices import Channel
from common.zone_names import clock_there
from console.roles import Role
from console.templatetags.console import when
from customers.models import AddressRepair, Customer
from delivery.choices import Status
from delivery.models import Batch, Message
from delivery.replies.inbound import text_received
from tests.delivery.making import queue_messages
from tests.factories import make_customer, make_staff

pytestmark = pytest.mark.django_db
ZONE = "America/Chicago"


@pytest.fixture
def csr(client: Client) -> User:
    person = make_staff(Role.CSR)
    client.force_login(person)
    return person


def _page(client: Client, customer: Customer) -> str:
    return client.get(reverse("console:customer", args=[customer.number])).content.decode()


def _hold_a_text(customer: Customer) -> Message:
    batch = queue_messages(1, channel=Channel.TEXT, cause="Pole work")
    Batch.objects.filter(pk=batch.pk).update(name="Pole work")
    Message.objects.filter(batch=batch).update(
        customer=customer,
        address=customer.mobile_number,
        status=Status.HELD,
        due_at=timezone.now() + timedelta(hours=5),
        time_zone=ZONE,
    )
    return Message.objects.get(batch=batch)


def test_what_went_either_way_lately_stands_beside_the_contacts(client: Client, csr: User) -> None:
    mae = make_customer(name="MUÑOZ MAE")
    assert "Nothing was sent yet" in _page(client, mae)
    message = _hold_a_text(mae)
    text_received(
        sid="SM1", number=str(mae.mobile_number.as_e164), to="+14785550100", body="Is it mine?"
    )
    shown = _page(client, mae)
    assert "Pole work" in shown
    assert message.due_at is not None
    assert f"{clock_there(message.due_at, ZONE)}</time>" in shown
    assert shown.index("Is it mine?") < shown.index("Pole work")
    # The account's page says when it goes too.
    history = reverse("console:account_history", args=[mae.accounts.get().number])
    assert clock_there(message.due_at, ZONE) in client.get(history).content.decode()


def test_who_may_not_see_messages_sees_none_there(client: Client) -> None:
    mae = make_customer()
    _hold_a_text(mae)
    person = make_staff()
    person.user_permissions.add(Permission.objects.get(codename="view_customer"))
    client.force_login(person)
    assert "Lately" not in _page(client, mae)


def test_a_mistyped_domain_is_asked_about_and_mended_on_the_page(client: Client, csr: User) -> None:
    mae = make_customer(name="MUÑOZ MAE", email_1="mae@exmaple.com")
    shown = _page(client, mae)
    assert "did they mean" in shown
    assert "mae@example.com" in shown
    answer = client.post(
        reverse("console:mend_address", args=[mae.pk, "email_1"]),
        {"kind": "suggestion", "address": "mae@exmaple.com", "member": "1"},
        follow=True,
    )
    assert answer.redirect_chain == [(reverse("console:customer", args=[mae.number]), 302)]
    shown = answer.content.decode()
    assert "mae@example.com is used from now on" in shown
    assert "did they mean" not in shown
    mae.refresh_from_db()
    assert mae.email_1 == "mae@example.com"
    assert AddressRepair.objects.get().by == csr


def test_nothing_is_asked_of_a_good_address(client: Client, csr: User) -> None:
    assert "did they mean" not in _page(client, make_customer(email_1="mae@example.com"))


def test_each_address_leads_to_its_ledger_without_standing_in_a_url(
    client: Client, csr: User
) -> None:
    mae = make_customer(email_1="mae@example.com")
    shown = _page(client, mae)
    assert f'action="{reverse("console:consent_find")}"' in shown
    answer = client.post(reverse("console:consent_find"), {"address": "mae@example.com"})
    assert "mae@example.com" in answer.content.decode()


def test_a_member_is_found_from_every_page_by_who_may_see_members(client: Client) -> None:
    make_customer(name="MUÑOZ MAE")
    find = reverse("console:customers")
    page = reverse("console:mass_list")
    client.force_login(make_staff(Role.CSR))
    shown = client.get(page).content.decode()
    assert f'role="search" action="{find}"' in shown
    assert "MUÑOZ MAE" in client.post(find, {"q": "muñoz"}).content.decode()
    client.force_login(make_staff(Role.APPROVER))
    assert f'role="search" action="{page}"' in client.get(page).content.decode()


def test_moments_have_their_day_unless_it_is_today() -> None:
    now = timezone.localtime()
    today = now.replace(hour=9, minute=5)
    before = datetime(now.year - 1, 11, 3, 14, 2, tzinfo=now.tzinfo)
    assert ">9:05 AM</time>" in when(today)
    assert f">11/03/{before.year}, 2:02 PM</time>" in when(before)
    assert f">{today:%m/%d/%Y}, 9:05 AM</time>" in when(today, day=True)
    other_day = now.replace(month=1 if now.month > 1 else 2, day=5, hour=14, minute=2)
    assert other_day.strftime(">%b 5, 2:02 PM</time>") in when(other_day)
    with translation.override("es"):
        assert ">09:05</time>" in when(today)
    assert when(None) == "–"
