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


def transaction_id(connection: Connection) -> str:
    """The id of the transaction that this is asked in, for `was_committed`."""
    row = connection.execute("SELECT pg_current_xact_id()::text").fetchone()
    return str(row[0]) if row else ""


def was_committed(connection: Connection, id_: str) -> bool:
    """What became of a transaction whose connection was lost while it was being committed.

    Raises psycopg.OperationalError while the server itself has not decided.
    """
    row = connection.execute("SELECT pg_xact_status(%s::xid8)", [id_]).fetchone()
    status = row[0] if row else None
    if status == "in progress":
        raise psycopg.OperationalError("The transaction has not ended.")
    return bool(status == "committed")


def try_lock(connection: Connection, space: int, key: int) -> bool:
    """A lock that goes with the session: a process that dies lets go of it by that."""
    row = connection.execute("SELECT pg_try_advisory_lock(%s, %s)", [space, key]).fetchone()
    return bool(row and row[0])


def unlock(connection: Connection, space: int, key: int) -> None:
    connection.execute("SELECT pg_advisory_unlock(%s, %s)", [space, key])
