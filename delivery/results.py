"""What became of messages in their hand-over, in bulk; reported.py has what is told later."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.utils import timezone

from common.choices import Channel
from delivery.choices import Status
from delivery.claims import Claimed
from delivery.database import Connection
from delivery.providers.base import Outcome

MOST_ATTEMPTS = 8
_FIRST_WAIT = 15.0  # seconds, then twice as long each time
_LONGEST_WAIT = 3600.0
_DOWN_WAIT = 10.0  # a provider that is down costs the message no attempt
# Seconds until a provider is asked about what it left in doubt (see doubts.py).
ASKED_AFTER = 60
# Seconds until it is asked how a text or a call ended that it took, where it has not said so
# (last_words.py). A call ends within minutes; a text may wait for its phone.
LAST_WORD_AFTER: Mapping[str, int] = {Channel.TEXT: 3600, Channel.VOICE: 900}

_RECORD = """
UPDATE delivery_message m SET
    status = r.status, provider = %s, provider_id = r.provider_id, code = r.code,
    reason = r.reason,
    lease_until = now() + make_interval(secs => CASE
        WHEN r.status = 'unknown' THEN %s
        WHEN r.status = 'sent' AND m.channel = 'text' THEN %s
        WHEN r.status = 'sent' AND m.channel = 'voice' THEN %s
    END),
    attempts = m.attempts - r.uncounted,
    due_at = coalesce(r.due_at, m.due_at),
    handed_at = CASE WHEN r.status IN ('sent', 'delivered') THEN now() ELSE m.handed_at END,
    settled_at = CASE WHEN r.status = 'queued' THEN NULL ELSE now() END
FROM unnest(%s::bigint[], %s::int[], %s::text[], %s::text[], %s::text[], %s::text[],
            %s::smallint[], %s::timestamptz[])
     AS r(id, claim, status, provider_id, code, reason, uncounted, due_at)
WHERE m.id = r.id AND m.claims = r.claim
  AND (m.status = 'sending' OR (m.status = 'unknown' AND r.status <> 'unknown')
       OR (m.status IN ('queued', 'held') AND r.status NOT IN ('queued', 'unknown')))
"""


def record(
    connection: Connection, provider: str, window: Sequence[Claimed], outcomes: Sequence[Outcome]
) -> None:
    """Write a window's outcomes, in the caller's transaction.

    The claim's number is the fence: a row that was given to somebody else meanwhile keeps what
    that one says, and a window that is recorded twice (its commit was lost) changes nothing. A
    row whose lease ran out, and which nobody has claimed since, takes what its process says late.
    """
    now = timezone.now()
    finals = [
        settle_retry(outcome, message.attempt)
        for message, outcome in zip(window, outcomes, strict=True)
    ]
    connection.execute(
        _RECORD,
        [
            provider,
            ASKED_AFTER,
            LAST_WORD_AFTER[Channel.TEXT],
            LAST_WORD_AFTER[Channel.VOICE],
            [message.id for message in window],
            [message.claim for message in window],
            [str(outcome.status) for outcome in finals],
            [storable(outcome.provider_id, 120) for outcome in finals],
            [storable(outcome.code, 40) for outcome in finals],
            [storable(outcome.reason, 200) for outcome in finals],
            [1 if outcome.down and outcome.status == Status.QUEUED else 0 for outcome in finals],
            [
                due_again(outcome, message.attempt, now)
                for message, outcome in zip(window, finals, strict=True)
            ],
        ],
    )


def storable(words: str, most: int) -> str:
    """A provider's words as the database takes them: one odd reply must not lose a window."""
    if words.isascii() and words.isprintable():
        return words[:most]
    return words.replace("\x00", "").encode("utf-8", "replace").decode()[:most]


def settle_retry(outcome: Outcome, attempt: int) -> Outcome:
    """A retry that has had its chances is a failure."""
    if outcome.status == Status.QUEUED and not outcome.down and attempt >= MOST_ATTEMPTS:
        return replace(outcome, status=Status.FAILED)
    return outcome


def due_again(outcome: Outcome, attempt: int, now: datetime) -> datetime | None:
    """When a message is tried again: by the provider's word, else later and later, with jitter."""
    if outcome.status != Status.QUEUED:
        return None
    if outcome.retry_after is not None:
        wait = outcome.retry_after * random.uniform(1.0, 1.2)  # noqa: S311
    elif outcome.down:
        wait = _DOWN_WAIT * random.uniform(0.5, 1.5)  # noqa: S311
    else:
        wait = min(_FIRST_WAIT * 2 ** (attempt - 1), _LONGEST_WAIT) * random.uniform(0.7, 1.3)  # noqa: S311
    return now + timedelta(seconds=wait)
