"""Texts and calls whose end nobody told: a provider tells it once or twice, and if the site is away
then, never again. So it is asked, a few times, later and later.

What it answers is kept as the webhook that did not come, and applied by the same code: forward
only, once, and a busy line rings again. What has no end even then stays *sent*.
"""

import asyncio
import logging
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from common.choices import Channel
from delivery.providers import provider_for
from delivery.providers.base import Provider
from delivery.results import LAST_WORD_AFTER
from delivery.webhooks.choices import EventKind
from delivery.webhooks.events import Event, keep

log = logging.getLogger(__name__)
# How many of a channel at a time; the task comes once a minute. A site that was away for an hour of
# texts at 3 a second has 10,800 to ask about: 54 minutes.
_AT_ONCE = 200
# It is asked again when the message was handed over so many seconds ago, and then no more.
_ASKED_AT = {
    channel: (first, *later)
    for channel, first, later in (
        (Channel.VOICE, LAST_WORD_AFTER[Channel.VOICE], (3600, 4 * 3600, 24 * 3600)),
        (Channel.TEXT, LAST_WORD_AFTER[Channel.TEXT], (6 * 3600, 24 * 3600)),
    )
}
# A provider that can't be reached now costs no turn; one that still can't after days, or whose
# answer on a message can't be read, is asked no more.
_AGAIN_AFTER = 300
_GIVEN_UP_AFTER = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    key: UUID
    claims: int
    address: str
    provider_id: str


def ask_for_last_words() -> int:
    """Ask about what has been *sent* for too long; returns how many ends were learned."""
    learned = 0
    for channel in _ASKED_AT:
        try:
            learned += _ask_on(channel)
        except Exception:
            log.exception("Nobody could be asked how messages by %s ended.", channel)
    return learned


def _ask_on(channel: Channel) -> int:
    provider = provider_for(channel)
    try:
        return _ask(provider, channel)
    finally:
        asyncio.run(provider.close())


def _ask(provider: Provider, channel: Channel) -> int:
    can_be_asked = type(provider).last_words is not Provider.last_words
    rows = _take(provider.name if can_be_asked else "", channel)
    if not rows:
        return 0
    words = provider.last_words([row.provider_id for row in rows])
    _put_back([row.id for row in rows if row.provider_id not in words])
    return keep(
        [
            Event(
                provider=provider.name,
                kind=EventKind.REPORT,
                name=word.name,
                provider_id=row.provider_id,
                # A call is known by its message and claim, as its own callback says them.
                message_key=row.key if channel == Channel.VOICE else None,
                address=row.address,
                payload={**word.payload, "claim": row.claims},
                told_at=word.at,
            )
            for row in rows
            if (word := words.get(row.provider_id)) is not None
        ]
    )


def _take(provider: str, channel: Channel) -> list[_Row]:
    """Those that are due, each with the time at which it is asked about next: two workers never ask
    about the same. What another provider took, or one that can't be asked, is let be."""
    ages = list(_ASKED_AT[channel])
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE delivery_message m SET lease_until = (
                SELECT min(m.handed_at + make_interval(secs => age)) FROM unnest(%s::int[]) age
                WHERE m.provider = %s AND m.handed_at + make_interval(secs => age) > now()
            )
            WHERE m.id IN (
                SELECT d.id FROM delivery_message d
                WHERE d.status = 'sent' AND d.lease_until < now() AND d.channel = %s
                ORDER BY d.lease_until LIMIT %s FOR UPDATE SKIP LOCKED
            )
            RETURNING m.id, m.key, m.claims, m.address, m.provider_id, m.provider
            """,
            [ages, provider, channel, _AT_ONCE],
        )
        return [_Row(*row[:5]) for row in cursor.fetchall() if row[5] == provider and row[4] != ""]


def _put_back(ids: list[int]) -> None:
    """Nobody could be asked about these."""
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE delivery_message SET lease_until = "
                "CASE WHEN handed_at > now() - make_interval(secs => %s) "
                "THEN now() + make_interval(secs => %s) END "
                "WHERE id = ANY(%s) AND status = 'sent'",
                [_GIVEN_UP_AFTER, _AGAIN_AFTER, ids],
            )
