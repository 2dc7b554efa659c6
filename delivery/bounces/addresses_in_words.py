"""Addresses as bounces write them."""

import re

# What stands for an address in prose; a trailing period or colon is the sentence's.
ADDRESS = re.compile(
    r"(?<![\w.+-])([\w!#$%&'*+/=?^`{|}~][\w.!#$%&'*+/=?^`{|}~-]*@"
    r"(?:[^\W_](?:[\w-]*[^\W_])?\.)*[^\W_](?:[\w-]*[^\W_])?)",
)
_WHOLE = re.compile(r"\"[^\"\n]+\"@[\w.-]+|[^\s<>@,;:()\"\[\]]+@[^\s<>@,;:()\"\[\]]+")
_QUOTED = re.compile(r"\"[^\"\n]+\"@")
_EMBEDDED = re.compile(r"\\x\{(?!D[89A-F])([0-9A-F]{2,4})\}", re.IGNORECASE)
_TYPE = re.compile(r"^\s*([A-Za-z][\w-]*)\s*;\s*")
_DAEMON = re.compile(r"^(mailer-?daemon|postmaster|mail-?daemon|majordomo|double-?bounce)\b", re.I)


def typed_address(value: str) -> str:
    """The address in `rfc822; user@example.com`, however it is written; "" where there is none."""
    text = _TYPE.sub("", value.strip())
    # Some repeat the type, or name the protocol: `rfc822;SMTP:user@example.com`.
    text = re.sub(r"^(smtp|rfc822|mailto)\s*[:;]\s*", "", text.strip(), flags=re.IGNORECASE)
    if "<" in text and ">" in text:
        text = text[text.index("<") + 1 : text.rindex(">")]
    text = text.strip().strip("<>").strip().rstrip(".:,")
    if not _QUOTED.match(text):
        text = text.strip("\"'").strip()
    # xtext (RFC 3461) in Original-Recipient; a plus sign before other digits is the address's own.
    text = text.replace("+2B", "+").replace("+3D", "=")
    # The same for addresses that are not ASCII (RFC 6533): `\x{E9}`.
    text = _EMBEDDED.sub(lambda match: chr(int(match[1], 16)), text)
    return cleaned(text)


def cleaned(text: str) -> str:
    """The address as we compare it: its domain in lower case. "" where it is none."""
    text = text.strip()
    if len(text) > 254 or not text.isprintable() or not _WHOLE.fullmatch(text):
        return ""
    local, _at, domain = text.rpartition("@")
    return f"{local}@{domain.lower()}"


def is_daemon(address: str) -> bool:
    return bool(_DAEMON.match(address))
