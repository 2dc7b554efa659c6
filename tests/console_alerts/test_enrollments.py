"""Bulk enrollment: nothing is done that was not looked at, and it can be taken back."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from alerts.enrollment import work
from alerts.models import AccountList, Enrollment, Subscription
from common.choices import Channel
from console.roles import Role
from customers.models import Account
from tests.alerts.making import make_account, subscribe, type_of
from tests.factories import make_staff
from tests.processes import Workers
from tests.wire import wait_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def dana(client: Client) -> User:
    user = make_staff(Role.COMMUNICATOR)
    client.force_login(user)
    return user


def page(name: str, *args: Any) -> str:
    return reverse(f"console:{name}", args=args)


def paying_by(way: str) -> Account:
    account = make_account()
    account.recurring_payment = way
    account.save()
    return account


def asked(**changes: Any) -> dict[str, Any]:
    return {
        "type": type_of("payment_received").pk,
        "channels": ["email"],
        "recurring_payments": ["bank_draft", "card"],
        **changes,
    }


def shown(client: Client, enrollment: Enrollment) -> str:
    return client.get(page("alert_enrollment", enrollment.pk)).content.decode()


def test_dry_run_then_turned_on_then_taken_back(client: Client, dana: User) -> None:
    draft, already = paying_by("bank_draft"), paying_by("card")
    paying_by("none")
    subscribe(already, "payment_received", Channel.EMAIL)
    answer = client.post(page("alert_enrollment_new"), asked())
    enrollment = Enrollment.objects.get()
    assert answer["Location"] == page("alert_enrollment", enrollment.pk)
    assert "Being looked at" in shown(client, enrollment)
    work(enrollment.pk)
    html = shown(client, enrollment)
    assert "It would be on for one more account" in html
    assert "On already" in html
    assert not Subscription.objects.filter(account=draft).exists()

    client.post(page("alert_enrollment_on", enrollment.pk))
    assert "Being turned on" in shown(client, enrollment)
    assert (
        "every 1s" in client.get(page("alert_enrollment_progress", enrollment.pk)).content.decode()
    )
    work(enrollment.pk)
    assert "Turned on for one account" in shown(client, enrollment)
    row = Subscription.objects.get(account=draft)
    assert row.email
    enrollment.refresh_from_db()
    assert enrollment.created_by == dana
    listed = client.get(page("alert_enrollments")).content.decode()
    assert "Recurring payment: Bank draft, Card" in listed

    undo = page("alert_enrollment_undo", enrollment.pk)
    assert "Take it back?" in client.get(undo).content.decode()
    client.post(undo)
    work(enrollment.pk)
    assert "Taken back for one account." in shown(client, enrollment)
    assert not Subscription.objects.filter(account=draft).exists()
    assert Subscription.objects.get(account=already).email
    assert "It is not on any more." in client.post(undo, follow=True).content.decode()


def test_what_was_not_looked_at_yet_is_not_turned_on(client: Client, dana: User) -> None:
    paying_by("card")
    client.post(page("alert_enrollment_new"), asked())
    enrollment = Enrollment.objects.get()
    answer = client.post(page("alert_enrollment_on", enrollment.pk), follow=True)
    assert "not waiting to be turned on" in answer.content.decode()
    work(enrollment.pk)
    client.post(page("alert_enrollment_drop", enrollment.pk))
    assert not Enrollment.objects.exists()
    assert not Subscription.objects.exists()


def test_it_is_changed_from_what_was_looked_at(client: Client, dana: User) -> None:
    account = paying_by("card")
    client.post(page("alert_enrollment_new"), asked(accounts=account.number, cycles="03, 04"))
    enrollment = Enrollment.objects.get()
    html = client.get(page("alert_enrollment_new") + f"?from={enrollment.pk}").content.decode()
    assert account.key in html
    assert "03, 04" in html
    AccountList.objects.update(count=1_001)
    enrollment.criteria["account_count"] = 1_001
    enrollment.save()
    html = client.get(page("alert_enrollment_new") + f"?from={enrollment.pk}").content.decode()
    assert "The list of 1,001 accounts is not shown here" in html


def test_a_file_of_accounts_decides(client: Client, dana: User) -> None:
    account = make_account()
    file = SimpleUploadedFile(
        "list.csv", f"Account,Note\n{account.number},x\n999999-009,y\n".encode()
    )
    client.post(page("alert_enrollment_new"), asked(recurring_payments=[], file=file))
    enrollment = Enrollment.objects.get()
    work(enrollment.pk)
    html = shown(client, enrollment)
    assert "One number of the list is not one of our accounts." in html
    assert "It would be on for one more account" in html
    assert "A list of 2 accounts" in html


def test_a_file_of_as_many_accounts_as_the_largest_utility_has(client: Client, dana: User) -> None:
    """It is kept once, not with the page and not with each enrollment."""
    account = make_account()
    numbers = "\n".join(f"{n:06}-001" for n in range(400_000) if n != 300_000)
    file = SimpleUploadedFile("all.csv", f"Account\n{account.number}\n{numbers}\n".encode())
    answer = client.post(page("alert_enrollment_new"), asked(recurring_payments=[], file=file))
    enrollment = Enrollment.objects.get()
    assert answer["Location"] == page("alert_enrollment", enrollment.pk)
    assert enrollment.criteria["account_count"] >= 399_999
    work(enrollment.pk)
    html = shown(client, enrollment)
    assert "It would be on for one more account" in html
    assert len(html) < 50_000


def test_who_is_in_a_later_step_is_reached_too_and_a_lost_worker_is_followed(
    client: Client, dana: User
) -> None:
    first, last = paying_by("card"), paying_by("card")
    client.post(page("alert_enrollment_new"), asked())
    enrollment = Enrollment.objects.get()
    # As if the worker had died behind the first account.
    Enrollment.objects.update(
        state="applying",
        through_account=first.pk,
        reach={"accounts": 1, "channels": {"email": 1}, "left_out": {}, "unknown_accounts": 0},
    )
    work(enrollment.pk)
    enrollment.refresh_from_db()
    assert (enrollment.state, enrollment.reach["accounts"]) == ("applied", 2)
    assert list(Subscription.objects.values_list("account", flat=True)) == [last.pk]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"recurring_payments": []}, "Say whom it is for"),
        ({"channels": []}, "Choose at least one channel."),
        ({"type": ""}, "This field is required."),
        ({"accounts": "nobody"}, "1 line is no account number."),
    ],
)
def test_what_is_missing_is_said_in_words(
    client: Client, dana: User, changes: dict[str, Any], told: str
) -> None:
    answer = client.post(page("alert_enrollment_new"), asked(**changes))
    assert told in answer.content.decode()
    assert not Enrollment.objects.exists()


def test_the_ebill_is_not_turned_on_by_email(client: Client, dana: User) -> None:
    answer = client.post(page("alert_enrollment_new"), asked(type=type_of("bill_ready").pk))
    assert "chosen with the copies of the bill" in answer.content.decode()
    assert not Enrollment.objects.exists()


def test_a_file_without_accounts_is_refused_by_its_headings(client: Client, dana: User) -> None:
    file = SimpleUploadedFile("list.csv", b"Pole,Truck\n1,2\n")
    answer = client.post(page("alert_enrollment_new"), asked(file=file)).content.decode()
    assert "No column of this file is called Account. It has: Pole, Truck." in answer


def test_only_communicators_and_administrators_enroll(client: Client) -> None:
    client.force_login(make_staff(Role.CSR))
    assert client.get(page("alert_enrollments")).status_code == 403
    assert client.post(page("alert_enrollment_new"), asked()).status_code == 403


@pytest.mark.timeout(300)
def test_a_worker_looks_and_turns_on(workers: Workers, client: Client) -> None:
    workers.start("work")
    client.force_login(make_staff(Role.COMMUNICATOR))
    account = paying_by("card")
    client.post(page("alert_enrollment_new"), asked())
    enrollment = Enrollment.objects.get()

    def state() -> str:
        return Enrollment.objects.values_list("state", flat=True).get()

    wait_for(lambda: state() == "checked", seconds=60, what="the dry run")
    client.post(page("alert_enrollment_on", enrollment.pk))
    wait_for(lambda: state() == "applied", seconds=60, what="the turning on")
    assert Subscription.objects.get(account=account).email
