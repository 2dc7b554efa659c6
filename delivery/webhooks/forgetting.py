"""Events are forgotten in time; that a text or a pressed key was taken stays known for good."""

from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from delivery.webhooks.choices import EventKind

_AT_ONCE = 20_000


def forget_old() -> int:
    """Delete what is older than WEBHOOK_KEEP_DAYS; returns how many rows."""
    before = timezone.now() - timedelta(days=settings.WEBHOOK_KEEP_DAYS)
    acted_on = [str(EventKind.TEXT), str(EventKind.KEY)]
    forgotten = 0
    with connection.cursor() as cursor:
        # Their key alone stays: it is what makes a recorded START or "9" harmless for ever.
        cursor.execute(
            "UPDATE delivery_webhookevent SET payload = '{}', address = '' "
            "WHERE received_at < %s AND kind = ANY(%s) AND payload <> '{}'",
            [before, acted_on],
        )
        while True:
            cursor.execute(
                "DELETE FROM delivery_webhookevent WHERE id IN (SELECT id FROM "
                "delivery_webhookevent WHERE received_at < %s AND kind <> ALL(%s) LIMIT %s)",
                [before, acted_on, _AT_ONCE],
            )
            forgotten += int(cursor.rowcount)
            if cursor.rowcount < _AT_ONCE:
                return forgotten
