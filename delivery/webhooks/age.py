"""How old a signed webhook may be: what was recorded and is sent again later is refused.

Younger ones are told apart from their copies by their keys, which are kept for longer
(`WEBHOOK_KEEP_DAYS`). So the age needs not be short, and must not be: providers try for hours to
reach a site that was down.
"""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils import timezone

from delivery.webhooks.refusing import MalformedError, RefusedError

# Clocks differ.
_AHEAD = timedelta(minutes=5)


def refuse_old(told_at: datetime) -> None:
    """Raises RefusedError."""
    age = timezone.now() - told_at
    if age > timedelta(seconds=settings.WEBHOOK_MAX_AGE):
        raise RefusedError("It was signed too long ago.")
    if age < -_AHEAD:
        raise RefusedError("It is signed in the future: look at this machine's clock.")


def of_seconds(value: object) -> datetime:
    """Seconds since 1970, as a number or in digits. Raises MalformedError."""
    try:
        return datetime.fromtimestamp(float(str(value)), tz=UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise MalformedError("Its time can't be read.") from error
