"""Returned mails from a mailbox, by IMAP.

A mail is marked as handled only after what it says is committed. So a crash in between brings it
again, which changes nothing more: bounces are told apart by Message-ID and recipient.
"""

import contextlib
import imaplib
import logging
import re
import ssl
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import DataError

from delivery.bounces.imap_url import ImapSettings, parse_imap_url
from delivery.bounces.receiving import receive

log = logging.getLogger(__name__)

_SECONDS = 30.0
# At a time; the rest is fetched by the next run.
_MOST_MAILS = 500
# What a bounce says stands at its beginning; nobody needs the attachments that it returns.
_MOST_BYTES = 1024 * 1024
_UID = re.compile(rb"UID (\d+)")


class FetchError(Exception):
    """The mailbox can't be used just now. The text holds neither password nor addresses."""


@dataclass(slots=True)
class Fetched:
    mails: int = 0
    # By recipient.
    verdicts: Counter[str] = field(default_factory=Counter)


def is_configured() -> bool:
    return bool(settings.BOUNCE_IMAP_URL)


def fetch_bounces() -> Fetched:
    """Take what is new in the mailbox. Raises FetchError, ImproperlyConfigured."""
    wanted = parse_imap_url(settings.BOUNCE_IMAP_URL)
    fetched = Fetched()
    with _opened(wanted) as server:
        for uid in _new(server, wanted):
            raw = _content(server, uid)
            if raw is None:
                continue  # Somebody else took it meanwhile.
            try:
                readings = receive(raw)
            except (DataError, ValueError) as error:
                # One mail must not keep the others waiting. It stays, and is tried again.
                log.error("Mail %s can't be applied: %s.", uid.decode(), type(error).__name__)
                continue
            for reading in readings:
                fetched.verdicts[reading.verdict.value] += 1
            fetched.mails += 1
            _handled(server, uid, wanted)
    return fetched


@contextlib.contextmanager
def _opened(wanted: ImapSettings) -> Iterator[imaplib.IMAP4]:
    try:
        server = _connected(wanted)
    except imaplib.IMAP4.error as error:
        raise FetchError("The mail server does not speak IMAP as we know it.") from error
    except ssl.SSLCertVerificationError as error:
        raise FetchError("The mail server's certificate is not good.") from error
    except ssl.SSLError as error:
        raise FetchError("The mail server does not speak TLS on that port.") from error
    except OSError as error:
        raise FetchError(
            f"The mail server can't be reached: {error.strerror or 'no answer'}."
        ) from (error)
    try:
        _asked(server.login(wanted.user, wanted.password), "takes neither user nor password")
        _asked(server.select(_quoted(wanted.folder)), "has no such folder")
        yield server
    except imaplib.IMAP4.error as error:
        # Its words may hold the user's name.
        raise FetchError("The mail server refuses: see the user, the password, the folder.") from (
            error
        )
    except OSError as error:
        raise FetchError("The connection to the mail server was lost.") from error
    finally:
        with contextlib.suppress(imaplib.IMAP4.error, OSError):
            server.logout()
        # Where the line is cut, logging out has not closed it.
        with contextlib.suppress(OSError):
            server.shutdown()


def _connected(wanted: ImapSettings) -> imaplib.IMAP4:
    if wanted.tls:
        return imaplib.IMAP4_SSL(
            wanted.host, wanted.port, ssl_context=ssl.create_default_context(), timeout=_SECONDS
        )
    return imaplib.IMAP4(wanted.host, wanted.port, timeout=_SECONDS)


def _new(server: imaplib.IMAP4, wanted: ImapSettings) -> list[bytes]:
    which = "UNDELETED" if wanted.done else "UNSEEN UNDELETED"
    found = _asked(server.uid("SEARCH", which), "can't be searched")
    uids: list[bytes] = (found[0] or b"").split() if found else []
    return uids[:_MOST_MAILS]


def _content(server: imaplib.IMAP4, uid: bytes) -> bytes | None:
    found = _asked(
        server.uid("FETCH", uid.decode(), f"(BODY.PEEK[]<0.{_MOST_BYTES}>)"), "gives no mails"
    )
    for part in found:
        if isinstance(part, tuple) and len(part) == 2:
            name = _UID.search(part[0])
            if name is None or name[1] == uid:
                return bytes(part[1])
    return None


def _handled(server: imaplib.IMAP4, uid: bytes, wanted: ImapSettings) -> None:
    name = uid.decode()
    if not wanted.done:
        _asked(server.uid("STORE", name, "+FLAGS.SILENT", r"(\Seen)"), "can't mark mails")
        return
    folder = _quoted(wanted.done)
    move = "MOVE" if "MOVE" in server.capabilities else "COPY"
    answer, _ = server.uid(move, name, folder)
    if answer != "OK":
        server.create(folder)
        _asked(server.uid(move, name, folder), "can't put mails into the folder for handled ones")
    if move == "COPY":
        _asked(server.uid("STORE", name, "+FLAGS.SILENT", r"(\Deleted)"), "can't mark mails")
        server.expunge()


def _asked(answer: tuple[str, Any], trouble: str) -> Any:
    status, found = answer
    if status != "OK":
        raise FetchError(f"The mail server {trouble}.")
    return found


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
