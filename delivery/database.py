"""A drain's own connection to the database: plain psycopg, no ORM in the hot path.

It holds a session's advisory lock, so behind PgBouncer it needs session pooling.
"""

from typing import Any

import psycopg
from django.db import connections

# A row of a claim: id, key, batch, content, customer's state, and so on: see claims.py.
Connection = psycopg.Connection[tuple[Any, ...]]


def connect() -> Connection:
    database = connections["default"].settings_dict
    connection: Connection = psycopg.connect(
        dbname=database["NAME"],
        user=database["USER"] or None,
        password=database["PASSWORD"] or None,
        host=database["HOST"] or None,
        port=database["PORT"] or None,
        autocommit=True,
        prepare_threshold=2,
        application_name="upn-drain",
        **{
            name: value
            for name, value in database.get("OPTIONS", {}).items()
            if name in {"sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout"}
        },
    )
    return connection


def try_lock(connection: Connection, space: int, key: int) -> bool:
    """A lock that goes with the session: a process that dies lets go of it by that."""
    row = connection.execute("SELECT pg_try_advisory_lock(%s, %s)", [space, key]).fetchone()
    return bool(row and row[0])


def unlock(connection: Connection, space: int, key: int) -> None:
    connection.execute("SELECT pg_advisory_unlock(%s, %s)", [space, key])
