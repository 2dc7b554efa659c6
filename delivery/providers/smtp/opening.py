"""Opening a connection: greeting, EHLO, STARTTLS, AUTH. Whatever goes wrong is the server's trouble
or the settings', never a message's: a ProviderError with `down`.
"""

import asyncio
import base64
import ipaddress
import socket
import ssl
from urllib.parse import urlsplit

from delivery.providers.base import ProviderError
from delivery.providers.smtp.link import Link
from delivery.providers.smtp.replies import Reply
from delivery.providers.smtp.url import SmtpSettings, Tls


class Opener:
    """Opens connections to one server; certificates are loaded once."""

    def __init__(self, settings: SmtpSettings, *, public_url: str) -> None:
        self._settings = settings
        self._name = (settings.helo or own_name(public_url)).encode("ascii")
        self._context: ssl.SSLContext | None = None

    async def open(self) -> Link:
        """A connection that is ready for MAIL. Raises ProviderError."""
        settings = self._settings
        link: Link | None = None
        try:
            async with asyncio.timeout(settings.timeout):
                link = await self._connect()
                await self._greet(link)
                return link
        except ProviderError:
            _drop(link)
            raise
        except TimeoutError:
            _drop(link)
            raise self._unreachable("it did not answer in time") from None
        except ssl.SSLCertVerificationError as error:
            _drop(link)
            raise _down(
                f"The certificate of {self._where} is not good ({error.verify_message}). "
                "Where it is meant to be self-signed, add ?verify=no to EMAIL_URL."
            ) from None
        except ssl.SSLError as error:
            _drop(link)
            raise _down(
                f"Encryption with {self._where} failed ({error.reason or error})."
            ) from None
        except OSError as error:
            _drop(link)
            raise self._unreachable(error.strerror or type(error).__name__) from None
        except BaseException:
            _drop(link)
            raise

    @property
    def _where(self) -> str:
        return f"{self._settings.host}:{self._settings.port}"

    def _unreachable(self, why: str) -> ProviderError:
        return _down(f"The mail server {self._where} can't be reached: {why}.")

    def _tls(self) -> ssl.SSLContext:
        if self._context is None:
            context = ssl.create_default_context()
            if self._settings.tls is Tls.OPTIONAL or not self._settings.verify:
                # Encrypted for whoever answers is better than in clear for everybody.
                context.check_hostname = False
                context.verify_mode = ssl.CERT_NONE
            self._context = context
        return self._context

    async def _connect(self) -> Link:
        settings = self._settings
        loop = asyncio.get_running_loop()
        encrypted = settings.tls is Tls.FROM_THE_START
        _, link = await loop.create_connection(
            lambda: Link(timeout=settings.timeout),
            settings.host,
            settings.port,
            ssl=self._tls() if encrypted else None,
            server_hostname=settings.host if encrypted else None,
        )
        return link

    async def _greet(self, link: Link) -> None:
        greeting = await _first(link)
        if greeting.code != 220:
            raise _refused(f"The mail server {self._where} takes no connection", greeting)
        await self._hello(link)
        tls = self._settings.tls
        if tls in (Tls.REQUIRED, Tls.OPTIONAL):
            if "STARTTLS" in link.offers:
                await self._encrypt(link)
            elif tls is Tls.REQUIRED:
                raise _down(
                    f"The mail server {self._where} offers no encryption (STARTTLS), and without "
                    "it nothing is sent. ?tls=optional in EMAIL_URL permits that."
                )
        if self._settings.user:
            await self._sign_in(link)

    async def _hello(self, link: Link) -> None:
        reply = await _asked(link, b"EHLO " + self._name)
        if reply.good:
            link.offers = _offers(reply)
            return
        reply = await _asked(link, b"HELO " + self._name)
        link.offers = {}
        if not reply.good:
            raise _refused(f"The mail server {self._where} refused our greeting", reply)

    async def _encrypt(self, link: Link) -> None:
        reply = await _asked(link, b"STARTTLS")
        if reply.code == 220:
            await link.start_tls(self._tls(), self._settings.host)
            # What was offered in clear may have been tampered with (RFC 3207, 4.2).
            await self._hello(link)
        elif self._settings.tls is Tls.REQUIRED:
            raise _refused(f"The mail server {self._where} refused encryption", reply)

    async def _sign_in(self, link: Link) -> None:
        user, password = self._settings.user, self._settings.password
        ways = link.offers.get("AUTH", "").upper().split()
        if "PLAIN" in ways:
            token = _base64(f"\0{user}\0{password}")
            reply = await _asked(link, b"AUTH PLAIN " + token)
            if reply.code == 334:
                reply = await _asked(link, token)
        elif "LOGIN" in ways:
            reply = await _asked(link, b"AUTH LOGIN")
            for answer in (user, password):
                if reply.code == 334:
                    reply = await _asked(link, _base64(answer))
        else:
            raise _down(
                f"The mail server {self._where} offers no sign-in that we know (PLAIN or LOGIN)."
            )
        if not reply.good:
            raise _refused(
                f"The mail server {self._where} refused our user name or password", reply
            )


def own_name(public_url: str) -> str:
    """What we call ourselves in EHLO: the site's host name, else this machine's address."""
    for name in (urlsplit(public_url).hostname or "", socket.gethostname()):
        if "." in name and name.isascii() and not _is_ip(name):
            return name
    return "[127.0.0.1]"


def _is_ip(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _offers(reply: Reply) -> dict[str, str]:
    """The keywords of an EHLO reply; its first line is the server's name."""
    offers: dict[str, str] = {}
    for line in reply.text.split("\n")[1:]:
        keyword, _, rest = line.strip().partition(" ")
        if keyword.upper().startswith("AUTH="):  # As servers wrote it before RFC 2554.
            keyword, rest = "AUTH", f"{keyword[5:]} {rest}"
        keyword = keyword.upper()
        offers[keyword] = f"{offers[keyword]} {rest}" if keyword in offers else rest
    return offers


async def _first(link: Link) -> Reply:
    replies = await link.replies(1)
    if not replies:
        raise _down(link.ended)
    return replies[0]


async def _asked(link: Link, command: bytes) -> Reply:
    reply = await link.ask(command + b"\r\n")
    if reply is None:
        raise _down(link.ended)
    return reply


def _base64(text: str) -> bytes:
    return base64.b64encode(text.encode("utf-8"))


def _down(text: str) -> ProviderError:
    return ProviderError(text, permanent=False, down=True)


def _refused(what: str, reply: Reply) -> ProviderError:
    return ProviderError(
        f"{what}: {reply.code} {reply.for_staff}"[:200],
        permanent=False,
        code=reply.best_code,
        retry_after=60.0 if reply.code < 500 else None,
        down=True,
    )


def _drop(link: Link | None) -> None:
    if link is not None:
        link.end("Opening failed.")
