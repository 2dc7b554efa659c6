"""The list of members whom a person has to call."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from alerts import fallback, person_tasks
from alerts.models import Fallback
from alerts.news import tell
from billing.models import PendingDisconnect
from common.choices import Channel
from console.roles import Role
from customers.choices import ConsentSource
from customers.consent import set_do_not_call
from customers.models import Account
from delivery.choices import Status
from delivery.models import Message
from tests.alerts.making import correct, fact_id, make_account, mobile, today
from tests.factories import make_staff

pytestmark = pytest.mark.django_db
PAGE = "console:alert_tasks"


@pytest.fixture
def csr(client: Client) -> User:
    user = make_staff(Role.CSR)
    client.force_login(user)
    return user


def _task(**fields: str) -> Fallback:
    """A member whom a text, a call and an email did not reach."""
    account = make_account(**fields)
    _notice(account)
    for channel in (Channel.TEXT, Channel.VOICE, Channel.EMAIL):
        Message.objects.filter(account_id=account.pk, channel=channel).update(
            status=Status.FAILED, reason="The number is not in service."
        )
        fallback.look()
    return Fallback.objects.get(account=account)


def _notice(account: Account) -> PendingDisconnect:
    notice = PendingDisconnect.objects.create(
        fact_id=fact_id(),
        account=account,
        after_date=today() + timedelta(days=3),
        amount_cents=20_055,
    )
    tell("pending_disconnect", [notice.pk])
    return notice


def _html(client: Client, query: str = "") -> str:
    response = client.get(reverse(PAGE) + query)
    assert response.status_code == 200
    return response.content.decode()


def test_a_task_says_who_why_what_was_tried_how_it_ended_and_whom_to_call(
    client: Client, csr: User
) -> None:
    task = _task(name="NUNEZ NOE", home_number="+14785550171")
    html = _html(client)
    account = task.account
    assert "NUNEZ NOE" in html
    assert account.number in html
    assert "Pending Auto Disconnect" in html
    assert "$200.55" in html
    assert 'href="tel:+14785550171"' in html
    assert f'href="tel:{mobile(account)}"' in html
    assert html.count("The number is not in service.") == 3
    assert html.count("tone-bad") >= 3
    assert account.customer.email_1 in html
    # The rail counts those who wait.
    assert '<span class="count">1</span>' in html


def test_done_with_a_note_then_taken_back(client: Client, csr: User) -> None:
    task = _task()
    page = reverse("console:alert_task_done", args=[task.pk])
    assert "Give it" not in client.get(page).content.decode()
    empty = client.post(page, {"note": " "})
    assert empty.status_code == 422
    assert Fallback.objects.get().state == "task"
    response = client.post(page, {"note": "Spoke to Ruth; she pays today."}, follow=True)
    assert "Nobody waits for a call" in response.content.decode()
    task.refresh_from_db()
    assert (task.state, task.done_by, task.note) == (
        "done",
        csr,
        "Spoke to Ruth; she pays today.",
    )
    done = _html(client, "?show=done")
    assert "Spoke to Ruth; she pays today." in done
    again = client.post(page, {"note": "Me too"}, follow=True)
    assert "had seen to" in again.content.decode()
    reopened = client.post(reverse("console:alert_task_reopen", args=[task.pk]), follow=True)
    assert "is to be called again" in reopened.content.decode()
    assert person_tasks.open_tasks().get() == task
    # The note is there to be gone on with.
    assert "Spoke to Ruth" in client.get(page).content.decode()


def test_what_was_settled_meanwhile_says_so(client: Client, csr: User) -> None:
    _task()
    correct(PendingDisconnect.objects.get(), resolved_at=timezone.now())
    assert "Settled meanwhile" in _html(client)


def test_without_any_number_the_page_says_what_to_do(client: Client, csr: User) -> None:
    account = make_account(mobile_number="", email_1="")
    _notice(account)
    fallback.look()
    html = _html(client)
    assert "No number on file" in html
    assert "no address that may be used" in html
    history = client.get(reverse("console:account_history", args=[account.number]))
    assert "There was no number to text." in history.content.decode()


def test_a_number_with_do_not_call_may_be_called_by_a_person(client: Client, csr: User) -> None:
    account = make_account()
    set_do_not_call(mobile(account), True, source=ConsentSource.CSR)
    _notice(account)
    Message.objects.filter(channel="text").update(status=Status.SUPPRESSED)
    fallback.look()
    Message.objects.filter(channel="email").update(status=Status.BOUNCED)
    fallback.look()
    assert "a person may call" in _html(client)


def test_many_tasks_come_page_by_page_in_as_many_queries_as_a_few(
    client: Client, csr: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    accounts = [make_account(mobile_number="", email_1="") for _ in range(23)]
    for account in accounts:
        _notice(account)
    fallback.look()
    html = _html(client)
    assert html.count("tel:") == 0
    assert "page=2" in html
    assert accounts[0].customer.name in html
    assert accounts[-1].customer.name not in html
    assert accounts[-1].customer.name in _html(client, "?page=2")


def test_who_may_not_see_to_tasks_sees_none(client: Client) -> None:
    task = _task()
    client.force_login(make_staff(Role.COMMUNICATOR))
    assert client.get(reverse(PAGE)).status_code == 403
    page = reverse("console:alert_task_done", args=[task.pk])
    assert client.post(page, {"note": "x"}).status_code == 403
    assert Fallback.objects.get().state == "task"


def test_an_alert_page_in_spanish(client: Client, csr: User) -> None:
    _task()
    client.cookies["django_language"] = "es"
    assert "Members to call" not in _html(client)
