"""The status code in what a server said."""

import re

from delivery.bounces.choices import Verdict
from delivery.bounces.verdicts import ENHANCED, code_for, is_generic, judge

# Where codes stand: after an SMTP reply, after qmail's and Exchange's sign, in brackets.
_AFTER_REPLY = re.compile(r"\b[45]\d\d[ -]+#?([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_AFTER_SIGN = re.compile(r"#\s*([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_REPLY = re.compile(
    r"(?:^|[\s:'\"(\[#<])([45][0-5]\d)(?=[\s\-:)'\"\]#]|$)(?!\s*(bytes|kb|hours|minutes|days))",
    re.IGNORECASE | re.MULTILINE,
)


def enhanced_in(words: str) -> str:
    """The enhanced status code that a text names, the most telling first; ""."""
    found: list[str] = []
    for pattern in (_AFTER_REPLY, _AFTER_SIGN):
        found += [match[1] for match in pattern.finditer(words) if match[1][0] != "2"]
    found += [match.group() for match in ENHANCED.finditer(words) if match[1] != "2"]
    return next((code for code in found if not is_generic(code)), found[0] if found else "")


def reply_in(words: str) -> str:
    """The SMTP reply's three digits; ""."""
    match = _REPLY.search(words)
    return match[1] if match else ""


def best_code(status: str, diagnostic: str) -> str:
    """The code of a report: its Status, unless the server's own words say more.

    A Status that only names its class or subject gives way to a code of the same class in the
    words. One that would make the address bad gives way to a code in the words that would not: the
    report's writer guessed, and the server said that it was policy, or that the mailbox was full.
    """
    said = enhanced_in(diagnostic)
    if not status:
        return said or code_for(reply_in(diagnostic), diagnostic)
    if said and said[0] == status[0]:
        if is_generic(status) and not is_generic(said) and not status.startswith("5.7."):
            return said
        if said.startswith("5.7.") and status.startswith(("5.1.", "5.0.", "5.5.")):
            return said
        if judge(status) is Verdict.BAD and not is_generic(said) and judge(said) is Verdict.SOFT:
            return said
    return status
