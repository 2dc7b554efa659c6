"""Writing down that a number is rung, in the transaction that claims it or records what came of it.

In the hot path: plain psycopg, a statement a window.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from delivery.choices import Status

_BEGIN = """
INSERT INTO delivery_callattempt (message_id, claim, attempt, number, provider, at)
SELECT r.*, %s, now() FROM unnest(%s::bigint[], %s::int[], %s::int[], %s::text[]) AS r
ON CONFLICT DO NOTHING
"""
# What its end says already (a report overtook us) is not said again.
_PLACED = """
UPDATE delivery_callattempt a SET
    provider_id = CASE WHEN a.provider_id = '' THEN r.provider_id ELSE a.provider_id END,
    ending = CASE WHEN a.ending <> '' THEN a.ending ELSE r.ending END,
    ended_at = CASE WHEN a.ending = '' AND r.ending <> '' THEN now() ELSE a.ended_at END
FROM unnest(%s::bigint[], %s::int[], %s::text[], %s::text[])
     AS r(message_id, claim, provider_id, ending)
WHERE a.message_id = r.message_id AND a.claim = r.claim
"""


class Executes(Protocol):
    """A connection of psycopg, or a cursor of Django's."""

    def execute(self, query: Any, params: Any = ..., /) -> Any: ...


@dataclass(frozen=True, slots=True)
class Placed:
    """What the provider said of one claim of a message."""

    message_id: int
    claim: int
    status: Status
    provider_id: str


def begin_calls(
    connection: Executes, *, provider: str, calls: Sequence[tuple[int, int, int, str]]
) -> None:
    """`calls`: (message id, claim, attempt, number). In the transaction of the claim."""
    if calls:
        columns = [list(column) for column in zip(*calls, strict=True)]
        connection.execute(_BEGIN, [provider, *columns])


def note_placed(connection: Executes, placed: Sequence[Placed]) -> None:
    """After the messages' own rows, in the same transaction."""
    if placed:
        connection.execute(
            _PLACED,
            [
                [one.message_id for one in placed],
                [one.claim for one in placed],
                [one.provider_id for one in placed],
                [_ending(one) for one in placed],
            ],
        )


def _ending(placed: Placed) -> str:
    if placed.status == Status.DELIVERED:
        return "answered"
    if placed.status in (Status.QUEUED, Status.FAILED) and not placed.provider_id:
        return "not_placed"
    return ""
