"""`manage.py classify_reply`: what the system reads a member's text as, and by which rule."""

import json
import os
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from delivery.replies.classifier import classify


class Command(BaseCommand):
    help = """Say what each text is read as (revoke, start, help, unclear or other),
and which rule decided.

Nothing is stored, sent or changed. Without TEXT, each line of the standard input (UTF-8) is one
text, an empty line a text without words. The first 2,000 characters of a text are read; carriers
take 1,600. The exit code is 0 once everything is read, whatever the verdicts; 1 or 2 where nothing
was given or an option is wrong.

  manage.py classify_reply "STOP!!" "stop by the office"
  manage.py classify_reply --json < texts.txt

With --json: a list of objects, one a text, in order:
  [{"text": "STOP!!", "verdict": "revoke", "kind": "revoke", "rule": "keyword: stop"}]
("kind" and "verdict" say the same.)"""
    requires_system_checks = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(
            prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("texts", nargs="*", metavar="TEXT", help="a text, quoted")
        parser.add_argument("--json", action="store_true", help="print a list as JSON")

    def handle(self, *args: Any, texts: list[str], **options: Any) -> None:
        found = [(text, classify(text)) for text in map(_whole, texts or _lines())]
        if options["json"]:
            answer = [
                {
                    "text": text,
                    "verdict": verdict.kind.value,
                    "kind": verdict.kind.value,
                    "rule": verdict.rule,
                }
                for text, verdict in found
            ]
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))
            return
        for text, verdict in found:
            line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
            self.stdout.write(f"{verdict.kind.value:8}{verdict.rule:44} {line}")


def _lines() -> Iterable[str]:
    if sys.stdin.isatty():
        raise CommandError("Give at least one TEXT, or texts on the standard input, one a line.")
    given = sys.stdin.buffer.read().decode("utf-8-sig", errors="replace")
    return [line.removesuffix("\r") for line in given.removesuffix("\n").split("\n") if given]


def _whole(text: str) -> str:
    """An argument in another encoding than the terminal's comes in pieces, which no JSON holds."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return os.fsencode(text).decode(errors="replace")
    return text
