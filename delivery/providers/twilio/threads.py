"""The ORM in a provider's own threads."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def own_connection() -> Iterator[None]:
    """The thread's database connection, closed afterwards: nobody else would close it."""
    try:
        yield
    finally:
        connection.close()
