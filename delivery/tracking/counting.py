"""How many opened and clicked, told apart from machines; and what is thrown away after a while."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from delivery.models import Batch
from delivery.tracking.models import ReactionTotal

_COUNT = """
SELECT count(*) FILTER (WHERE opened), count(*) FILTER (WHERE clicked),
    count(*) FILTER (WHERE NOT opened)
FROM (
    SELECT bool_or(NOT by_machine) AS opened, bool_or(NOT by_machine AND link > 0) AS clicked
    FROM delivery_tracking_reaction WHERE batch_id = %s GROUP BY message_id
) people
"""
_BATCHES_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Reactions:
    """Mails, each counted once. Whoever clicked has opened. `machines`: touched by machines alone,
    so that nobody knows."""

    opened: int
    clicked: int
    machines: int


def reactions_to(batch: Batch) -> Reactions:
    total = ReactionTotal.objects.filter(pk=batch.pk).first()
    if total is not None:
        return Reactions(total.opened, total.clicked, total.machines)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [batch.pk])
        return Reactions(*(int(count) for count in cursor.fetchone()))


def forget_old(*, now: datetime | None = None) -> int:
    """Keep of old batches the counts alone; returns how many batches that were."""
    before = (now or timezone.now()) - timedelta(days=settings.TRACKING_DAYS)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT b.id FROM delivery_batch b WHERE b.created_at < %s AND EXISTS ("
            "SELECT FROM delivery_tracking_reaction r WHERE r.batch_id = b.id) LIMIT %s",
            [before, _BATCHES_AT_ONCE],
        )
        old = [row[0] for row in cursor.fetchall()]
    for batch_id in old:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO delivery_tracking_reactiontotal "  # noqa: S608  (our own statement)
                f"(batch_id, opened, clicked, machines) SELECT %s, c.* FROM ({_COUNT}) AS c "
                "ON CONFLICT (batch_id) DO NOTHING",
                [batch_id, batch_id],
            )
            cursor.execute("DELETE FROM delivery_tracking_reaction WHERE batch_id = %s", [batch_id])
    return len(old)
