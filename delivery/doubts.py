"""What a dead process or a broken line left open: resolved by asking, or by sending again where
that is harmless, or else shown to staff. Never guessed.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from common.choices import Channel
from delivery.calls.attempts import Placed, note_placed
from delivery.calls.endings import Call, take_ending
from delivery.calls.models import Ending
from delivery.choices import Status
from delivery.providers import provider_for
from delivery.providers.base import Doubt, Outcome, Provider
from delivery.results import ASKED_AFTER, LAST_WORD_AFTER, MOST_ATTEMPTS, storable

log = logging.getLogger(__name__)
_AT_ONCE = 500
# What stays open is asked about again when it is so many seconds old, and then no more.
_ASKED_AT = (ASKED_AFTER, 600, 3600)
# Attempts of a message that is sent again without an answer: better twice, but not ten times.
_MOST_BLIND = 3


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    key: str
    address: str
    attempts: int
    claims: int
    provider: str
    # When it was handed over at the latest.
    at: datetime
    # Seconds for which it is known to be in doubt.
    age: float
    resend: bool


def resolve_doubts() -> int:
    """Settle the messages whose lease ran out, and ask again about older ones; returns how many."""
    settled = 0
    for channel in Channel:
        rows = _expired(channel)
        if not rows:
            continue
        try:
            settled += _settle_all(channel, rows)
        except Exception:
            log.exception("Doubts about %s could not be settled.", channel)
    return settled


def _settle_all(channel: Channel, rows: list[_Row]) -> int:
    settled = 0
    provider = provider_for(channel)
    try:
        while rows:
            settled += _settle(provider, channel, rows)
            rows = _expired(channel) if len(rows) == _AT_ONCE else []
    finally:
        asyncio.run(provider.close())
    return settled


def _expired(channel: Channel) -> list[_Row]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT m.id, m.key::text, m.address, m.attempts, m.claims, m.provider,
                CASE WHEN m.status = 'unknown' AND m.settled_at IS NOT NULL THEN m.settled_at
                     ELSE m.lease_until END,
                CASE WHEN m.status = 'unknown' AND m.settled_at IS NOT NULL
                     THEN extract(epoch FROM now() - m.settled_at)::float ELSE 0 END,
                c.resend_in_doubt
            FROM delivery_message m JOIN delivery_content c ON c.id = m.content_id
            WHERE m.status IN ('sending', 'unknown') AND m.lease_until < now() AND m.channel = %s
            ORDER BY m.lease_until LIMIT %s
            """,
            [channel, _AT_ONCE],
        )
        return [_Row(*row) for row in cursor.fetchall()]


def _settle(provider: Provider, channel: Channel, rows: list[_Row]) -> int:
    # A provider that was chosen since knows nothing of what another one was given.
    its_own = [row for row in rows if row.provider in ("", provider.name)]
    answers = provider.ask(
        [
            Doubt(
                id=row.id,
                key=row.key,
                address=row.address,
                handed_at_latest=row.at.timestamp(),
                claim=row.claims,
            )
            for row in its_own
        ]
    )
    asked = type(provider).ask is not Provider.ask
    outcomes = []
    placed = []
    endings: list[tuple[_Row, Outcome]] = []
    for row in rows:
        outcome = _answered(row, answers[row.id]) if row.id in answers else _blind(row, channel)
        placed.append(Placed(row.id, row.claims, outcome.status, outcome.provider_id))
        if outcome.ending:
            endings.append((row, outcome))
        again = row.provider in ("", provider.name) and asked and outcome.status == Status.UNKNOWN
        outcomes.append(
            (
                row.id,
                row.claims,
                row.provider or provider.name,
                str(outcome.status),
                storable(outcome.provider_id, 120),
                storable(outcome.code, 40),
                storable(outcome.reason, 200),
                _asked_in(row.age) if again else _last_word_in(outcome, channel),
            )
        )
    columns = [list(column) for column in zip(*outcomes, strict=True)]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE delivery_message m SET status = r.status, provider = r.provider,
                provider_id = r.provider_id,
                code = CASE WHEN m.status = r.status THEN m.code ELSE r.code END,
                reason = CASE WHEN m.status = r.status THEN m.reason ELSE r.reason END,
                lease_until = now() + make_interval(secs => r.asked_in),
                handed_at = CASE WHEN r.status IN ('sent', 'delivered') THEN now() END,
                settled_at = CASE WHEN r.status = 'queued' THEN NULL
                    WHEN m.status = r.status THEN m.settled_at ELSE now() END
            FROM unnest(%s::bigint[], %s::int[], %s::text[], %s::text[], %s::text[], %s::text[],
                        %s::text[], %s::float[])
                 AS r(id, claim, provider, status, provider_id, code, reason, asked_in)
            WHERE m.id = r.id AND m.claims = r.claim AND m.status IN ('sending', 'unknown')
              AND m.lease_until < now()
            """,
            columns,
        )
        settled = int(cursor.rowcount)
        if channel == Channel.VOICE:
            note_placed(cursor, placed)
    for row, outcome in endings:
        take_ending(
            call=Call(
                row.provider or provider.name, outcome.provider_id, UUID(row.key), row.claims
            ),
            ending=Ending(outcome.ending),
            code=outcome.code,
        )
    return settled


def _answered(row: _Row, outcome: Outcome) -> Outcome:
    """A message that ends each process that tries it must come to an end, too."""
    if outcome.status == Status.QUEUED and row.attempts >= MOST_ATTEMPTS:
        return Outcome(Status.FAILED, reason="It was tried too often, and never got through.")
    return outcome


def _blind(row: _Row, channel: Channel) -> Outcome:
    """Nobody can be asked. A second push replaces the first on the phone; an email has the same
    Message-ID."""
    if (channel == Channel.PUSH or row.resend) and row.attempts < _MOST_BLIND:
        return Outcome(Status.QUEUED)
    return Outcome(Status.UNKNOWN, reason="The sending process ended before the provider's answer.")


def _last_word_in(outcome: Outcome, channel: Channel) -> float | None:
    """Seconds until it is asked how the message ended: it was taken, as we know now."""
    return LAST_WORD_AFTER.get(channel) if outcome.status == Status.SENT else None


def _asked_in(age: float) -> float | None:
    """Seconds until a doubt of this age is asked about again; None where it was asked enough."""
    return next((at - age for at in _ASKED_AT if at > age + 1), None)
