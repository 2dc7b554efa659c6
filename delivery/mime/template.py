"""A wording and a sender, compiled to MIME once; each person's message is a join of bytes.

Building an `email.message.EmailMessage` for each recipient costs about 0.9 ms; filling this costs
a hundredth of it. What is seen in previews (`render_email`) and what is sent (`MailTemplate.fill`)
are made from the same pieces.
"""

import hashlib
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache

from django.conf import settings

from delivery.link_tokens import Use, make_token
from delivery.mime.addresses import MailAddress, mail_address
from delivery.mime.encoding import (
    SOFT_BREAK,
    cleaned,
    encoded_words,
    header_mailbox,
    header_text,
    one_line,
    quoted_printable,
    quoted_printable_piece,
)
from delivery.mime.foot import Foot, foot_of
from delivery.mime.html import LINK, LINK_KEY, Counted, Hole, Piece, html_pieces, text_pieces
from delivery.rendering import From, Outgoing, Template, Wording
from delivery.tracking.numbering import token_of

# A header is at most 998 bytes a line (RFC 5322), its name and the colon included.
_LONGEST_HEADER = 990
# Where a message's token leads (portal.preferences).
LINK_PATH = "/u/"
ONE_CLICK = "List-Unsubscribe=One-Click"
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]{1,70}")


@dataclass(frozen=True, slots=True)
class RenderedEmail:
    """What one person gets, decoded; lines end with a newline alone."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class _ByteHole:
    position: int
    key: str
    write: Callable[[str], bytes]


class MailTemplate:
    """multipart/alternative with a text and an HTML part, both quoted-printable.

    Both end with why one gets it, a link to choose what one gets where there is a choice, and the
    utility's name and postal address (RULES 18). Mail of a list that can be ended has the headers
    for it (RULES 20).
    Raises BadAddressError where the sender's own address can't be one.
    """

    def __init__(
        self,
        wording: Wording,
        sender: From,
        *,
        utility_name: str,
        utility_address: str,
        public_url: str,
    ) -> None:
        self.sender_address: MailAddress = mail_address(sender.address)
        self._subject = wording.subject
        self._subject_for_all = None if wording.subject.keys else self._subject_line({})
        self._domain = self.sender_address.text.rpartition("@")[2]
        self._foot = foot_of(wording)
        self._link_start = f"{public_url.rstrip('/')}{LINK_PATH}"
        self._text_pieces = _text_pieces(
            wording.body,
            utility_name=utility_name,
            utility_address=utility_address,
            foot=self._foot,
            link_start=self._link_start,
        )
        self._counted = Counted(public_url.rstrip("/")) if self._may_count(wording) else None
        self._html_pieces = html_pieces(
            subject=wording.subject,
            body=wording.body,
            language=wording.language,
            utility_name=utility_name,
            utility_address=utility_address,
            foot=self._foot,
            link_start=self._link_start,
            counted=self._counted,
        )
        self._top = _top_headers(sender, self.sender_address)
        self._skeleton, holes = self._compile(wording.language)
        self._counted_keys = self._keys_of_counted()
        own = {LINK_KEY, *self._counted_keys}
        self._holes = [hole for hole in holes if hole.key not in own]
        self._counted_places = [
            (hole.position, self._counted_keys[hole.key])
            for hole in holes
            if hole.key in self._counted_keys
        ]
        self._link_places = [hole.position for hole in holes if hole.key == LINK_KEY]

    def fill(self, outgoing: Outgoing, extra_headers: Mapping[str, str] | None = None) -> bytes:
        """The message as DATA takes it: CRLF, 7 bits (but for SMTPUTF8 addresses), dot-stuffed.

        The final dot is not in it. `extra_headers` are added.
        Raises BadAddressError.
        """
        context = outgoing.context
        parts = self._skeleton.copy()
        for hole in self._holes:
            parts[hole.position] = hole.write(context.get(hole.key, ""))
        unsubscribe = ""
        if self._link_places:
            token = make_token(Use.PREFERENCES, outgoing.id)
            link = token.encode("ascii") + SOFT_BREAK
            for position in self._link_places:
                parts[position] = link
            for position, number in self._counted_places:
                parts[position] = token_of(outgoing.id, number).encode("ascii") + SOFT_BREAK
            if self._foot.one_click:
                unsubscribe = (
                    f"List-Unsubscribe: <{self._link_start}{token}>\r\n"
                    f"List-Unsubscribe-Post: {ONE_CLICK}\r\n"
                )
        subject = self._subject_for_all
        parts[0] = (
            f"{self._top}To: {mail_address(outgoing.address).text}\r\n"
            f"Subject: {self._subject_line(context) if subject is None else subject}\r\n"
            f"Date: {_date(int(time.time()))}\r\n"
            f"Message-ID: <{outgoing.key}@{self._domain}>\r\n"
            f"{unsubscribe}{_header_lines(extra_headers) if extra_headers else ''}"
        ).encode()
        return b"".join(parts)

    def rendered(self, outgoing: Outgoing) -> RenderedEmail:
        context = self.values_of(outgoing)
        return RenderedEmail(
            subject=one_line(self._subject.fill(context)),
            text=_joined(self._text_pieces, context),
            html=_joined(self._html_pieces, context),
        )

    def values_of(self, outgoing: Outgoing) -> Mapping[str, str]:
        """What fills the holes of `pieces` for one person."""
        if not self._foot.link_words:
            return outgoing.context
        tokens = {key: token_of(outgoing.id, link) for key, link in self._counted_keys.items()}
        tokens[LINK_KEY] = make_token(Use.PREFERENCES, outgoing.id)
        return {**outgoing.context, **tokens}

    def target(self, link: int, outgoing: Outgoing) -> str:
        """Where a counted link leads; "" where the mail has no such link."""
        return self._counted.target(link, outgoing.context) if self._counted else ""

    def _may_count(self, wording: Wording) -> bool:
        """Never where a mail can't be refused: ebills, codes, what must be told."""
        return wording.tracked and bool(self._foot.link_words)

    def _keys_of_counted(self) -> dict[str, int]:
        """The holes of the links and the picture that are counted, and their numbers."""
        if self._counted is None:
            return {}
        return {self._counted.key(n): n for n in range(len(self._counted.targets) + 1)}

    @property
    def is_listed(self) -> bool:
        """The reader's mail program can end the list that the message belongs to."""
        return self._foot.one_click

    def list_headers(self, outgoing: Outgoing) -> dict[str, str]:
        """By which the reader's mail program ends this list (RFC 8058); empty where it can't."""
        if not self.is_listed:
            return {}
        link = f"{self._link_start}{make_token(Use.PREFERENCES, outgoing.id)}"
        return {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": ONE_CLICK}

    def pieces(self) -> tuple[Template, Sequence[Piece], Sequence[Piece]]:
        """Subject, text and HTML with their holes, for a service that fills them in itself."""
        return self._subject, self._text_pieces, self._html_pieces

    def _subject_line(self, context: Mapping[str, str]) -> str:
        return header_text(self._subject.fill(context), used=len("Subject: "))

    def _compile(self, language: str) -> tuple[list[bytes], list[_ByteHole]]:
        # "=_" can't be in quoted-printable, so no boundary is ever found inside a part.
        digest = hashlib.sha256(repr((self._text_pieces, self._top)).encode("utf-8", "replace"))
        boundary = f"=_{digest.hexdigest()[:24]}"
        skeleton = [b""]
        holes: list[_ByteHole] = []

        def part(kind: str, pieces: Sequence[Piece]) -> None:
            skeleton.append(
                f"--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\n"
                "Content-Transfer-Encoding: quoted-printable\r\n\r\n".encode()
            )
            for piece, is_last in _merged(pieces):
                if isinstance(piece, Hole):
                    holes.append(_ByteHole(len(skeleton), piece.key, _encoder(piece.write)))
                    skeleton.append(b"")
                else:
                    encode = quoted_printable if is_last else quoted_printable_piece
                    skeleton.append(encode(piece))
            skeleton.append(b"\r\n")

        skeleton.append(
            f"Content-Language: {one_line(language)}\r\n"
            "MIME-Version: 1.0\r\n"
            "Auto-Submitted: auto-generated\r\n"
            # Exchange asks this instead: no notes of an absence to the utility.
            "X-Auto-Response-Suppress: OOF, AutoReply\r\n"
            f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'.encode()
        )
        part("plain", self._text_pieces)
        part("html", self._html_pieces)
        skeleton.append(f"--{boundary}--\r\n".encode())
        return _without_seams(skeleton, holes)


def mail_template(wording: Wording, sender: From) -> MailTemplate:
    """The compiled template, kept for the next window of the same wording."""
    return _compiled(
        wording, sender, settings.UTILITY_NAME, settings.UTILITY_ADDRESS, settings.PUBLIC_URL
    )


def render_email(outgoing: Outgoing) -> RenderedEmail:
    """What the recipient will see, for previews, the sandbox and senders that build MIME."""
    return mail_template(outgoing.wording, outgoing.sender).rendered(outgoing)


@lru_cache(maxsize=128)
def _compiled(
    wording: Wording, sender: From, utility_name: str, utility_address: str, public_url: str
) -> MailTemplate:
    return MailTemplate(
        wording,
        sender,
        utility_name=utility_name,
        utility_address=utility_address,
        public_url=public_url,
    )


def _text_pieces(
    body: Template, *, utility_name: str, utility_address: str, foot: Foot, link_start: str
) -> list[Piece]:
    pieces = text_pieces(body)
    last = pieces[-1]
    if isinstance(last, str):
        pieces[-1] = last.rstrip()
    pieces.append(f"\n\n--\n{foot.why}\n")
    if foot.link_words:
        pieces += [f"{foot.link_words}:\n{link_start}", LINK, "\n"]
    return [*pieces, f"\n{one_line(utility_name)}\n{cleaned(utility_address).strip()}\n"]


def _top_headers(sender: From, address: MailAddress) -> str:
    lines = [f"From: {header_mailbox(sender.name, address.text, used=len('From: '))}\r\n"]
    if sender.reply_to:
        lines.append(f"Reply-To: {mail_address(sender.reply_to).text}\r\n")
    return "".join(lines)


def _header_lines(headers: Mapping[str, str]) -> str:
    lines = []
    for name, value in headers.items():
        value = one_line(value)
        if not _HEADER_NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not the name of a header.")
        if not value.isascii():
            value = encoded_words(value, used=len(name) + 2)
        elif len(value) > _LONGEST_HEADER - len(name):
            raise ValueError(f"The header {name} is too long.")
        lines.append(f"{name}: {value}\r\n")
    return "".join(lines)


def _joined(pieces: Sequence[Piece], context: Mapping[str, str]) -> str:
    return "".join(
        piece.write(context.get(piece.key, "")) if isinstance(piece, Hole) else piece
        for piece in pieces
    )


def _merged(pieces: Sequence[Piece]) -> Iterator[tuple[Piece, bool]]:
    """The pieces with neighboring literals as one, and whether each is the last."""
    merged: list[Piece] = []
    for piece in pieces:
        last = merged[-1] if merged else None
        if isinstance(piece, str) and isinstance(last, str):
            merged[-1] = last + piece
        elif piece != "":
            merged.append(piece)
    for position, piece in enumerate(merged):
        yield piece, position == len(merged) - 1


def _without_seams(
    skeleton: list[bytes], holes: list[_ByteHole]
) -> tuple[list[bytes], list[_ByteHole]]:
    """Literals between two holes as one: there is less to join for each person."""
    by_position = {hole.position: hole for hole in holes}
    joined = [b"", b""]  # The personal headers come first.
    moved: list[_ByteHole] = []
    for position, part in enumerate(skeleton[1:], start=1):
        if hole := by_position.get(position):
            moved.append(_ByteHole(len(joined), hole.key, hole.write))
            joined += [b"", b""]
        else:
            joined[-1] += part
    return joined, moved


@lru_cache(maxsize=32)
def _encoder(write: Callable[[str], str]) -> Callable[[str], bytes]:
    """`write`, then quoted-printable; it remembers the values that many people share."""

    @lru_cache(maxsize=2048)
    def encode(value: str) -> bytes:
        return quoted_printable_piece(write(value))

    return encode


@lru_cache(maxsize=2)
def _date(second: int) -> str:
    return format_datetime(datetime.fromtimestamp(second, UTC))
