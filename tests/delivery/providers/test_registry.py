"""Which provider serves a channel, and what half a setting says."""

import asyncio

import pytest
from pytest_django import Settings

from common.choices import Channel
from delivery.checks import provider_settings
from delivery.providers import REGISTRY, is_sandbox, provider_for, provider_name_for
from tests.delivery.providers.fake_twilio import SERVICE, FakeTwilio

ACCOUNT = "AC" + "0" * 32


def complaints() -> list[str]:
    return [str(message.id) for message in provider_settings(None)]


def test_nothing_set_is_the_sandbox_on_every_channel() -> None:
    for channel in Channel:
        assert is_sandbox(channel)
        provider = provider_for(channel)
        assert (provider.name, provider.channel) == (f"sandbox_{channel}", channel)
        asyncio.run(provider.close())


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("smtp://mail.example.com", "smtp"),
        ("smtps://mail.example.com", "smtp"),
        ("postmark://TOKEN@", "anymail"),
        ("sendgrid://KEY@", "anymail"),
        ("sandbox", "sandbox_email"),
        ("", "sandbox_email"),
    ],
)
def test_email_url_chooses_the_provider_of_email(settings: Settings, url: str, name: str) -> None:
    settings.EMAIL_URL = url
    assert provider_name_for(Channel.EMAIL) == name


def test_twilio_serves_what_it_has_a_number_for(settings: Settings, twilio: FakeTwilio) -> None:
    assert provider_name_for(Channel.TEXT) == "twilio_text"
    assert provider_name_for(Channel.VOICE) == "twilio_voice"
    settings.TWILIO_FROM_NUMBER = settings.TWILIO_VOICE_NUMBER = ""
    assert is_sandbox(Channel.TEXT)
    settings.TWILIO_MESSAGING_SERVICE_SID = SERVICE
    assert provider_name_for(Channel.TEXT) == "twilio_text"
    assert is_sandbox(Channel.VOICE)


def test_each_name_fits_its_column() -> None:
    assert all(len(entry.name) <= 16 for entry in REGISTRY)


def test_each_provider_has_the_name_and_channel_of_its_entry(
    settings: Settings, twilio: FakeTwilio
) -> None:
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    for channel in (Channel.EMAIL, Channel.TEXT, Channel.VOICE):
        provider = provider_for(channel)
        assert (provider.name, provider.channel) == (provider_name_for(channel), channel)
        asyncio.run(provider.close())


def test_settings_that_fit_raise_no_complaint(twilio: FakeTwilio) -> None:
    assert not [one for one in complaints() if "E0" in one]


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"EMAIL_URL": "smtp://"}, "delivery.E001"),
        ({"EMAIL_URL": "smtp://mail.example.com:many"}, "delivery.E001"),
        ({"EMAIL_FROM": "nobody"}, "delivery.E002"),
        ({"TWILIO_ACCOUNT_SID": ACCOUNT}, "delivery.E003"),
        ({"TWILIO_AUTH_TOKEN": "secret"}, "delivery.E003"),
        ({"TWILIO_FROM_NUMBER": "+14785550100"}, "delivery.E004"),
        ({"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": "secret"}, "delivery.E005"),
        ({"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "secret"}, "delivery.W006"),
        ({"VAPID_PUBLIC_KEY": "key"}, "delivery.E008"),
        ({"FIREBASE_CREDENTIALS": "/nowhere.json"}, "delivery.E009"),
        ({"UTILITY_PHONE": "the office"}, "delivery.E010"),
    ],
)
def test_half_a_setting_is_found_when_the_system_starts(
    settings: Settings, values: dict[str, str], complaint: str
) -> None:
    for name, value in values.items():
        setattr(settings, name, value)
    assert complaint in complaints()


def test_no_complaint_tells_a_secret(settings: Settings) -> None:
    settings.TWILIO_AUTH_TOKEN = "my-secret-token"
    settings.EMAIL_URL = "smtp://user:my-secret-password@"
    said = " ".join(f"{one.msg} {one.hint}" for one in provider_settings(None))
    assert "my-secret" not in said
