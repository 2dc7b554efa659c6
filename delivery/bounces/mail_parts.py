"""A mail taken apart for reading: its headers, its own words, its machine parts, what it returns.

Nothing here raises on what the internet sends: unknown charsets, broken base64, mails cut off in
the middle.
"""

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import MissingHeaderBodySeparatorDefect
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from html import unescape

# What is looked at; a bounce that returns a large mail says what matters at its beginning.
_MOST_BYTES = 4 * 1024 * 1024
_MOST_TEXT = 64 * 1024
_MOST_PARTS = 100

_RETURNED = {"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"}
_STATUS = {"message/delivery-status", "message/global-delivery-status"}
_DAEMON = re.compile(
    r"mailer-?daemon|mail-daemon|postmaster|mail delivery (sub)?system|delivery subsystem"
    r"|microsoftexchange",
    re.IGNORECASE,
)
_SURROGATE = re.compile("[\udc80-\udcff]")
_TAG_BLOCK = re.compile(r"<(style|script|head|title)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_LINE_TAG = re.compile(r"<(br|/?p|/?div|/?tr|/?li|/?h\d|/?table|hr)\b[^>]*>", re.IGNORECASE)
# An address in angle brackets is no tag.
_TAG = re.compile(r"<(?![^<>\s]*@[^<>\s]*>)[/!?a-zA-Z][^<>]*>")


@dataclass(slots=True)
class Mail:
    headers: Message
    # The decoded text of the parts for people: plain ones, else HTML without its tags.
    text: str = ""
    # message/delivery-status and message/feedback-report, as they are written.
    statuses: list[str] = field(default_factory=list)
    feedback: list[str] = field(default_factory=list)
    # What is returned of the mail that did not arrive: its headers, perhaps its text.
    returned: str = ""
    is_receipt: bool = False

    def header(self, name: str) -> str:
        """Decoded, on one line; "" where there is none."""
        value = self.headers.get(name)
        if value is None:
            return ""
        try:
            text = str(make_header(decode_header(str(value))))
        except (ValueError, LookupError, binascii.Error):
            text = str(value)
        return " ".join(_storable(text).split())[:2000]

    @property
    def report_type(self) -> str:
        return _parameter(self.headers, "report-type")


def take_apart(raw: bytes) -> Mail:
    # Nobody writes NULs but to break those who read them.
    message = BytesParser(policy=compat32).parsebytes(raw[:_MOST_BYTES].replace(b"\x00", b""))
    mail = _taken_apart(message)
    inner = _report_inside(message)
    if inner is not None and not mail.statuses and is_from_daemon(mail):
        # A scanner of mails wrapped the bounce into one of its own.
        mail = _taken_apart(inner)
    return mail


def is_from_daemon(mail: Mail) -> bool:
    """Whether a mail system says to have written it."""
    return bool(_DAEMON.search(mail.header("From")))


def _report_inside(message: Message) -> Message | None:
    payload = message.get_payload()
    for part in payload if isinstance(payload, list) else []:
        if not isinstance(part, Message) or part.get_content_type() != "message/rfc822":
            continue
        inside = part.get_payload()
        inner = inside[0] if isinstance(inside, list) and inside else None
        if isinstance(inner, Message) and _parameter(inner, "report-type") == "delivery-status":
            return inner
    return None


def _taken_apart(message: Message) -> Mail:
    mail = Mail(message)
    plain: list[str] = []
    html: list[str] = []
    returned: list[str] = []
    for part in _parts(message):
        kind = part.get_content_type().lower()
        if kind in _STATUS:
            mail.statuses.append(_lines_of(part))
        elif kind == "message/feedback-report":
            mail.feedback.append(_lines_of(part))
        elif kind == "message/disposition-notification":
            mail.is_receipt = True
        elif kind in _RETURNED:
            returned.append(_lines_of(part))
        elif kind == "text/html":
            html.append(_without_tags(_text_of(part)))
        elif part.get_content_maintype() == "text" and not part.is_multipart():
            plain.append(_text_of(part))
    mail.text = "\n".join(text for text in (plain if "".join(plain).strip() else html))[:_MOST_TEXT]
    mail.returned = "\n".join(returned)[:_MOST_TEXT]
    return mail


def _parts(message: Message) -> Iterator[Message]:
    """The mail's own parts; not those of a mail inside it."""
    waiting = [message]
    for _ in range(_MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop(0)
        payload = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(payload, list):
            waiting[:0] = [child for child in payload if isinstance(child, Message)]
        else:
            yield part


def _text_of(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    return decoded(payload, _parameter(part, "charset"))


def decoded(data: bytes, charset: str = "") -> str:
    """The text, in the charset that it claims or else in one that fits."""
    for name in (charset, "utf-8", "cp1252"):
        try:
            return _storable(data.decode(name or "ascii"))
        except (LookupError, UnicodeError, ValueError):
            continue
    return _storable(data.decode("latin-1"))


def _storable(text: str) -> str:
    """Without what the database does not take: NULs, and halves of characters (UTF-7 can say
    both)."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _lines_of(part: Message) -> str:
    """A machine part or a returned mail as text; encoded ones (which RFC 3464 forbids) decoded."""
    payload = part.get_payload()
    if isinstance(payload, list):
        text = "\n\n".join(
            f"{_header_lines(child)}{_gap(child)}{_body(child)}"
            for child in payload[:_MOST_PARTS]
            if isinstance(child, Message)
        )
    else:
        text = str(payload)
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    try:
        if encoding == "base64":
            return decoded(binascii.a2b_base64(text.encode("ascii", "ignore")))
        if encoding == "quoted-printable":
            return decoded(quopri.decodestring(text.encode("utf-8", "surrogateescape")))
    except binascii.Error:
        pass
    if _SURROGATE.search(text):  # Bytes that are not ASCII, as the parser keeps them.
        return decoded(text.encode("utf-8", "surrogateescape"))
    return text


def _header_lines(message: Message) -> str:
    return "".join(f"{name}: {value}\n" for name, value in message.raw_items())


def _gap(message: Message) -> str:
    """What parts headers from the body; nothing where a line that is no header began it."""
    cut = any(isinstance(d, MissingHeaderBodySeparatorDefect) for d in message.defects)
    return "" if cut else "\n"


def _body(message: Message) -> str:
    payload = message.get_payload()
    if isinstance(payload, str):
        data = message.get_payload(decode=True)
        return decoded(data) if isinstance(data, bytes) else payload
    if isinstance(payload, list) and payload and isinstance(payload[0], Message):
        return _body(payload[0])
    return ""


def _parameter(part: Message, name: str) -> str:
    try:
        value = part.get_param(name)
    except (ValueError, LookupError, TypeError):
        return ""
    if isinstance(value, tuple):
        value = value[2]
    return str(value or "").strip().strip('"').lower()


def _without_tags(html: str) -> str:
    text = _TAG_BLOCK.sub(" ", html[: _MOST_TEXT * 4])
    text = " ".join(text.split())
    return unescape(_TAG.sub("", _LINE_TAG.sub("\n", text)))
