"""Email addresses as people and spreadsheets write them.

What can have one meaning only is mended (spaces around, `mailto:`, `Name <a@b.com>`, capitals
throughout); the rest is refused in words. Nothing is ever cut (RULES 22). Syntax is
email-validator's; a strict regular expression takes the plain ASCII addresses that nearly all are,
and whatever it does not take goes to email-validator.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext_noop as _
from email_validator import (
    SPECIAL_USE_DOMAIN_NAMES,
    EmailSyntaxError,
    EmailUndeliverableError,
    validate_email,
)

from common.mail_domains import judge_domain
from common.odd_characters import without_odd_characters

LONGEST_EMAIL = 40
"""Characters that Email 1 and Email 2 hold each (RULES 22)."""
_TOO_LONG = _(
    "The address has %(count)s characters, and 40 is the most that we can hold. "
    "Ask for a shorter one."
)
TOO_LONG = _TOO_LONG.partition(", and ")[2]
"""How the problem of an address that is good but too long ends."""


class EmailResult(NamedTuple):
    """What a cell's text turned out to be. A blank cell has neither address nor problem."""

    address: str
    """Domain in lower case; the part before the @ keeps its case, unless all was in capitals."""
    problem: str = ""
    """What is wrong and what to do, in words for a clerk; "" where the address is good."""
    suggestion: str = ""
    """An address that may be meant. Never used by itself; may be there without a problem."""
    addresses: tuple[str, ...] = ()
    """The good addresses of a cell that holds several, for a "Use both"."""
    mended: bool = False


def read_email(text: str) -> EmailResult:
    """The address in `text`, or the reason why there is none."""
    address = text.strip(" ")
    if address.isupper():
        address = address.lower()
    if len(address) <= LONGEST_EMAIL and _PLAIN_ADDRESS(address) is not None:
        local, _, domain = address.partition("@")
        domain = domain.lower()
        meant, certain = judge_domain(domain)
        if not certain and domain.rpartition(".")[2] not in _SPECIAL:
            address = f"{local}@{domain}"
            suggestion = f"{local}@{meant}" if meant else ""
            return EmailResult(address, "", suggestion, (), address != text)
    return _read_slowly(text)


_ATEXT = r"[a-zA-Z0-9_!#$%&'*+\-/=?^`{|}~]"
# `(?!..--)`: labels such as xn--… are email-validator's business.
_LABEL = r"(?!..--)[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_PLAIN_ADDRESS = re.compile(
    rf"(?!['`]){_ATEXT}+(?:\.{_ATEXT}+)*@(?:{_LABEL}\.)+(?!..--)[a-zA-Z](?:[a-zA-Z0-9-]*[a-zA-Z])?"
).fullmatch
_SPECIAL = frozenset(name for name in SPECIAL_USE_DOMAIN_NAMES if "." not in name)

_IN_BRACKETS = re.compile(r"[^<>@]*<([^<>]*)>")
_BETWEEN_ADDRESSES = re.compile(r"[\s,;|/<>]+(?:(?:and|or|y|o)\s+)?", re.IGNORECASE)
_SPACE_AT_JOINT = re.compile(r"\s*([@.])\s*")
_AROUND = " \t\r\n'\"’`<>()[],;:."


@lru_cache(maxsize=2048)
def _read_slowly(text: str) -> EmailResult:
    cleaned = _clean(text)
    if not cleaned:
        return EmailResult("")
    several = _several(cleaned)
    if several is not None:
        return several
    if "@" not in cleaned:
        return EmailResult("", _("This is not an email address: the @ is missing."))
    joined = _SPACE_AT_JOINT.sub(r"\1", cleaned)
    if re.search(r"\s", joined):
        local, _at, domain = joined.partition("@")
        if "." not in domain:  # gmail com
            domain = ".".join(domain.split())
        suggestion = _valid("".join(f"{local}@{domain}".split()))
        return EmailResult(
            "", _("There is a space inside the address. Correct it."), _if_it_fits(suggestion)
        )
    address, reason = _validate(joined)
    if not address:
        repaired = re.sub(r"([.@])\1+", r"\1", joined).replace(",", ".").replace(".@", "@")
        local, at, domain = repaired.rpartition("@")
        repaired = f"{local}{at}{judge_domain(domain.lower()).meant or domain}"
        return EmailResult("", reason, _if_it_fits(_valid(repaired)))
    local, _at, domain = address.rpartition("@")
    meant, certain = judge_domain(domain)
    suggestion = _if_it_fits(f"{local}@{meant}") if meant else ""
    if certain:
        return EmailResult(
            "",
            _("No such mail domain: %(domain)s. Did they mean %(meant)s?")
            % {"domain": domain, "meant": meant},
            suggestion,
        )
    if len(address) > LONGEST_EMAIL:
        return EmailResult(
            "",
            _TOO_LONG % {"count": len(address)},
        )
    return EmailResult(address, "", suggestion, (), address != text)


def _clean(text: str) -> str:
    cleaned = without_odd_characters(text).strip()
    if cleaned.isupper():
        cleaned = cleaned.lower()
    in_brackets = _IN_BRACKETS.fullmatch(cleaned.strip(" ,;."))
    if in_brackets is not None and "@" in in_brackets.group(1):
        cleaned = in_brackets.group(1)
    cleaned = cleaned.strip(_AROUND)
    if cleaned[:7].lower() == "mailto:":
        cleaned = cleaned[7:].partition("?")[0]
    return cleaned.strip(_AROUND)


def _several(cleaned: str) -> EmailResult | None:
    """The answer for a cell with more than one address in it; None where there is one at most."""
    if cleaned.count("@") < 2:
        return None
    parts = [part.strip(_AROUND) for part in _BETWEEN_ADDRESSES.split(cleaned) if "@" in part]
    if len(parts) < 2:
        return None
    results = [read_email(part) for part in parts]
    good = tuple(dict.fromkeys(result.address for result in results if result.address))
    if len(good) == 1 and all(result.address for result in results):
        return EmailResult(good[0], "", "", (), True)  # the same address twice
    if len(parts) == 2:
        if len(good) == 2:
            return EmailResult("", _("Two addresses in one cell. Use both, or keep one."), "", good)
        return EmailResult("", _("Two addresses in one cell. Keep one."), "", good)
    several = _("%(count)s addresses in one cell. Keep one.") % {"count": len(parts)}
    return EmailResult("", several, "", good)


def _validate(address: str) -> tuple[str, str]:
    """(address, "") as email-validator has it, or ("", the reason in words)."""
    local, _at, domain = address.rpartition("@")
    if address.count("@") > 1:
        return "", _("There are two @ in the address. Correct it.")
    if not local:
        return "", _("The part before the @ is missing.")
    if not domain:
        return "", _("The part after the @ is missing.")
    meant, certain = judge_domain(domain.lower())
    if certain and "." not in domain:
        return "", _("The mail domain is not complete. Did they mean %(meant)s?") % {"meant": meant}
    if "." not in domain:
        return "", _("The part after the @ is not complete, such as gmail.com.")
    if ".." in address or local.startswith(".") or local.endswith("."):
        return "", _("A period stands where none can stand. Correct the address.")
    try:
        validated = validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except (EmailSyntaxError, EmailUndeliverableError) as error:
        odd = sorted({character for character in address if not character.isascii()})
        if odd:
            return "", _("Mail cannot be sent to an address with %(odd)s in it.") % {
                "odd": " ".join(odd)
            }
        return "", _in_our_words(str(error))
    return validated.ascii_email or validated.normalized, ""


def _in_our_words(reason: str) -> str:
    if "special-use" in reason:
        return _("The part after the @ is a name that never gets mail. Correct it.")
    if "after the @" in reason:
        return _("The part after the @ is not a domain, such as gmail.com. Correct it.")
    if "before the @" in reason:
        return _("The part before the @ has characters that an address cannot have. Correct it.")
    return _("This is not an email address. Correct it.")


def _valid(address: str) -> str:
    return _validate(address)[0]


def _if_it_fits(suggestion: str) -> str:
    return suggestion if len(suggestion) <= LONGEST_EMAIL else ""
