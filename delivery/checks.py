"""Half-set providers are found when the system starts, in words, not by the first message."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import phonenumbers
from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from common.choices import Channel, Purpose
from common.quiet_hours import HOURS_OF_STATES, legal_hours, read_hours_of_states
from customers.time_zones import STATES
from delivery.bounces.imap_url import parse_imap_url
from delivery.providers import SANDBOX, email_service, is_sandbox
from delivery.webhooks.checks import check_settings as webhook_settings

_SID = re.compile(r"^[A-Z]{2}[0-9a-fA-F]{32}$")


@register(Tags.compatibility)
def provider_settings(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    return [
        *_email(),
        *_twilio(),
        *_bounces(),
        *_push(),
        *_by_the_chosen(),
        *_utility(),
        *_hours(),
        *_sandbox_on_a_real_site(),
        *webhook_settings(),
    ]


def _email() -> Iterator[CheckMessage]:
    if not settings.EMAIL_FROM or "@" not in settings.EMAIL_FROM:
        yield Error(
            "EMAIL_FROM is not an email address.",
            hint="It is the address that members' email comes from.",
            id="delivery.E002",
        )
    if email_service() != SANDBOX and urlsplit(settings.PUBLIC_URL).scheme != "https":
        yield Warning(
            "PUBLIC_URL is not https: mail programs will not show their button to unsubscribe "
            "(RFC 8058), and links in mail may not open.",
            hint="Set PUBLIC_URL to the address under which the internet sees this site.",
            id="delivery.W021",
        )


def _bounces() -> Iterator[CheckMessage]:
    if settings.BOUNCE_IMAP_URL:
        try:
            parse_imap_url(settings.BOUNCE_IMAP_URL)
        except ImproperlyConfigured as error:
            yield Error(
                str(error),
                hint="imaps://user:password@host/folder?done=Handled",
                id="delivery.E012",
            )


def _twilio() -> Iterator[CheckMessage]:
    sid, token = settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN
    service, number = settings.TWILIO_MESSAGING_SERVICE_SID, settings.TWILIO_FROM_NUMBER
    voice = settings.TWILIO_VOICE_NUMBER
    if bool(sid) != bool(token):
        missing = "TWILIO_AUTH_TOKEN" if sid else "TWILIO_ACCOUNT_SID"
        yield Error(
            f"Twilio is half set: {missing} is missing.",
            hint="Set both, or neither: then texts and calls go to the sandbox.",
            id="delivery.E003",
        )
    if (service or number or voice) and not (sid or token):
        yield Error(
            "Twilio is half set: a number or service to send from, but no account.",
            hint="Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN too.",
            id="delivery.E004",
        )
    if sid and token and not (service or number or voice):
        yield Error(
            "Twilio is half set: an account, but nothing to send from.",
            hint="Set TWILIO_MESSAGING_SERVICE_SID or TWILIO_FROM_NUMBER for texts, "
            "TWILIO_VOICE_NUMBER for calls.",
            id="delivery.E005",
        )
    for name, value, start in (
        ("TWILIO_ACCOUNT_SID", sid, "AC"),
        ("TWILIO_MESSAGING_SERVICE_SID", service, "MG"),
    ):
        if value and not (_SID.match(value) and value.startswith(start)):
            yield Warning(
                f"{name} does not look like one: {start} and 32 hexadecimal digits.",
                id="delivery.W006",
            )
    if sid and token and urlsplit(settings.PUBLIC_URL).scheme != "https":
        yield Warning(
            "PUBLIC_URL is not https: Twilio can't report what became of texts and calls, "
            "nor can a STOP reach us.",
            hint="Set PUBLIC_URL to the address under which the internet sees this site.",
            id="delivery.W007",
        )


def _push() -> Iterator[CheckMessage]:
    if settings.VAPID_PUBLIC_KEY and not settings.VAPID_PRIVATE_KEY:
        yield Error(
            "Web Push is half set: VAPID_PRIVATE_KEY is missing.",
            hint="Set it, or take VAPID_PUBLIC_KEY away.",
            id="delivery.E008",
        )
    if settings.FIREBASE_CREDENTIALS and not _is_service_account(settings.FIREBASE_CREDENTIALS):
        yield Error(
            "FIREBASE_CREDENTIALS is neither a service account's JSON nor the path of its file.",
            hint="Download the key under Project settings, Service accounts.",
            id="delivery.E009",
        )


def _by_the_chosen() -> list[CheckMessage]:
    """What chosen providers say of their own settings; only those are loaded."""
    paths = []
    if (service := email_service()) != SANDBOX:
        provider = "smtp" if service in {"smtp", "smtps"} else "anymail"
        paths.append(f"delivery.providers.{provider}.checks.check_settings")
    if settings.VAPID_PRIVATE_KEY:
        paths.append("delivery.providers.push.checks.check_settings")
    return [message for path in paths for message in import_string(path)()]


def _is_service_account(value: str) -> bool:
    try:
        text = value if value.lstrip().startswith("{") else Path(value).read_text()
        account = json.loads(text)
    except (OSError, ValueError):
        return False
    return isinstance(account, dict) and "project_id" in account


def _utility() -> Iterator[CheckMessage]:
    try:
        phonenumbers.parse(settings.UTILITY_PHONE, settings.PHONENUMBER_DEFAULT_REGION)
    except phonenumbers.NumberParseException:
        yield Error(
            "UTILITY_PHONE is not a telephone number.",
            hint="Every automated call must name a number to call back (RULES 10).",
            id="delivery.E010",
        )
    try:
        phonenumbers.parse(settings.UTILITY_OPT_OUT_PHONE, settings.PHONENUMBER_DEFAULT_REGION)
    except phonenumbers.NumberParseException:
        yield Error(
            "UTILITY_OPT_OUT_PHONE is not a telephone number.",
            hint="An answering machine is told to call it back to opt out (RULES 10).",
            id="delivery.E023",
        )


def _hours() -> Iterator[CheckMessage]:
    try:
        opens = time.fromisoformat(settings.QUIET_HOURS_OPEN)
        closes = time.fromisoformat(settings.QUIET_HOURS_CLOSE)
    except ValueError:
        opens = closes = time(0)
    if opens >= closes:
        yield Error(
            "QUIET_HOURS_OPEN and QUIET_HOURS_CLOSE are not hours of one day: 08:00, 21:00.",
            hint="Texts and calls go between them, where the phone is (RULES 9).",
            id="delivery.E028",
        )
        return
    try:
        by_setting = read_hours_of_states(settings.QUIET_HOURS_OF_STATES)
    except ValueError as error:
        yield Error(f"QUIET_HOURS_OF_STATES: {error}.", id="delivery.E021")
        return
    if unknown := sorted(set(by_setting) - STATES):
        yield Error(
            f"QUIET_HOURS_OF_STATES names no state: {', '.join(unknown)}.", id="delivery.E027"
        )
    yield from _exempt()
    for state in {*HOURS_OF_STATES, *by_setting}:
        first, last = legal_hours(state)
        if first >= last:
            yield Error(
                f"The hours of {state} leave no time for texts and calls.", id="delivery.E022"
            )


def _exempt() -> Iterator[CheckMessage]:
    exempt = set(settings.QUIET_HOURS_EXEMPT_PURPOSES)
    if unknown := sorted(exempt - set(Purpose.values)):
        yield Error(
            f"QUIET_HOURS_EXEMPT_PURPOSES names no purpose of ours: {', '.join(unknown)}.",
            hint=f"They are {', '.join(Purpose.values)}.",
            id="delivery.E024",
        )
    for purpose, words in (
        (Purpose.EMERGENCY, "emergencies wait for the morning"),
        (Purpose.VERIFICATION, "codes that are good for ten minutes wait for the morning"),
    ):
        if purpose not in exempt:
            yield Warning(
                f"QUIET_HOURS_EXEMPT_PURPOSES is without {purpose}: {words}.", id="delivery.W025"
            )
    if sold := sorted(exempt & {Purpose.MARKETING, Purpose.NEWSLETTER}):
        yield Warning(
            f"QUIET_HOURS_EXEMPT_PURPOSES holds {', '.join(sold)}: solicitations at night are "
            "against the law (47 CFR 64.1200(c)(1)).",
            id="delivery.W026",
        )


def _sandbox_on_a_real_site() -> Iterator[CheckMessage]:
    if settings.DEMO:
        return
    sandboxed = [str(channel.label) for channel in Channel if is_sandbox(channel)]
    if sandboxed:
        yield Warning(
            f"Nobody gets what is sent by {', '.join(sandboxed)}: it goes to the sandbox.",
            hint="Set EMAIL_URL, TWILIO_…, VAPID_… or FIREBASE_CREDENTIALS; see the README.",
            id="delivery.W011",
        )
