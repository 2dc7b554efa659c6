"""The People page: invite, roles, end access."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client

from console.people import PersonRefusedError, roles_of, staff_create, staff_update
from console.roles import Role
from tests.factories import PASSWORD, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def dana() -> User:
    return make_staff(Role.ADMINISTRATOR, email="dana@example.com")


@pytest.fixture
def as_dana(dana: User) -> Client:
    client = Client()
    client.force_login(dana)
    return client


def test_an_invitation_leads_to_a_password_and_into_the_console(as_dana: Client) -> None:
    response = as_dana.post(
        "/console/people/new/",
        {
            "email": "Marcus@Example.com",
            "first_name": "Marcus",
            "last_name": "Odom",
            "roles": ["approver"],
        },
        follow=True,
    )
    assert response.status_code == 200
    assert "Marcus Odom" in response.content.decode()
    marcus = User.objects.get(email="marcus@example.com")
    assert (marcus.is_staff, marcus.has_usable_password(), roles_of(marcus)) == (
        True,
        False,
        [Role.APPROVER],
    )
    (letter,) = mail.outbox
    assert letter.to == ["marcus@example.com"]
    found = re.search(r"https?://[^/\s]+(/\S+)", str(letter.body))
    assert found is not None

    client = Client()
    page = client.get(found.group(1), follow=True)
    where = page.redirect_chain[-1][0]
    refused = client.post(where, {"password1": "too short", "password2": "too short"})
    assert "at least 15" in refused.content.decode()
    client.post(where, {"password1": PASSWORD, "password2": PASSWORD})
    client = Client()
    signed_in = client.post("/accounts/login/", {"login": marcus.email, "password": PASSWORD})
    assert signed_in.status_code == 302
    # The link was for one use.
    again = Client().get(found.group(1), follow=True)
    assert "already been used" in again.content.decode()


def test_an_address_is_invited_once(as_dana: Client) -> None:
    make_staff(Role.CSR, email="ruth@example.com")
    response = as_dana.post(
        "/console/people/new/",
        {"email": "RUTH@example.com", "first_name": "R", "last_name": "S", "roles": ["csr"]},
    )
    assert response.status_code == 422
    assert "on the list already" in response.content.decode()
    assert mail.outbox == []


def test_roles_are_changed_and_access_is_ended(as_dana: Client) -> None:
    ruth = make_staff(Role.CSR)
    as_dana.post(f"/console/people/{ruth.pk}/", {"roles": ["approver", "csr"], "is_active": "on"})
    assert set(roles_of(User.objects.get(pk=ruth.pk))) == {Role.APPROVER, Role.CSR}
    as_dana.post(f"/console/people/{ruth.pk}/", {"roles": ["csr"]})
    assert User.objects.get(pk=ruth.pk).is_active is False
    page = as_dana.get("/console/people/").content.decode()
    assert "Ended" in page


def test_a_new_link_is_sent_on_request(as_dana: Client) -> None:
    ruth = make_staff(Role.CSR)
    as_dana.post(f"/console/people/{ruth.pk}/invite/")
    assert [letter.to for letter in mail.outbox] == [[ruth.email]]


def test_nobody_takes_their_own_administrator_role_away(dana: User, as_dana: Client) -> None:
    make_staff(Role.ADMINISTRATOR)
    response = as_dana.post(f"/console/people/{dana.pk}/", {"roles": ["csr"], "is_active": "on"})
    assert response.status_code == 422
    assert "your own administrator role" in response.content.decode()
    assert roles_of(User.objects.get(pk=dana.pk)) == [Role.ADMINISTRATOR]


def test_the_last_administrator_stays(dana: User) -> None:
    with pytest.raises(PersonRefusedError, match="Nobody else is an administrator"):
        staff_update(person=dana, by=make_staff(Role.CSR), roles=[Role.CSR], is_active=True)
    other = make_staff(Role.ADMINISTRATOR)
    staff_update(person=dana, by=other, roles=[Role.CSR], is_active=True)
    assert roles_of(User.objects.get(pk=dana.pk)) == [Role.CSR]


def test_a_member_is_not_on_the_page(as_dana: Client) -> None:
    member = User.objects.create_user("member@example.com", "member@example.com", PASSWORD)
    assert "member@example.com" not in as_dana.get("/console/people/").content.decode()
    assert as_dana.get(f"/console/people/{member.pk}/").status_code == 404


def test_a_person_may_have_no_role_that_does_not_exist(as_dana: Client) -> None:
    ruth = make_staff(Role.CSR)
    response = as_dana.post(f"/console/people/{ruth.pk}/", {"roles": ["superuser"]})
    assert response.status_code == 422


def test_a_created_person_signs_in_by_the_address_that_was_given() -> None:
    person = staff_create(email=" Ruth@Example.com ", roles=[Role.CSR], password=PASSWORD)
    assert person.email == "ruth@example.com"
    assert EmailAddress.objects.get(user=person).verified
