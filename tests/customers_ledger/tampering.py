"""What somebody with the database in hand can do: the triggers out of the way, then anything."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction


def tamper(*statements: str, values: Sequence[Any] = ()) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement, list(values) or None)
        cursor.execute("SET LOCAL session_replication_role = origin")
