"""A mail that came to the address for bounces, read: per recipient, what happened.

`read_mail` never raises. What can't be understood is not a bounce.
"""

import hashlib
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from delivery.bounces.addresses_in_words import ADDRESS, cleaned, typed_address
from delivery.bounces.choices import Verdict
from delivery.bounces.codes_in_words import best_code, enhanced_in, reply_in
from delivery.bounces.mail_parts import Mail, is_from_daemon, take_apart
from delivery.bounces.other_mail import is_auto_reply, is_challenge, says_away
from delivery.bounces.plain_bounces import forwarded, is_bounce, own_words, rejects, sections
from delivery.bounces.plain_words import without_addresses
from delivery.bounces.status_report import Report, read_reports
from delivery.bounces.verdicts import code_for, is_generic, judge

log = logging.getLogger(__name__)

_KEY = re.compile(
    r"(?<![0-9a-f-])([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?![0-9a-f-])"
)
_MESSAGE_ID = re.compile(r"^[ \t>]*Message-ID[ \t]*:[ \t\r\n]*<([^<>\s]+)>", re.I | re.M)
# Servers' words that matter are short; what is judged is no longer than this.
_JUDGED = 2000
_LONGEST_MOST_KEYS = 20


@dataclass(frozen=True, slots=True)
class Reading:
    """What a mail says of one recipient; of none where it is no bounce."""

    verdict: Verdict
    words: str
    recipient: str = ""
    # An enhanced status code; "" where the mail is no bounce.
    code: str = ""
    is_complaint: bool = False
    # The server still tries.
    is_warning: bool = False
    # Other addresses that the mail gives the recipient: where it was forwarded to, say.
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadMail:
    readings: list[Reading]
    # Of the mail itself: its Message-ID, or a digest of it.
    id: str = ""
    # Keys of messages of ours that it may speak of, and the Message-ID of what it returns.
    keys: tuple[str, ...] = ()
    about: str = ""
    # By its own date, where it has a believable one.
    at: datetime | None = None


def read_mail(raw: bytes) -> ReadMail:
    """What a mail says of whom. One reading at least."""
    try:
        return _read(raw)
    except Exception as error:  # Whatever the internet thinks of next.
        log.warning("A mail could not be read: %s.", type(error).__name__)
        return ReadMail([_none("It can't be read as a mail.")], id=_digest(raw))


def _read(raw: bytes) -> ReadMail:
    if not raw.strip():
        return ReadMail([_none("It is empty.")], id=_digest(raw))
    mail = take_apart(raw)
    if not mail.headers.keys():
        return ReadMail([_none("It is not a mail: it has no headers.")], id=_digest(raw))
    names = " ".join(
        mail.header(name)
        for name in ("In-Reply-To", "References", "To", "Delivered-To", "X-Original-To")
    )
    everything = "\n".join((names, mail.returned, *mail.statuses, mail.text)).lower()
    returned_id = _MESSAGE_ID.search(mail.returned) or _MESSAGE_ID.search(mail.text)
    in_reply_to = re.search(r"<([^<>\s]+)>", mail.header("In-Reply-To"))
    about = returned_id or in_reply_to
    return ReadMail(
        readings=_unique(_readings(mail)),
        id=mail.header("Message-ID").strip("<> ") or _digest(_without_route(raw)),
        keys=tuple(dict.fromkeys(_KEY.findall(everything)))[:_LONGEST_MOST_KEYS],
        about=about[1] if about else "",
        at=_moment(mail.header("Date")),
    )


def _readings(mail: Mail) -> list[Reading]:
    if mail.feedback or mail.report_type == "feedback-report":
        return _complaint(mail)
    reports = [report for part in mail.statuses for report in read_reports(part)]
    if not reports and re.search(r"^Final-Recipient\s*:", mail.text, re.I | re.M):
        # The machine part, sent as text.
        reports = read_reports(mail.text)
    if reports:
        return _by_reports(mail, reports)
    if mail.is_receipt or mail.report_type == "disposition-notification":
        if is_from_daemon(mail) and rejects(mail):
            return _by_words(mail)
        return [_none("A receipt: the mail was opened or deleted.")]
    # Exim and others mark their bounces as automatic replies.
    is_systems = is_from_daemon(mail) and is_bounce(mail) and not says_away(mail)
    if not mail.header("X-Failed-Recipients") and not is_systems:
        if is_auto_reply(mail):
            return [_none("An automatic reply: the address works.")]
        if is_challenge(mail):
            return [_none("A filter asks whether we are people: the address works.")]
    if not is_bounce(mail):
        return [_none("It says of no mail that it was not delivered.")]
    return _by_words(mail)


def _by_reports(mail: Mail, reports: list[Report]) -> list[Reading]:
    text = own_words(mail)
    wrote_to = forwarded(text)
    nameless = [r for r in reports if not (r.original or r.final)]
    spoken_of = sections(mail) if nameless else []
    readings = []
    for report in reports:
        recipient = report.original or report.final
        if not recipient and len(spoken_of) == 1:
            recipient = spoken_of[0].address
        recipient = recipient if report.original else wrote_to.get(recipient.lower(), recipient)
        if report.has_arrived:
            readings.append(
                Reading(
                    Verdict.NOT_A_BOUNCE,
                    "A receipt: the mail was delivered or passed on.",
                    recipient,
                    report.status,
                )
            )
            continue
        if not recipient:
            continue
        said = report.diagnostic or (_of(text, recipient) if len(reports) > 1 else text)
        said = said[:_JUDGED]
        status = "" if report.status.startswith("2.") else report.status
        code = best_code(status, report.diagnostic or ("" if status else said))
        if report.is_warning:
            verdict, code = Verdict.SOFT, code if code[0] == "4" else f"4{code[1:]}"
        else:
            verdict = judge(code, said)
        readings.append(
            Reading(
                verdict,
                _words(report.diagnostic or said, code),
                recipient,
                code,
                is_warning=report.is_warning,
                others=tuple({report.original, report.final} - {recipient, ""}),
            )
        )
    return readings or [_none("It looks like a returned mail, but names nobody.")]


def _by_words(mail: Mail) -> list[Reading]:
    readings = []
    wrote_to = forwarded(own_words(mail))
    for section in sections(mail):
        said = section.words[:_JUDGED]
        recipient = wrote_to.get(section.address.lower(), section.address)
        code = enhanced_in(said) or code_for("450" if section.is_warning else reply_in(said), said)
        if section.is_warning:
            verdict, code = Verdict.SOFT, f"4{code[1:]}"
        else:
            verdict = judge(code, said)
        readings.append(
            Reading(
                verdict,
                _words(said, code),
                recipient,
                code,
                is_warning=section.is_warning,
                others=tuple({section.address} - {recipient}),
            )
        )
    return readings or [_none("It looks like a returned mail, but names nobody.")]


def _complaint(mail: Mail) -> list[Reading]:
    """RFC 5965. Who complained is often left out; the returned mail's To tells it."""
    fields = "\n".join(mail.feedback)
    kind = re.search(r"^Feedback-Type\s*:\s*([\w-]+)", fields, re.I | re.M)
    named = re.findall(r"^(?:Original-Rcpt-To|Removal-Recipient)\s*:(.*)$", fields, re.I | re.M)
    addresses = [address for value in named if (address := typed_address(value))]
    if not addresses:
        to = re.search(r"^To\s*:(.*)$", mail.returned, re.I | re.M)
        addresses = [cleaned(one) for one in ADDRESS.findall(to[1])] if to else []
    word = kind[1].lower() if kind else "abuse"
    if word in ("not-spam", "virus", "dkim", "auth-failure", "dmarc"):
        return [_none(f"A feedback report ({word}), no complaint.")]
    words = f"A complaint ({word}): the recipient marked the mail as spam."
    return [
        Reading(Verdict.NOT_A_BOUNCE, words, address, is_complaint=True)
        for address in dict.fromkeys(addresses)
        if address
    ] or [Reading(Verdict.NOT_A_BOUNCE, f"{words} It does not say who.", is_complaint=True)]


def _of(text: str, recipient: str) -> str:
    """What the text for people says after it names a recipient."""
    place = text.lower().find(recipient.lower())
    return text[place : place + _JUDGED] if place >= 0 else ""


def _words(said: str, code: str) -> str:
    """The line that carries the code, else the whole, without addresses."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    if not is_generic(code):
        for index, line in enumerate(lines):
            if code in line:
                return without_addresses(" ".join(lines[index : index + 3]))
    for index, line in enumerate(lines):
        if reply_in(line):
            return without_addresses(" ".join(lines[index : index + 3]))
    return without_addresses(" ".join(lines))


def _none(words: str) -> Reading:
    return Reading(Verdict.NOT_A_BOUNCE, words)


def _unique(readings: Iterable[Reading]) -> list[Reading]:
    """Each recipient once; the worse word where there are two."""
    order = (Verdict.BAD, Verdict.POLICY, Verdict.SOFT, Verdict.NOT_A_BOUNCE)
    found: dict[str, Reading] = {}
    for reading in readings:
        key = reading.recipient.lower()
        if key not in found or order.index(reading.verdict) < order.index(found[key].verdict):
            found[key] = reading
    return list(found.values())


def _without_route(raw: bytes) -> bytes:
    """The Date and the body: the same mail may come in two ways, with other Received lines."""
    head, _gap, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    dates = re.findall(rb"^Date[ \t]*:[^\n]*", head, re.IGNORECASE | re.MULTILINE)
    return b"\n".join((*dates, body.rstrip()))


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _moment(date: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(date)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
