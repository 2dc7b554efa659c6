"""What webhooks need is missed when the site starts, not when the first bounce goes unheard."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

from delivery.providers import SANDBOX, email_service
from delivery.webhooks.proofs import resend_key, sendgrid_key
from delivery.webhooks.topics import is_topic

_SHORTEST = 16
# Email service → the setting without which none of its reports is believed.
_NEEDED = {
    "sendgrid": "SENDGRID_WEBHOOK_KEY",
    "mailgun": "MAILGUN_WEBHOOK_KEY",
    "postmark": "WEBHOOK_SECRET",
    "ses": "WEBHOOK_SECRET",
    "resend": "RESEND_WEBHOOK_KEY",
    "mandrill": "MANDRILL_WEBHOOK_KEY",
    "brevo": "WEBHOOK_SECRET",
    "mailjet": "WEBHOOK_SECRET",
    "sparkpost": "WEBHOOK_SECRET",
}
_TELL_US_NOTHING = frozenset({"smtp", "smtps", SANDBOX})


def check_settings() -> Iterator[CheckMessage]:
    service = email_service()
    name = _NEEDED.get(service, "")
    if name and not getattr(settings, name):
        yield Warning(
            f"{name} is not set: what {service} reports of bounces and complaints is refused.",
            hint="See docs/webhooks.md.",
            id="delivery.W030",
        )
    if not name and service not in _TELL_US_NOTHING:
        yield Warning(
            f"What {service} reports of bounces and complaints can't be taken in: its mail is "
            "sent, and nothing more is heard of it.",
            hint="Have bounces returned as mail (docs/bounces.md), or use a service of "
            "docs/webhooks.md.",
            id="delivery.W035",
        )
    if settings.WEBHOOK_SECRET and not _is_secret(settings.WEBHOOK_SECRET):
        yield Error(
            "WEBHOOK_SECRET is not name:password with a password of "
            f"{_SHORTEST} characters or more, without signs that an address can't hold.",
            hint="Make one: python -c \"import secrets; print('mail:' + secrets.token_hex(16))\"",
            id="delivery.E031",
        )
    if settings.SENDGRID_WEBHOOK_KEY and not _is_key(settings.SENDGRID_WEBHOOK_KEY):
        yield Error(
            "SENDGRID_WEBHOOK_KEY is not a verification key of SendGrid's.",
            hint="Copy it from Mail Settings, Event Webhooks, Security features.",
            id="delivery.E032",
        )
    if settings.RESEND_WEBHOOK_KEY and not _is_resend_key(settings.RESEND_WEBHOOK_KEY):
        yield Error(
            "RESEND_WEBHOOK_KEY is not a signing secret of Resend's: they look like whsec_….",
            hint="Copy it from the webhook's page at Resend.",
            id="delivery.E036",
        )
    for topic in settings.SES_TOPIC_ARNS:
        if not is_topic(topic):
            yield Error(
                f"SES_TOPIC_ARNS holds what is no topic's ARN: {topic[:60]}",
                hint="They look like arn:aws:sns:us-east-1:123456789012:mail-events.",
                id="delivery.E033",
            )
    if timedelta(days=settings.WEBHOOK_KEEP_DAYS) <= timedelta(seconds=settings.WEBHOOK_MAX_AGE):
        yield Error(
            "WEBHOOK_KEEP_DAYS is not longer than WEBHOOK_MAX_AGE: a webhook that is forgotten "
            "could be sent again.",
            id="delivery.E034",
        )


def _is_secret(secret: str) -> bool:
    name, _, password = secret.partition(":")
    return (
        bool(name)
        and len(password) >= _SHORTEST
        and all(sign.isascii() and (sign.isalnum() or sign in "-_.~") for sign in name + password)
    )


def _is_key(text: str) -> bool:
    try:
        sendgrid_key(text)
    except ValueError:
        return False
    return True


def _is_resend_key(text: str) -> bool:
    try:
        resend_key(text)
    except ValueError:
        return False
    return True
