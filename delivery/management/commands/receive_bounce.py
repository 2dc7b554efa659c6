"""`manage.py receive_bounce FILE…`: returned mails, from files or from a mail server's pipe."""

import json
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from delivery.bounces.mailboxes import mails_in
from delivery.bounces.receiving import receive

_MOST_BYTES = 256 * 1024 * 1024
# What a mail server's pipe understands as "keep the mail, and try later" (EX_TEMPFAIL).
_TRY_LATER = 75

_EPILOG = """
--json prints a list with an object for each recipient of each mail:

  {"file": "bounce.eml", "recipient": "ruth@example.org", "code": "5.1.1",
   "verdict": "bad", "words": "550 5.1.1 User unknown"}

  file       the name as it was given; "-" for the standard input
  recipient  the address that was not reached; "" where the mail names none
  code       the enhanced status code: the mail's, or by the reply or the words where it has none;
             "" where the mail is no bounce
  verdict    bad, soft (bad after three in 30 days), policy (never the address's fault), or
             not-a-bounce: automatic replies, receipts, complaints, anything else
  words      what the server said, without addresses, or why it is no bounce; at the end, what
             became of it: "The address is bad now.", "It names no message of ours: …"

Files are applied as they say. The standard input may be a pipe that anybody's mail comes through:
there only a mail that names a message of ours turns an address off by itself; another counts as one
soft bounce of the member's last message, or is shown in the queue of bad addresses.

Exit code 0: every file was read; 2: a file could not be read (the others were taken); 75: the
database is away, and a mail server that pipes mails in keeps this one and tries again.
"""


class Command(BaseCommand):
    help = (
        "Read returned mails (RFC 3464 and the formats of servers that don't follow it, one mail "
        "or an mbox in each file, - for the standard input), say for each recipient the enhanced "
        "status code and what we make of it, and apply it to the message and to the address. "
        "Safe to run again."
    )
    # A mail server's pipe wants no advice about settings.
    requires_system_checks = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = _EPILOG
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="+", help="a mail or an mbox; - is the standard input")
        parser.add_argument("--json", action="store_true", help="a list of objects; see below")

    def handle(self, *args: Any, file: list[str], json: bool = False, **options: Any) -> None:
        found: list[dict[str, str]] = []
        unread = 0
        for name in file:
            try:
                data = _read(name)
            except OSError as error:
                unread += 1
                self.stderr.write(f"{name} can't be read: {error.strerror or 'too large'}.")
                continue
            found += self._take(name, data)
        if json:
            self._tell_json(found)
        else:
            self._tell(found)
        if unread:
            sys.exit(2)

    def _take(self, name: str, data: bytes) -> list[dict[str, str]]:
        try:
            return [
                {
                    "file": name,
                    "recipient": reading.recipient,
                    "code": reading.code,
                    "verdict": reading.verdict.value,
                    "words": reading.words,
                }
                for mail in mails_in(data)
                for reading in receive(mail, vouched=name != "-")
            ]
        except OperationalError as error:
            raise CommandError(
                "The database is away; give the mail again.", returncode=_TRY_LATER
            ) from error

    def _tell_json(self, found: list[dict[str, str]]) -> None:
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))

    def _tell(self, found: list[dict[str, str]]) -> None:
        for row in found:
            who = row["recipient"] or "nobody"
            self.stdout.write(
                f"{row['file']}: {who}: {row['code'] or '–'} {row['verdict']}: {row['words']}"
            )


def _read(name: str) -> bytes:
    """Raises OSError."""
    if name == "-":
        data = sys.stdin.buffer.read(_MOST_BYTES + 1)
    else:
        with Path(name).open("rb") as opened:
            data = opened.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise OSError
    return data
