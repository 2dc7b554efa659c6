"""Staff sign in by email and password, with a second factor (RULES 26)."""

from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from console.roles import Role
from tests.factories import PASSWORD, make_staff

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def sign_in(client: Client, person: User, password: str = PASSWORD) -> Any:
    return client.post(LOGIN, {"login": person.email, "password": password})


def code_now() -> str:
    return str(format_hotp_value(hotp_value(SECRET, next(yield_hotp_counters_from_time()))))


def test_staff_sign_in_by_email_whatever_its_capitals() -> None:
    person = make_staff(Role.ADMINISTRATOR, email="dana@example.com")
    client = Client()
    response = client.post(LOGIN, {"login": "Dana@Example.com", "password": PASSWORD})
    assert (response.status_code, response["Location"]) == (302, "/console/")
    assert client.get("/console/people/").status_code == 200
    assert person.email == "dana@example.com"


def test_a_wrong_password_does_not_say_whether_the_address_is_known() -> None:
    person = make_staff(Role.CSR)
    known = sign_in(Client(), person, "not it at all, sorry").content.decode()
    assert "not correct" in known
    unknown = Client().post(LOGIN, {"login": "nobody@example.com", "password": "x" * 20})
    assert "not correct" in unknown.content.decode()


def test_wrong_attempts_are_throttled_even_with_the_right_password_at_the_end() -> None:
    person = make_staff(Role.CSR)
    client = Client()
    for _ in range(5):
        sign_in(client, person, "wrong wrong wrong")
    response = sign_in(client, person)
    assert response.status_code == 200
    assert "Too many failed" in response.content.decode()


def test_somebody_whose_access_ended_is_signed_out_at_once() -> None:
    person = make_staff(Role.ADMINISTRATOR)
    client = Client()
    sign_in(client, person)
    person.is_active = False
    person.save()
    assert client.get("/console/people/").status_code == 302


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short but odd!", "too short"),
        ("1qaz2wsx3edc4rfv", "too common"),
        ("dana.whitfield@example", "too similar"),
    ],
)
def test_a_password_has_fifteen_characters_and_is_not_a_common_one(
    password: str, reason: str
) -> None:
    user = User(email="dana.whitfield@example.com", first_name="Dana")
    with pytest.raises(ValidationError, match=reason):
        validate_password(password, user)


def test_no_rules_of_composition() -> None:
    validate_password("quietmorningwater")


class TestSecondFactor:
    @pytest.fixture(autouse=True)
    def _required(self, settings: Any) -> None:
        settings.STAFF_SECOND_FACTOR = True

    def test_who_has_none_is_led_to_set_one_up(self) -> None:
        client = Client()
        sign_in(client, make_staff(Role.ADMINISTRATOR))
        response = client.get("/console/people/")
        assert (response.status_code, response["Location"]) == (302, "/accounts/2fa/")
        page = client.get("/accounts/2fa/")
        assert page.status_code == 200
        assert "Set up a second factor first" in page.content.decode()
        assert client.get("/accounts/2fa/totp/activate/").status_code == 200
        assert client.get("/healthz").status_code == 200

    def test_an_htmx_request_is_led_there_too(self) -> None:
        client = Client()
        sign_in(client, make_staff(Role.ADMINISTRATOR))
        response = client.get("/console/people/", headers={"HX-Request": "true"})
        assert (response.status_code, response["HX-Redirect"]) == (204, "/accounts/2fa/")

    def test_recovery_codes_alone_are_not_a_second_factor(self) -> None:
        person = make_staff(Role.ADMINISTRATOR)
        RecoveryCodes.activate(person)
        client = Client()
        client.force_login(person)
        assert client.get("/console/people/").status_code == 302

    def test_who_has_one_must_give_it(self) -> None:
        person = make_staff(Role.ADMINISTRATOR)
        TOTP.activate(person, SECRET)
        client = Client()
        response = sign_in(client, person)
        assert response["Location"].startswith("/accounts/2fa/authenticate/")
        assert client.get("/console/people/").status_code == 302
        wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
        assert wrong.status_code == 200
        right = client.post("/accounts/2fa/authenticate/", {"code": code_now()})
        assert (right.status_code, right["Location"]) == (302, "/console/")
        assert client.get("/console/people/").status_code == 200

    def test_setting_it_up_opens_the_console(self) -> None:
        client = Client()
        sign_in(client, make_staff(Role.ADMINISTRATOR))
        client.get("/accounts/2fa/totp/activate/")
        (secret,) = [value for key, value in client.session.items() if "totp" in key]
        counter = next(yield_hotp_counters_from_time())
        code = str(format_hotp_value(hotp_value(secret, counter)))
        assert client.post("/accounts/2fa/totp/activate/", {"code": code}).status_code == 302
        assert client.get("/console/people/").status_code == 200

    def test_an_old_session_gives_the_password_again_before_a_factor_is_changed(self) -> None:
        client = Client()
        sign_in(client, make_staff(Role.ADMINISTRATOR))
        session = client.session
        for record in session["account_authentication_methods"]:
            record["at"] -= 600
        session.save()
        response = client.get("/accounts/2fa/totp/activate/")
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/reauthenticate/")

    def test_a_passkey_can_be_set_up(self) -> None:
        client = Client()
        sign_in(client, make_staff(Role.ADMINISTRATOR))
        page = client.get("/accounts/2fa/webauthn/add/")
        assert page.status_code == 200
        content = page.content.decode()
        assert "onclick" not in content
        assert "style=" not in content
        assert get_adapter() is not None
