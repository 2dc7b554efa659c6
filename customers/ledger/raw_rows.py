"""The rows of the ledger as the database keeps them, a slice at a time.

In PostgreSQL's binary form, and moments as microseconds since 1970: exact, also where they are far
outside of Python's calendar, and several times as fast as datetimes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from psycopg import Cursor
from psycopg.pq import Format
from psycopg.types.numeric import Int8BinaryLoader

# PostgreSQL counts from 2000.
_FROM_1970_TO_2000 = 946_684_800_000_000


class _Microseconds(Int8BinaryLoader):
    def load(self, data: Any) -> int:
        return super().load(data) + _FROM_1970_TO_2000


def fetch(statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
    """Raises django.db.Error."""
    with _cursor() as cursor:
        cursor.execute(statement, values, binary=True)
        return cursor.fetchall()


@contextmanager
def _cursor() -> Iterator[Cursor[tuple[Any, ...]]]:
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.format = Format.BINARY
        cursor.adapters.register_loader("timestamptz", _Microseconds)
        yield cursor
