"""An email address as SMTP and headers need it: an ASCII domain, and nothing that injects."""

import re
from typing import NamedTuple

import idna


class BadAddressError(ValueError):
    """Not an address that mail can be sent to. The text holds no address."""


class MailAddress(NamedTuple):
    text: str
    """With the domain as an A-label."""
    utf8: bool
    """The part before the @ is not ASCII: the server must offer SMTPUTF8 (RFC 6531)."""


LONGEST_ADDRESS = 254
_PLAIN = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_QUOTED_LOCAL = re.compile(r'"(?:[ !#-\[\]-~]|\\[ -~])+"')
_UTF8_LOCAL = re.compile(r"[^\x00-\x20\x7f-\xa0\u2028\u2029\s<>()\[\],;:\\\"@]+")
_IP_LITERAL = re.compile(r"\[(?:[0-9.]+|IPv6:[0-9A-Fa-f:.]+)\]")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")


def mail_address(address: str) -> MailAddress:
    """Raises BadAddressError, in words."""
    if len(address) <= LONGEST_ADDRESS and _PLAIN.fullmatch(address):
        return MailAddress(address, utf8=False)
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain:
        raise BadAddressError(
            "The address is not an email address: it has no @, or nothing beside it."
        )
    if not (_UTF8_LOCAL.fullmatch(local) or _QUOTED_LOCAL.fullmatch(local)):
        raise BadAddressError("The part of the address before the @ has a character that can't be.")
    whole = f"{local}@{_ascii_domain(domain)}"
    if len(whole.encode("utf-8", "replace")) > LONGEST_ADDRESS:
        raise BadAddressError(f"The address is longer than {LONGEST_ADDRESS} characters.")
    return MailAddress(whole, utf8=not local.isascii())


def _ascii_domain(domain: str) -> str:
    if _HOST.fullmatch(domain) or _IP_LITERAL.fullmatch(domain):
        return domain
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise BadAddressError("The part of the address after the @ is not a domain.") from None
