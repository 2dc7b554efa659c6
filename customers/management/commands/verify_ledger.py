"""Is the consent ledger what was written? Exit 0: it is; 1: it is not; 2: it could not be asked."""

import json
import re
import sys
import time
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from customers.ledger.anchors import AnchorFileError, kept_anchors
from customers.ledger.verifying import Verdict, verify

_ANCHOR = re.compile(r"([0-9]{1,18}):([0-9a-fA-F]{64})")


class Command(BaseCommand):
    help = (
        "Compute the digest of each consent event and the chain of seals again, and say what does "
        "not fit: altered, missing, inserted, reordered or unsealed. Also checks that each "
        "suppression follows from the ledger. Exit 0: whole; 1: broken; 2: could not be checked."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--json", dest="as_json", action="store_true", help="the answer for machines"
        )
        parser.add_argument(
            "--from",
            dest="first",
            type=int,
            default=1,
            metavar="SEQ",
            help="begin at this seal, and believe what is before it (1)",
        )
        parser.add_argument(
            "--anchor",
            action="append",
            default=[],
            metavar="SEQ:HASH",
            help="a hash that was kept elsewhere, as the PDF prints it; may be given again",
        )

    def handle(
        self, *args: Any, first: int, anchor: list[str], as_json: bool, **options: Any
    ) -> None:
        if first < 1:
            raise CommandError("--from takes the number of a seal, 1 or more.", returncode=2)
        started = time.monotonic()
        try:
            anchors = {**kept_anchors(), **dict(map(_anchor, anchor))}
            verdict = verify(first=first, anchors=anchors, progress=self._show)
        except AnchorFileError as error:
            raise CommandError(str(error), returncode=2) from error
        except Error as error:
            raise CommandError(f"The database does not answer: {error}", returncode=2) from error
        if verdict.sealed == 0 and first > 1:
            raise CommandError(
                f"There is no seal {first}: the chain ends at {verdict.head.seq}.", returncode=2
            )
        if as_json:
            self.stdout.write(_as_json(verdict))
        else:
            self._say(verdict, time.monotonic() - started)
        if not verdict.is_whole:
            raise SystemExit(1)

    def _say(self, verdict: Verdict, seconds: float) -> None:
        for number, problem in enumerate(verdict.problems):
            style = self.style.ERROR if number == 0 else self.style.WARNING
            label = "First broken: " if number == 0 else "              "
            self.stdout.write(style(f"{label}{problem.kind.value}. {problem.words}"))
        if verdict.found > len(verdict.problems):
            self.stdout.write(f"… and {verdict.found - len(verdict.problems):,} more.")
        state = "whole" if verdict.is_whole else "BROKEN"
        self.stdout.write(
            f"The ledger is {state}: {verdict.sealed:,} sealed events from {verdict.first} on, "
            f"{verdict.waiting:,} waiting for their seal, in {seconds:.1f} s."
        )
        self.stdout.write(f"Head: {verdict.head}")

    def _show(self, done: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{done:,} seals", ending="")


def _anchor(text: str) -> tuple[int, bytes]:
    match = _ANCHOR.fullmatch(text.strip())
    if match is None:
        raise CommandError(
            f'"{text}" is no anchor. One is written 4711:9f86d0…, a seal and 64 hexadecimal '
            "digits, as the PDF prints it.",
            returncode=2,
        )
    return int(match[1]), bytes.fromhex(match[2])


def _as_json(verdict: Verdict) -> str:
    problems = [{**asdict(one), "kind": one.kind.value} for one in verdict.problems]
    return json.dumps(
        {
            "whole": verdict.is_whole,
            "from": verdict.first,
            "sealed": verdict.sealed,
            "waiting": verdict.waiting,
            "head": str(verdict.head),
            "found": verdict.found,
            "first_broken": problems[0] if problems else None,
            "problems": problems,
        },
        indent=2,
    )
