"""A wrong EMAIL_URL is said when the site starts, not when the first message fails."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.core.exceptions import ImproperlyConfigured

from delivery.providers.smtp.url import SCHEMES, Tls, is_this_machine, parse_email_url


def check_settings() -> list[CheckMessage]:
    """Nothing where EMAIL_URL names another provider."""
    url: str = settings.EMAIL_URL.strip()
    if url.partition(":")[0].lower() not in SCHEMES:
        return []
    try:
        found = parse_email_url(url)
    except ImproperlyConfigured as error:
        return [
            Error(
                str(error),
                hint="Write smtp://user:password@host:587; in a password : / @ are %3A %2F %40.",
                id="delivery.E001",
            )
        ]
    if found.password and not is_this_machine(found.host) and found.tls in (Tls.OPTIONAL, Tls.OFF):
        return [
            Warning(
                "EMAIL_URL: the password may be sent in clear.",
                hint="Use smtps://, or leave tls= out.",
                id="delivery.W001",
            )
        ]
    return []
