"""`BOUNCE_IMAP_URL`: `imaps://user:password@host:port/folder?done=Handled`.

`imaps` speaks TLS from the start and checks the certificate. `imap` is for a server on this machine
alone: a password does not go over a network in clear. The folder is INBOX where none is named. With
`?done=` handled mails are moved to that folder; without it they are marked as read, and what is
read already is not looked at.
"""

from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_LOCAL = {"127.0.0.1", "localhost", "::1"}
_PORTS = {"imaps": 993, "imap": 143}


@dataclass(frozen=True, slots=True)
class ImapSettings:
    host: str
    port: int
    user: str
    password: str
    folder: str
    done: str
    tls: bool

    def __repr__(self) -> str:  # Without the password.
        return f"ImapSettings({self.host}:{self.port}/{self.folder})"


def parse_imap_url(url: str) -> ImapSettings:
    """Raises ImproperlyConfigured, in words that never hold the password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _bad("it can't be read; is a character in the password not percent-encoded?") from (
            None
        )
    if parts.scheme not in _PORTS:
        raise _bad("it must begin with imaps://.")
    if not parts.hostname:
        raise _bad("it names no host.")
    if parts.scheme == "imap" and parts.hostname not in _LOCAL:
        raise _bad("imap:// is for this machine alone; use imaps://.")
    if not parts.username or not parts.password:
        raise _bad("it names no user or no password.")
    options = dict(parse_qsl(parts.query))
    if unknown := set(options) - {"done"}:
        raise _bad(f"it has an option that is not known: {', '.join(sorted(unknown))}.")
    settings = ImapSettings(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        user=unquote(parts.username),
        password=unquote(parts.password),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        done=options.get("done", ""),
        tls=parts.scheme == "imaps",
    )
    for value in (settings.user, settings.password, settings.folder, settings.done):
        if not value.isprintable():
            raise _bad("a part of it has a character that can't be.")
    return settings


def _bad(why: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"BOUNCE_IMAP_URL can't be used: {why}")
