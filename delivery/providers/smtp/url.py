"""`EMAIL_URL` for SMTP: `smtp://user:password@host:port?…`, `smtps://…`.

`?tls=required` takes the server only with STARTTLS and a certificate that is good; `optional` uses
STARTTLS where it is offered; `off` never. Where the address has a password and the server is not
on this machine, `required` is the default: a password is not sent in clear unless somebody asks
for that. `?verify=no` takes any certificate (self-signed ones).
`?connections=4` at most, `?per_connection=0` messages before a new one (0: no limit), `?timeout=60`
seconds for an answer, `?helo=` our name.
"""

import ipaddress
from dataclasses import dataclass
from enum import Enum
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SCHEMES = ("smtp", "smtps")


class Tls(Enum):
    FROM_THE_START = "smtps"
    REQUIRED = "required"
    OPTIONAL = "optional"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    host: str
    port: int
    user: str = ""
    password: str = ""
    tls: Tls = Tls.OPTIONAL
    verify: bool = True
    connections: int = 4
    per_connection: int = 0
    timeout: float = 60.0
    helo: str = ""

    def __repr__(self) -> str:  # Without the password.
        return f"SmtpSettings({self.host}:{self.port}, tls={self.tls.value})"


def parse_email_url(url: str) -> SmtpSettings:
    """Raises ImproperlyConfigured, in words that never hold the password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _bad("it can't be read; is a character in the password not percent-encoded?") from (
            None
        )
    if parts.scheme not in SCHEMES:
        raise _bad("it must begin with smtp:// or smtps://.")
    if not parts.hostname:
        raise _bad("it names no host. Write smtp://host:port.")
    if parts.path not in ("", "/") or parts.fragment:
        raise _bad(
            "there is something after the host and the port. "
            "Percent-encode / and # in a user name or password (%2F, %23)."
        )
    options = _options(parts)
    user = unquote(parts.username or "")
    password = unquote(parts.password or "")
    if password and not user:
        raise _bad("it has a password and no user name.")
    tls = _tls(parts, options.pop("tls", ""), has_password=bool(password))
    found = SmtpSettings(
        host=parts.hostname,
        port=port or (465 if tls is Tls.FROM_THE_START else 587 if user else 25),
        user=user,
        password=password,
        tls=tls,
        verify=_yes_or_no(options, "verify"),
        connections=_whole(options, "connections", default=4, least=1, most=50),
        per_connection=_whole(options, "per_connection", default=0, least=0, most=1_000_000),
        timeout=_whole(options, "timeout", default=60, least=1, most=900),
        helo=options.pop("helo", ""),
    )
    if options:
        raise _bad(f"it has an option that is not known: {', '.join(sorted(options))}.")
    if found.helo and not (
        found.helo.isascii() and found.helo.isprintable() and " " not in found.helo
    ):
        raise _bad("helo must be a host name.")
    return found


def is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _bad(what: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"EMAIL_URL: {what}")


def _options(parts: SplitResult) -> dict[str, str]:
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    options = dict(pairs)
    if len(options) != len(pairs):
        raise _bad("an option is there twice.")
    return options


def _tls(parts: SplitResult, option: str, *, has_password: bool) -> Tls:
    if parts.scheme == "smtps":
        if option not in ("", "required"):
            raise _bad("smtps:// is always encrypted; tls= is for smtp://.")
        return Tls.FROM_THE_START
    if not option:
        far = has_password and not is_this_machine(parts.hostname or "")
        return Tls.REQUIRED if far else Tls.OPTIONAL
    try:
        found = Tls(option)
    except ValueError:
        found = Tls.FROM_THE_START
    if found is Tls.FROM_THE_START:
        raise _bad("tls must be required, optional or off.")
    return found


def _whole(options: dict[str, str], name: str, *, default: int, least: int, most: int) -> int:
    text = options.pop(name, str(default))
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise _bad(f"{name} must be a whole number from {least} to {most}.")
    return int(text)


def _yes_or_no(options: dict[str, str], name: str) -> bool:
    text = options.pop(name, "yes")
    if text not in ("yes", "no"):
        raise _bad(f"{name} must be yes or no.")
    return text == "yes"
