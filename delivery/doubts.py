"""What a dead process left open: resolved by asking, or by sending again where that is harmless,
or else shown to staff. Never guessed.
"""

import asyncio
from datetime import datetime

from django.db import connection

from common.choices import Channel
from delivery.choices import Status
from delivery.providers import provider_for
from delivery.providers.base import Doubt, Outcome, Provider

_AT_ONCE = 500


def resolve_doubts() -> int:
    """Settle the messages whose lease ran out; returns how many."""
    settled = 0
    for channel in Channel:
        rows = _expired(channel)
        if not rows:
            continue
        provider = provider_for(channel)
        try:
            while rows:
                settled += _settle(provider, channel, rows)
                rows = _expired(channel) if len(rows) == _AT_ONCE else []
        finally:
            asyncio.run(provider.close())
    return settled


def _expired(channel: Channel) -> list[tuple[int, str, str, int, datetime, bool]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT m.id, m.key::text, m.address, m.attempts, m.lease_until, c.resend_in_doubt
            FROM delivery_message m JOIN delivery_content c ON c.id = m.content_id
            WHERE m.status = 'sending' AND m.lease_until < now() AND m.channel = %s
            ORDER BY m.lease_until LIMIT %s
            """,
            [channel, _AT_ONCE],
        )
        return list(cursor.fetchall())


def _settle(
    provider: Provider, channel: Channel, rows: list[tuple[int, str, str, int, datetime, bool]]
) -> int:
    answers = provider.ask(
        [
            Doubt(id=id_, key=key, address=address, handed_at_latest=lease.timestamp())
            for id_, key, address, _, lease, _ in rows
        ]
    )
    outcomes = []
    for id_, _, _, attempt, _, resend in rows:
        # A second push replaces the first on the phone; an email has the same Message-ID.
        harmless = channel == Channel.PUSH or resend
        outcome = answers.get(id_) or Outcome(
            Status.QUEUED if harmless else Status.UNKNOWN,
            reason="" if harmless else "The sending process ended before the provider's answer.",
        )
        outcomes.append((id_, attempt, str(outcome.status), outcome.provider_id, outcome.reason))
    columns = [list(column) for column in zip(*outcomes, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE delivery_message m SET status = r.status, provider = %s,
                provider_id = r.provider_id, reason = r.reason, lease_until = NULL,
                handed_at = CASE WHEN r.status IN ('sent', 'delivered') THEN now() END,
                settled_at = CASE WHEN r.status <> 'queued' THEN now() END
            FROM unnest(%s::bigint[], %s::smallint[], %s::text[], %s::text[], %s::text[])
                 AS r(id, attempt, status, provider_id, reason)
            WHERE m.id = r.id AND m.attempts = r.attempt AND m.status = 'sending'
              AND m.lease_until < now()
            """,
            [provider.name, *columns],
        )
        return int(cursor.rowcount)
