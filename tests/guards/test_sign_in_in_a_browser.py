"""Sign-in, a passkey and the People page in a real browser, under the strict policy."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from console.roles import Role
from tests.factories import PASSWORD, make_staff

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser says of broken policies and scripts."""
    found: list[str] = []
    page.on("console", lambda line: found.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def sign_in(page: Page, url: str, email: str) -> None:
    page.goto(f"{url}/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_passkey_is_set_up_and_opens_the_console_without_a_password(
    page: Page, live_server: Any, settings: Any, complaints: list[str]
) -> None:
    settings.STAFF_SECOND_FACTOR = True
    person = make_staff(Role.ADMINISTRATOR, email="dana@example.com")
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    sign_in(page, live_server.url, person.email)
    expect(page.get_by_text("Set up a second factor first")).to_be_visible()
    page.goto(f"{live_server.url}/accounts/2fa/webauthn/add/")
    page.get_by_label("Passwordless").check()
    page.locator("#mfa_webauthn_add").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.goto(f"{live_server.url}/console/people/")
    expect(page.get_by_role("heading", name="People", exact=True)).to_be_visible()

    page.context.clear_cookies()
    page.goto(f"{live_server.url}/accounts/login/?next=/console/people/")
    page.locator("#passkey_login").click()
    expect(page.get_by_role("heading", name="People", exact=True)).to_be_visible()
    assert complaints == []


def test_an_administrator_invites_somebody(
    page: Page, live_server: Any, complaints: list[str]
) -> None:
    dana = make_staff(Role.ADMINISTRATOR, email="dana@example.com")
    sign_in(page, live_server.url, dana.email)
    page.goto(f"{live_server.url}/console/people/")
    page.get_by_role("link", name="Invite somebody").click()
    page.get_by_label("Email").fill("marcus@example.com")
    page.get_by_label("First name").fill("Marcus")
    page.get_by_label("Last name").fill("Odom")
    page.get_by_label("Approver").check()
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("link", name="Marcus Odom")).to_be_visible()
    expect(page.get_by_text("Invited", exact=True)).to_be_visible()
    assert complaints == []
