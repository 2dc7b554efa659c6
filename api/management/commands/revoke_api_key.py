"""`manage.py revoke_api_key NAME`: the key opens nothing any more, at once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from api.keys import key_revoke


class Command(BaseCommand):
    help = "End a key of the API."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        if not key_revoke(name=name):
            raise CommandError(f"There is no key {name!r} that is in force.")
        self.stdout.write(f"The key {name!r} is revoked.")
