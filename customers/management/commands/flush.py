"""Django's flush, for databases that may be emptied: a demonstration's and a test's."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import flush
from django.db import DEFAULT_DB_ALIAS, connections, transaction

_TABLES = ("customers_consentevent", "customers_ledgerseal", "customers_ledgerwaiting")
# Django's own beginning of a test database's name.
_TEST = "test_"


class Command(flush.Command):
    help = (
        f"{flush.Command.help} A real site's database is refused: its consent ledger is kept, "
        "and the database itself refuses to empty it."
    )

    def handle(self, **options: Any) -> None:
        connection = connections[options.get("database") or DEFAULT_DB_ALIAS]
        name = str(connection.settings_dict["NAME"])
        if not (settings.DEMO or name.startswith(_TEST)):
            raise CommandError(
                f"{name} is a real site's database. Its consent ledger is never emptied; to begin "
                "anew, make a new database."
            )
        # A transaction: nobody else ever sees the tables without their triggers.
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            there = set(connection.introspection.table_names(cursor)) & set(_TABLES)
            for table in sorted(there):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ledger_is_never_emptied")
            super().handle(**options)
            for table in sorted(there):
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER ledger_is_never_emptied")
