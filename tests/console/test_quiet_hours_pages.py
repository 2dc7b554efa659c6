"""What is held, and a member's own hours, as staff see them."""

from datetime import time, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from common.choices import Channel
from common.zone_names import clock_there
from console.roles import Role
from customers.models import Account, ContactHours
from delivery.choices import Status
from delivery.models import Batch, Message
from mass_notifications.models import MassNotification
from tests.delivery.making import queue_messages
from tests.factories import make_customer, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def csr(client: Client) -> User:
    user = make_staff(Role.CSR)
    client.force_login(user)
    return user


def hold(count: int, *, name: str = "Pole work", channel: Channel = Channel.TEXT) -> Batch:
    batch = queue_messages(count, channel=channel, cause=name)
    Batch.objects.filter(pk=batch.pk).update(name=name)
    Message.objects.filter(batch=batch).update(
        status=Status.HELD,
        due_at=timezone.now() + timedelta(hours=5),
        time_zone="America/Chicago",
    )
    return batch


def held_page(client: Client, **query: Any) -> str:
    answer = client.get(reverse("console:held"), query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_held_messages_are_counted_by_the_time_at_which_they_go(client: Client, csr: User) -> None:
    hold(3)
    hold(2, name="Tree trimming", channel=Channel.VOICE)
    page = held_page(client)
    assert "5 messages wait" in page
    assert "Central" in page
    assert clock_there(Message.objects.first().due_at, "America/Chicago") in page  # type: ignore[union-attr]
    assert page.count("Tree trimming") >= 2


def test_the_list_is_of_one_batch_or_channel(client: Client, csr: User) -> None:
    batch = hold(3)
    hold(2, name="Tree trimming", channel=Channel.VOICE)
    rows = client.get(reverse("console:held"), {"batch": batch.pk}).context["rows"]
    assert {message.batch_id for message, _address in rows} == {batch.pk}
    rows = client.get(reverse("console:held"), {"channel": "voice"}).context["rows"]
    assert len(rows) == 2


@pytest.mark.parametrize(
    "query",
    [{"batch": "x"}, {"batch": "9" * 30}, {"channel": "fax"}, {"after": "x"}, {"after": "²"}],
)
def test_odd_questions_have_an_answer(client: Client, csr: User, query: dict[str, str]) -> None:
    hold(1)
    held_page(client, **query)


def test_where_nothing_is_held_the_page_says_so(client: Client, csr: User) -> None:
    assert "Nothing is held" in held_page(client)


def test_nobody_can_send_held_messages_now(client: Client) -> None:
    hold(1)
    for role, words in ((Role.CSR, "ask an administrator"), (Role.ADMINISTRATOR, "a reason")):
        client.force_login(make_staff(role, email=f"{role.name.lower()}@example.com"))
        page = held_page(client)
        assert words in page
        assert "<form" not in page.split("<main")[1].split("</main>")[0]


def test_a_notifications_page_says_until_when_its_texts_wait(client: Client) -> None:
    client.force_login(make_staff(Role.ADMINISTRATOR))
    batch = hold(1240)
    notification = MassNotification.objects.create(
        name="Pole work",
        purpose="field_work",
        channels=["text"],
        state="sending",
        batch=batch,
    )
    page = client.get(reverse("console:mass_one", args=[notification.pk])).content.decode()
    when = clock_there(Message.objects.first().due_at, "America/Chicago")  # type: ignore[union-attr]
    assert f"1,240 texts wait until {when}" in page


def test_the_time_is_said_in_spanish_too() -> None:
    at = timezone.now() + timedelta(days=1)
    with translation.override("es"):
        assert clock_there(at, "America/New_York").startswith("mañana, ")
        assert clock_there(at, "America/New_York").endswith("Este")


# ── a member's own hours ────────────────────────────────────────────────────────────────────────
def account() -> Account:
    found = make_customer().accounts.get()
    Account.objects.filter(pk=found.pk).update(state="FL", zip_code="32003")
    return found


def hours_url(one: Account) -> str:
    return reverse("console:own_hours", args=[one.number])


def test_a_csr_sets_a_members_hours_and_what_is_held_is_looked_at_anew(
    client: Client, csr: User
) -> None:
    one = account()
    batch = hold(1)
    Message.objects.filter(batch=batch).update(customer=one.customer)
    form = client.get(hours_url(one)).content.decode()
    assert "8:00 AM to 8:00 PM" in form
    answer = client.post(
        hours_url(one), {"opens": "10:00:00", "closes": "18:00:00", "save": "1"}, follow=True
    )
    assert "10:00 AM to 6:00 PM" in answer.content.decode()
    assert "chosen by the member" in answer.content.decode()
    hours = ContactHours.objects.get()
    assert (hours.opens, hours.closes, hours.source) == (time(10), time(18), "csr")
    assert hours.taken_by_id == csr.pk
    assert Message.objects.get().due_at <= timezone.now()
    client.post(hours_url(one), {"remove": "1"})
    assert not ContactHours.objects.exists()


@pytest.mark.parametrize(
    ("opens", "closes", "words"),
    [
        ("18:00:00", "10:00:00", "over midnight"),
        ("10:00:00", "11:00:00", "at least 2"),
        ("03:00:00", "11:00:00", "Select a valid choice"),
        ("x", "", "Select a valid choice"),
    ],
)
def test_hours_that_cannot_be_are_refused_beside_the_field(
    client: Client, csr: User, opens: str, closes: str, words: str
) -> None:
    answer = client.post(hours_url(account()), {"opens": opens, "closes": closes, "save": "1"})
    assert answer.status_code == 200
    assert words in answer.content.decode().replace("&#x27;", "'")
    assert not ContactHours.objects.exists()


def test_hours_from_before_a_law_stay_to_be_seen(client: Client, csr: User) -> None:
    one = account()
    ContactHours.objects.create(
        customer=one.customer, opens=time(7, 15), closes=time(21), source="portal"
    )
    page = client.get(hours_url(one)).content.decode()
    assert "7:15 AM" in page
    assert "9:00 PM" in page


def test_who_may_not_change_members_may_not_change_their_hours(client: Client) -> None:
    client.force_login(make_staff(Role.COMMUNICATOR))
    assert client.get(hours_url(account())).status_code == 403
