"""`manage.py fetch_bounces`: returned mails from the mailbox of BOUNCE_IMAP_URL."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from delivery.bounces.fetching import FetchError, fetch_bounces, is_configured


class Command(BaseCommand):
    help = (
        "Take the returned mails that are new in the mailbox of BOUNCE_IMAP_URL, as "
        "receive_bounce does; beat does this every two minutes. Safe to run again. Exit code 0: "
        "done; 1: the mailbox can't be used just now; 2: BOUNCE_IMAP_URL is missing or wrong."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_configured():
            raise CommandError("BOUNCE_IMAP_URL is not set: there is no mailbox.", returncode=2)
        try:
            fetched = fetch_bounces()
        except ImproperlyConfigured as error:
            raise CommandError(str(error), returncode=2) from error
        except FetchError as error:
            raise CommandError(str(error), returncode=1) from error
        except OperationalError as error:
            raise CommandError("The database is away; the mails wait.", returncode=1) from error
        said = ", ".join(f"{count:,} {verdict}" for verdict, count in fetched.verdicts.items())
        self.stdout.write(f"{fetched.mails:,} mails taken{f': {said}' if said else ''}.")
