"""What a site's settings lack, in words, when it starts."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

_SHORTEST_KEY = 32
_SHORTEST_TOKEN = 16


@register(Tags.security)
def site_settings(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    return [*_always()] if settings.DEMO else [*_always(), *_on_a_real_site()]


def _always() -> Iterator[CheckMessage]:
    if settings.METRICS_TOKEN and len(settings.METRICS_TOKEN) < _SHORTEST_TOKEN:
        yield Error(
            "METRICS_TOKEN is too short to keep anybody out.",
            hint=f"Give at least {_SHORTEST_TOKEN} characters: openssl rand -hex 16",
            id="upn.E001",
        )
    if urlsplit(settings.PUBLIC_URL).scheme not in {"http", "https"}:
        yield Error(
            "PUBLIC_URL is not an address.",
            hint="It is what people type to reach the site: https://contact.example.org",
            id="upn.E002",
        )


def _on_a_real_site() -> Iterator[CheckMessage]:
    if len(settings.SECRET_KEY) < _SHORTEST_KEY:
        yield Warning(
            "SECRET_KEY is short.",
            hint=f"Give at least {_SHORTEST_KEY} characters: openssl rand -hex 32",
            id="upn.W001",
        )
    if not settings.PUBLIC_URL.startswith("https://"):
        yield Warning(
            "PUBLIC_URL does not begin with https://.",
            hint="Links in messages, secure cookies and passkeys need the site's real address.",
            id="upn.W002",
        )
    if not settings.STAFF_SECOND_FACTOR:
        yield Warning(
            "STAFF_SECOND_FACTOR is off: a password alone opens the console.",
            hint="Take it out of the environment; staff set one up at the next sign-in.",
            id="upn.W003",
        )
    if settings.DEBUG:
        yield Error(
            "UPN_DEBUG is on: error pages would show members' data to anybody.",
            hint="Take it out of the environment.",
            id="upn.E003",
        )
    for name in ("UTILITY_NAME", "UTILITY_ADDRESS", "UTILITY_PHONE"):
        if name in settings.UNSET_UTILITY:
            yield Warning(
                f"{name} is not set: messages would carry the demonstration co-operative's.",
                hint="RULES ask for your legal name, postal address and call-back number.",
                id="upn.W004",
            )
