"""`manage.py make_api_key NAME`: lets a machine in, the billing system for one."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError

from api.keys import NoSuchPermissionError, key_make


class Command(BaseCommand):
    help = "Make a key for the API and show it, once. It may tell facts, and nothing else."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help='whose key it is, such as "billing system"')
        parser.add_argument(
            "--permission",
            action="append",
            help="what it may do (default: billing.tell_facts); may be given several times",
        )

    def handle(
        self, *args: Any, name: str, permission: list[str] | None = None, **options: Any
    ) -> None:
        try:
            secret = key_make(name=name[:60], permissions=permission or ["billing.tell_facts"])
        except NoSuchPermissionError as error:
            raise CommandError(str(error)) from error
        except IntegrityError as error:
            raise CommandError(
                f"There is a key {name!r} already. Choose another name; revoke_api_key ends the "
                "old one."
            ) from error
        self.stderr.write("Keep it where passwords are kept. It is not shown again.")
        self.stdout.write(secret)
