"""A circuit for each provider: open while it is down, so that nobody hammers it.

Kept in the database, where every worker and the staff's page see it. After the pause one small
window tries; its outcome closes the circuit, or opens it for longer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from delivery.choices import Status
from delivery.database import Connection
from delivery.providers.base import Outcome

_OPENS_AT = 2  # windows in a row in which nothing but "down" came back
_FIRST_PAUSE = 5  # seconds, then twice as long each time
_LONGEST_PAUSE = 300


@dataclass(frozen=True, slots=True)
class State:
    is_open: bool
    # The pause is over, and nobody knows yet: hand over one message, not a hundred.
    on_trial: bool
    # Failures are counted: the next success has to be told.
    counting: bool


def state(connection: Connection, provider: str) -> State:
    row = connection.execute(
        "SELECT open_until > now(), failures FROM delivery_circuit WHERE provider = %s", [provider]
    ).fetchone()
    if row is None or row[1] < _OPENS_AT:
        return State(is_open=False, on_trial=False, counting=row is not None)
    return State(is_open=bool(row[0]), on_trial=not row[0], counting=True)


def learn(connection: Connection, provider: str, outcomes: Sequence[Outcome]) -> None:
    """Count a window that met a provider that is down; forget the count at the first success."""
    if any(outcome.status in (Status.SENT, Status.DELIVERED) for outcome in outcomes):
        connection.execute("DELETE FROM delivery_circuit WHERE provider = %s", [provider])
        return
    down = next((outcome for outcome in outcomes if outcome.down), None)
    if down is None:
        return
    connection.execute(
        """
        INSERT INTO delivery_circuit AS c (provider, failures, reason) VALUES (%s, 1, %s)
        ON CONFLICT (provider) DO UPDATE SET
            failures = c.failures + 1,
            reason = excluded.reason,
            open_until = CASE WHEN c.failures + 1 >= %s THEN now() + make_interval(
                secs => least(%s * power(2, least(c.failures + 1 - %s, 10)), %s)) END
        """,
        [provider, down.reason, _OPENS_AT, _FIRST_PAUSE, _OPENS_AT, _LONGEST_PAUSE],
    )
