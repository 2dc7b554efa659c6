"""`manage.py look_up_numbers`: line types and carriers of mobile numbers, by Twilio Lookup."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from delivery.lookup.numbers import MOST_AT_ONCE, RATE, count_unknown, look_up_numbers
from delivery.lookup.twilio import is_configured


class Command(BaseCommand):
    help = (
        "Look up what kind of line each mobile number is, and its carrier, by Twilio Lookup v2 "
        "(TWILIO_LOOKUP=true; each look costs about a cent). Numbers that were looked up within "
        "TWILIO_LOOKUP_DAYS are left out. Safe to run again. Exit code 0: done; 1: Twilio could "
        "not be asked for all of them; 2: not configured."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--most", type=int, default=MOST_AT_ONCE, help="numbers (1000)")
        parser.add_argument("--rate", type=float, default=RATE, help="numbers a second (10)")
        parser.add_argument("--count", action="store_true", help="only say how many are unknown")

    def handle(
        self, *args: Any, most: int, rate: float, count: bool = False, **options: Any
    ) -> None:
        if count:
            self.stdout.write(f"{count_unknown():,} numbers were not looked up.")
            return
        if not is_configured():
            raise CommandError(
                "Set TWILIO_LOOKUP=true, TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.", returncode=2
            )
        if most < 1 or not 0 < rate <= 100:
            raise CommandError("--most takes 1 or more, --rate up to 100.", returncode=2)
        done = look_up_numbers(most=most, rate=rate)
        said = ", ".join(f"{n:,} {kind}" for kind, n in sorted(done.line_types.items()))
        self.stdout.write(f"{done.numbers:,} numbers looked up{f': {said}' if said else ''}.")
        if done.trouble:
            raise CommandError(done.trouble, returncode=1)
