"""Every address asks for a permission or says why it is open; each role gets what it should.

A new view without a mark fails here, and so does a permission that no role has.
"""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from common.access import public_because, required_permissions
from console.roles import PERMISSIONS, Role
from tests.factories import PASSWORD, make_staff
from tests.guards.routes import Route, all_routes

pytestmark = pytest.mark.django_db

# allauth's own views, each of which sees to it by itself who may open it. Listed one by one, so
# that an update of allauth that brings a new one is looked at.
OPEN_TO_ALL = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_signup",  # closed: nobody signs up
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_email_verification_sent",
    "account_confirm_email",
    "account_confirm_login_code",  # only within a sign-in by code, which is off
    "mfa_authenticate",  # the second step of signing in
    "mfa_login_webauthn",
}
FOR_EVERYBODY_SIGNED_IN = {
    "account_reauthenticate",
    "account_email",
    "account_change_password",
    "account_set_password",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_remove_webauthn",
    "mfa_edit_webauthn",
}
ALLAUTH = OPEN_TO_ALL | FOR_EVERYBODY_SIGNED_IN
GUARDED = [route for route in all_routes() if required_permissions(route.view)]


def is_allauths(route: Route) -> bool:
    return route.view.__module__.startswith("allauth.")


def test_every_view_asks_for_a_permission_or_says_why_it_is_open() -> None:
    forgotten = [
        f"{route.name} (/{route.route})"
        for route in all_routes()
        if not is_allauths(route)
        and not required_permissions(route.view)
        and not public_because(route.view)
    ]
    assert forgotten == [], "mark them with @requires or @public of common/access.py"


def test_allauths_views_are_the_ones_that_we_know() -> None:
    assert {route.name for route in all_routes() if is_allauths(route)} == ALLAUTH


def test_no_view_is_both_open_and_guarded() -> None:
    both = [r.name for r in all_routes() if required_permissions(r.view) and public_because(r.view)]
    assert both == []


def test_each_permission_that_a_view_asks_for_exists_and_some_role_has_it() -> None:
    given = set().union(*PERMISSIONS.values())
    asked = {permission for route in GUARDED for permission in required_permissions(route.view)}
    assert asked - given == set()
    known = {
        f"{app}.{codename}"
        for app, codename in Permission.objects.values_list("content_type__app_label", "codename")
    }
    assert (given | asked) - known == set()


def test_the_administrator_has_whatever_any_role_has() -> None:
    assert PERMISSIONS[Role.ADMINISTRATOR] == frozenset().union(*PERMISSIONS.values())


def test_groups_say_what_the_table_says() -> None:
    for role in Role:
        person = make_staff(role)
        assert person.get_all_permissions() == PERMISSIONS[role]


def is_let_in(client: Client, route: Route) -> bool:
    response = client.get(route.path)
    to_sign_in = response.status_code == 302 and "/accounts/login/" in response["Location"]
    return not to_sign_in and response.status_code != 403


def signed_in(person: User) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(person)
    return client


def test_an_outsider_is_led_to_the_sign_in_page_everywhere() -> None:
    for route in GUARDED:
        response = Client().get(route.path)
        assert response.status_code == 302, route
        assert response["Location"].startswith("/accounts/login/?next="), route
        response = Client().post(route.path)
        assert response.status_code == 302, route


def test_a_member_without_a_role_is_let_in_nowhere() -> None:
    member = User.objects.create_user("member@example.com", "member@example.com", PASSWORD)
    client = signed_in(member)
    assert [route.name for route in GUARDED if is_let_in(client, route)] == []


@pytest.mark.parametrize("role", list(Role))
def test_each_role_is_let_in_where_the_table_says_and_nowhere_else(role: Role) -> None:
    client = signed_in(make_staff(role))
    for route in GUARDED:
        expected = bool(PERMISSIONS[role] & set(required_permissions(route.view)))
        assert is_let_in(client, route) is expected, (role, route)


def test_people_without_the_permission_are_told_in_words_what_they_lack() -> None:
    response = signed_in(make_staff(Role.CSR)).get("/console/people/")
    assert response.status_code == 403
    assert "Your role does not include this: Can view user" in response.content.decode()


@pytest.mark.parametrize("name", sorted(FOR_EVERYBODY_SIGNED_IN))
def test_allauths_own_pages_are_closed_to_outsiders(name: str) -> None:
    (route,) = [route for route in all_routes() if route.name == name]
    response = Client().get(route.path)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_an_htmx_request_of_somebody_signed_out_moves_the_whole_page() -> None:
    response = Client().get(
        "/console/people/",
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/console/people/"},
    )
    assert response.status_code == 204
    assert response["HX-Redirect"] == "/accounts/login/?next=/console/people/"


def test_nobody_signs_up() -> None:
    client = Client()
    assert "closed" in client.get("/accounts/signup/").content.decode().lower()
    client.post(
        "/accounts/signup/",
        {"email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD},
    )
    assert not User.objects.filter(email="new@example.com").exists()
