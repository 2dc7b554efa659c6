"""`manage.py classify_reply`: what the system reads a member's text as, and by which rule."""

import json
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from delivery.replies.classifier import classify


class Command(BaseCommand):
    help = """Say what each text is read as (revoke, start, help, unclear or other),
and which rule decided.

Nothing is stored, sent or changed. Without TEXT, each line of the standard input is one text.

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
        found = [(text, classify(text)) for text in texts or _lines()]
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
            line = " ".join(text.split())
            self.stdout.write(f"{verdict.kind.value:8}{verdict.rule:44} {line}")


def _lines() -> Iterable[str]:
    if sys.stdin.isatty():
        raise CommandError("Give at least one TEXT, or texts on the standard input, one a line.")
    return [line.rstrip("\r\n") for line in sys.stdin]
