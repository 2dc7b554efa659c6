"""Django's own mail by the project's provider; settings that lack something, in words."""

import email.policy
from email import message_from_bytes
from typing import Any

import pytest
from django.core.mail import EmailMessage, get_connection

from delivery.models import Message
from delivery.providers.sandbox.models import SandboxMessage
from tests.wire import SmtpSink
from upn.checks import site_settings

BACKEND = "upn.mail_backend.ProviderBackend"
REAL_SITE: dict[str, Any] = {
    "DEMO": False,
    "DEBUG": False,
    "SECRET_KEY": "k" * 50,
    "PUBLIC_URL": "https://contact.example.org",
    "STAFF_SECOND_FACTOR": True,
    "METRICS_TOKEN": "",
    "UNSET_UTILITY": [],
}


def letter() -> EmailMessage:
    return EmailMessage(
        subject="Your sign-in",
        body="Choose a password:\n\nhttps://contact.example.org/accounts/x/?a=1&b=2\n",
        to=["ruth@example.com"],
        connection=get_connection(BACKEND),
    )


@pytest.mark.django_db(transaction=True)
def test_mail_goes_by_the_mail_server_and_not_into_the_outbox(
    settings: Any, smtp_sink: SmtpSink
) -> None:
    settings.EMAIL_URL = smtp_sink.url
    assert letter().send() == 1
    (delivered,) = smtp_sink.delivered
    assert delivered.recipients == ["ruth@example.com"]
    parsed = message_from_bytes(delivered.raw, policy=email.policy.default)
    assert parsed["Subject"] == "Your sign-in"
    body = parsed.get_body(("plain",))
    assert body is not None
    assert "https://contact.example.org/accounts/x/?a=1&b=2" in body.get_content()
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_the_mail_server_refuses_is_said_without_the_address(
    settings: Any, smtp_sink: SmtpSink
) -> None:
    settings.EMAIL_URL = smtp_sink.url
    smtp_sink.answer("ruth@example.com", "550 5.1.1 no such mailbox")
    with pytest.raises(OSError, match=r".+") as raised:
        letter().send()
    assert "ruth@" not in str(raised.value)


@pytest.mark.django_db(transaction=True)
def test_without_a_mail_server_it_is_on_the_sandbox_page() -> None:
    letter().send()
    assert SandboxMessage.objects.get().address == "ruth@example.com"


def problems(settings: Any, **changes: Any) -> dict[str, str]:
    for name, value in {**REAL_SITE, **changes}.items():
        setattr(settings, name, value)
    return {str(found.id): found.msg for found in site_settings(None)}


def test_a_well_set_site_has_nothing_to_say(settings: Any) -> None:
    assert problems(settings) == {}


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("METRICS_TOKEN", "short", "upn.E001"),
        ("PUBLIC_URL", "contact.example.org", "upn.E002"),
        ("DEBUG", True, "upn.E003"),
        ("SECRET_KEY", "short", "upn.W001"),
        ("PUBLIC_URL", "http://contact.example.org", "upn.W002"),
        ("STAFF_SECOND_FACTOR", False, "upn.W003"),
        ("UNSET_UTILITY", ["UTILITY_NAME"], "upn.W004"),
    ],
)
def test_what_a_real_site_lacks_is_said_by_name(
    settings: Any, name: str, value: Any, code: str
) -> None:
    found = problems(settings, **{name: value})
    assert code in found
    named = {"DEBUG": "UPN_DEBUG", "UNSET_UTILITY": "UTILITY_NAME"}.get(name, name)
    assert named in found[code]


def test_a_demonstration_is_not_lectured(settings: Any) -> None:
    assert problems(settings, DEMO=True, STAFF_SECOND_FACTOR=False, UNSET_UTILITY=["X"]) == {}
