"""Bulk enrollment: nothing is done that was not looked at, and it can be taken back."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from alerts.models import Enrollment, Subscription
from common.choices import Channel
from console.roles import Role
from customers.models import Account
from tests.alerts.making import make_account, subscribe, type_of
from tests.factories import make_staff

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


def seen_in(shown: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', shown)
    assert found, shown
    return found.group(1)


def test_dry_run_then_turned_on_then_taken_back(client: Client, dana: User) -> None:
    draft, already = paying_by("bank_draft"), paying_by("card")
    paying_by("none")
    subscribe(already, "payment_received", Channel.EMAIL)
    url = page("alert_enrollment_new")
    shown = client.post(url, asked()).content.decode()
    assert "Payment Received would be on for one more account" in shown
    assert "On already" in shown
    assert not Enrollment.objects.exists()

    done = client.post(url, asked(seen=seen_in(shown), apply="1"), follow=True).content.decode()
    assert "“Payment Received” is on for one more account." in done
    row = Subscription.objects.get(account=draft)
    assert row.email
    enrollment = Enrollment.objects.get()
    assert enrollment.created_by == dana
    listed = client.get(page("alert_enrollments")).content.decode()
    assert "Recurring payment: Bank draft, Card" in listed

    undo = page("alert_enrollment_undo", enrollment.pk)
    assert "Take it back?" in client.get(undo).content.decode()
    back = client.post(undo, follow=True).content.decode()
    assert "Taken back for one account." in back
    assert not Subscription.objects.filter(account=draft).exists()
    assert Subscription.objects.get(account=already).email


def test_what_was_changed_since_it_was_looked_at_is_not_done(client: Client, dana: User) -> None:
    paying_by("card")
    url = page("alert_enrollment_new")
    seen = seen_in(client.post(url, asked()).content.decode())
    shown = client.post(url, asked(channels=["email", "text"], seen=seen, apply="1"))
    assert "Something was changed since you looked." in shown.content.decode()
    assert not Enrollment.objects.exists()


def test_a_file_of_accounts_is_carried_to_the_second_step(client: Client, dana: User) -> None:
    account = make_account()
    file = SimpleUploadedFile(
        "list.csv", f"Account,Note\n{account.number},x\n999999-009,y\n".encode()
    )
    url = page("alert_enrollment_new")
    shown = client.post(url, asked(recurring_payments=[], file=file)).content.decode()
    assert "One number of the list is not one of our accounts." in shown
    listed = f"{account.number}\n999999-009"
    done = client.post(
        url,
        asked(recurring_payments=[], accounts=listed, seen=seen_in(shown), apply="1"),
        follow=True,
    )
    assert "is on for one more account" in done.content.decode()


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


def test_a_file_without_accounts_is_refused_by_its_headings(client: Client, dana: User) -> None:
    file = SimpleUploadedFile("list.csv", b"Pole,Truck\n1,2\n")
    answer = client.post(page("alert_enrollment_new"), asked(file=file)).content.decode()
    assert "No column of this file is called Account. It has: Pole, Truck." in answer


def test_only_communicators_and_administrators_enroll(client: Client) -> None:
    client.force_login(make_staff(Role.CSR))
    assert client.get(page("alert_enrollments")).status_code == 403
    assert client.post(page("alert_enrollment_new"), asked()).status_code == 403
