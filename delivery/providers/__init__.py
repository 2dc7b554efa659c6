"""The registry: which provider serves a channel, chosen by the settings. What isn't set is sandbox.

Classes are named, not imported: the package of a provider that a site does not use is not needed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.module_loading import import_string

from common.choices import Channel

if TYPE_CHECKING:
    from delivery.providers.base import Provider

SANDBOX = "sandbox"


@dataclass(frozen=True, slots=True)
class Entry:
    name: str
    channel: Channel
    path: str
    is_set: Callable[[], bool]


def email_service() -> str:
    """`smtp`, `smtps`, the name of an email service, or `sandbox`: what EMAIL_URL says."""
    url = settings.EMAIL_URL.strip()
    return (urlsplit(url).scheme or url or SANDBOX).lower()


def _twilio() -> bool:
    return bool(settings.TWILIO_ACCOUNT_SID and settings.TWILIO_AUTH_TOKEN)


def _has_smtp() -> bool:
    return email_service() in {"smtp", "smtps"}


def _has_email_service() -> bool:
    return email_service() not in {"smtp", "smtps", SANDBOX}


def _has_twilio_text() -> bool:
    return _twilio() and bool(settings.TWILIO_MESSAGING_SERVICE_SID or settings.TWILIO_FROM_NUMBER)


def _has_twilio_voice() -> bool:
    return _twilio() and bool(settings.TWILIO_VOICE_NUMBER)


def _has_push() -> bool:
    return bool(settings.VAPID_PRIVATE_KEY or settings.FIREBASE_CREDENTIALS)


def _always() -> bool:
    return True


_HERE = "delivery.providers"
# The first that is set serves its channel. (The sandbox has a name for each channel, because a
# provider that is down is known by its name: see circuit.py.)
REGISTRY: tuple[Entry, ...] = (
    Entry("smtp", Channel.EMAIL, f"{_HERE}.smtp.provider.SmtpProvider", _has_smtp),
    Entry(
        "anymail", Channel.EMAIL, f"{_HERE}.anymail.provider.AnymailProvider", _has_email_service
    ),
    Entry(
        "twilio_text", Channel.TEXT, f"{_HERE}.twilio_text.provider.TwilioText", _has_twilio_text
    ),
    Entry(
        "twilio_voice",
        Channel.VOICE,
        f"{_HERE}.twilio_voice.provider.TwilioVoice",
        _has_twilio_voice,
    ),
    Entry("push", Channel.PUSH, f"{_HERE}.push.provider.PushProvider", _has_push),
    Entry("sandbox_email", Channel.EMAIL, f"{_HERE}.sandbox.provider.SandboxEmail", _always),
    Entry("sandbox_text", Channel.TEXT, f"{_HERE}.sandbox.provider.SandboxText", _always),
    Entry("sandbox_voice", Channel.VOICE, f"{_HERE}.sandbox.provider.SandboxVoice", _always),
    Entry("sandbox_push", Channel.PUSH, f"{_HERE}.sandbox.provider.SandboxPush", _always),
)


def entry_for(channel: Channel | str) -> Entry:
    return next(entry for entry in REGISTRY if entry.channel == channel and entry.is_set())


def provider_for(channel: Channel | str) -> "Provider":
    """A new provider for a channel. It belongs to the caller, who closes it."""
    provider: Provider = import_string(entry_for(channel).path)()
    return provider


def provider_name_for(channel: Channel | str) -> str:
    """As in `Message.provider`."""
    return entry_for(channel).name


def is_sandbox(channel: Channel | str) -> bool:
    return provider_name_for(channel).startswith(SANDBOX)
