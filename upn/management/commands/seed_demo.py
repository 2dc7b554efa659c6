"""A believable co-operative to look around in: members, consent, staff. The same each time."""

import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from alerts.verification.demo import load_verifications
from billing.demo import load_bills, load_disconnects
from common.choices import Channel
from console.people import staff_create
from console.roles import Role
from customers.demo import load_members
from customers.demo.states import load_states
from customers.models import Customer
from delivery.providers.sandbox.models import Callback, SandboxBehaviour
from delivery.replies.demo import load_replies
from mass_notifications.demo import load_types
from upn.demo import DEMO_PASSWORD, DEMO_STAFF, DEMO_UTILITY


class Command(BaseCommand):
    help = (
        f"Make a demonstration co-operative, {DEMO_UTILITY}: members (made up, with reserved "
        "addresses and numbers), what they agreed to, and staff to sign in as. Does nothing where "
        "there are members already."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--members", type=int, default=2000, help="how many (2000)")
        parser.add_argument("--seed", type=int, default=1, help="another number, other members")
        parser.add_argument(
            "--force",
            action="store_true",
            help="on a real site too, and beside the members that are there",
        )

    def handle(self, *args: Any, members: int, seed: int, force: bool, **options: Any) -> None:
        if not settings.DEMO and not force:
            raise CommandError(
                "DATABASE_URL is set, so this is a real site, and made-up members would stand "
                "among real ones. If that is what you want, add --force."
            )
        if not 1 <= members <= 5_000_000:
            raise CommandError("--members takes a number from 1 to 5,000,000.")
        self._make_staff()
        if Customer.objects.exists() and not force:
            self.stdout.write("There are members already: nothing was changed.")
            return
        started = time.monotonic()
        self._let_the_sandbox_report()
        load_types()
        count = load_members(count=members, seed=seed, progress=self._show)
        load_verifications()
        load_states(taken_by=User.objects.filter(groups__name=Role.CSR.value).first())
        load_replies()
        load_bills(today=timezone.localdate())
        load_disconnects(today=timezone.localdate())
        seconds = time.monotonic() - started
        self.stdout.write(f"{count:,} members of {DEMO_UTILITY} in {seconds:.1f} s.")

    def _make_staff(self) -> None:
        for email, first_name, last_name, roles in DEMO_STAFF:
            if not User.objects.filter(email=email).exists():
                staff_create(
                    email=email,
                    first_name=first_name,
                    last_name=last_name,
                    roles=[Role(role) for role in roles],
                    password=DEMO_PASSWORD,
                )

    def _let_the_sandbox_report(self) -> None:
        """Bars that go on from sent to delivered, as they do with a real provider."""
        for channel in Channel:
            SandboxBehaviour.objects.get_or_create(
                channel=channel, defaults={"callback": Callback.DELIVERED}
            )

    def _show(self, done: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{done:,} members", ending="")
