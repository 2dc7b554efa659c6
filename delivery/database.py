"""A drain's own connection to the database: plain psycopg, no ORM in the hot path.

It holds a session's advisory lock, so behind PgBouncer it needs session pooling.
"""

from typing import Any

import psycopg
from django.db import connections

# A row of a claim: id, key, batch, content, customer's state, and so on: see claims.py.
Connection = psycopg.Connection[tuple[Any, ...]]


# What Django adds for itself to the parameters of a connection.
_DJANGOS_OWN = {"context", "cursor_factory", "prepare_threshold"}


# All that a drain asks is by an index. A plan that was made while the outbox was small must not
# read all of it when it has grown.
_PLANS = "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off"


def connect() -> Connection:
    """Raises psycopg.OperationalError where the database is away."""
    params = {
        name: value
        for name, value in connections["default"].get_connection_params().items()
        if name not in _DJANGOS_OWN
    }
    connection: Connection = psycopg.connect(
        **{**params, "options": f"{params.get('options', '')} {_PLANS}".strip()},
        autocommit=True,
        prepare_threshold=2,
        application_name="upn-drain",
    )
    return connection


def try_lock(connection: Connection, space: int, key: int) -> bool:
    """A lock that goes with the session: a process that dies lets go of it by that."""
    row = connection.execute("SELECT pg_try_advisory_lock(%s, %s)", [space, key]).fetchone()
    return bool(row and row[0])


def unlock(connection: Connection, space: int, key: int) -> None:
    connection.execute("SELECT pg_advisory_unlock(%s, %s)", [space, key])
