"""The `Retry-After` header of HTTP: seconds, or a date."""

from datetime import UTC
from email.utils import parsedate_to_datetime

from django.utils import timezone

# Nobody's word makes us wait longer: what is due by then is too old, or a person should look.
LONGEST = 6 * 3600.0


def retry_after_seconds(value: str | None) -> float | None:
    """How long the other side asks us to wait, or None where it does not say."""
    if not value:
        return None
    value = value.strip()
    if value.isascii() and value.isdecimal():
        return min(float(value), LONGEST)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return min(max((at - timezone.now()).total_seconds(), 0.0), LONGEST)
