"""How the table is written: a rule has words for people, a kind, and a pattern on plain words."""

import re
from dataclasses import dataclass

from delivery.replies.choices import ReplyKind


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    kind: ReplyKind
    pattern: re.Pattern[str]
    # Of a revocation: holds whatever stands beside it ("I said stop three times").
    always: bool = False

    def found_in(self, words: str) -> bool:
        return self.pattern.search(words) is not None


def revoke(name: str, pattern: str, *, always: bool = False) -> Rule:
    return Rule(name, ReplyKind.REVOKE, re.compile(pattern), always)


def start(name: str, pattern: str) -> Rule:
    return Rule(name, ReplyKind.START, re.compile(pattern))


def unclear(name: str, pattern: str) -> Rule:
    return Rule(name, ReplyKind.UNCLEAR, re.compile(pattern))


def other(name: str, pattern: str) -> Rule:
    return Rule(name, ReplyKind.OTHER, re.compile(pattern))
