"""Bounces that only people were meant to read: qmail, Exim, Postfix, Exchange, Gmail and others.

They agree in little: each address stands at the beginning of a line, and what the server said of it
follows. So the text is cut into sections by addresses, and each section is judged by its own words.
"""

import re
from dataclasses import dataclass

from delivery.bounces.addresses_in_words import ADDRESS, cleaned, is_daemon
from delivery.bounces.codes_in_words import enhanced_in, reply_in
from delivery.bounces.mail_parts import Mail, is_from_daemon
from delivery.bounces.verdicts import meaning_of

_FROM_DAEMON = re.compile(
    r"mailer-?daemon|postmaster|mail ?delivery|maildelivery|microsoftexchange|mail-?daemon"
    r"|mail (system|administrator)|system administrator|delivery subsystem|mdaemon|bounce",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"^(?!\s*(re|fwd?|aw|rv)\s*:).*("
    r"undeliver|not delivered|could(n'?t| not) be delivered|delivery (status|fail|error|problem"
    r"|delay|incomplete|has failed|notification|report)|fail(ed|ure) (notice|delivery|to deliver)"
    r"|failure notice|mail delivery|returned mail|returned to sender|delivery .{0,20}delayed"
    r"|message .{0,20}delayed|non.?remis|no se (pudo|ha podido) entregar|sin entregar"
    r"|no entregado|non-?deliver(able|y)|unzustellbar|warning: (could not|message)"
    r"|(user|recipient|mailbox) unknown|unknown (user|recipient)|returning to sender"
    r"|non distribu|nicht zugestellt|unzustellbar|n'a pas pu [eê]tre)",
    re.IGNORECASE,
)
_SAYS_SO = re.compile(
    r"this is the qmail-send program|message (that )?you sent.{0,40}(could not|has not yet"
    r"|was rejected)|could ?n[o']t be delivered|could not deliver|(was|were|is) ?n[o']t delivered"
    r"|unable to (deliver|complete delivery|send)|not able to deliver|wasn't delivered"
    r"|delivery .{0,60}(failed|has failed|is delayed|incomplete|not possible|unsuccessful)"
    r"|failed permanently|permanent(ly)? (fatal )?(error|fail)|did not reach the following"
    r"|undeliverable|could not be reached|returned to (the )?sender|following (address|recipient)"
    r"|has not (yet )?been delivered|rejected your message|rejected by the recipient"
    r"|delivery to the following|no se (pudo|ha podido) entregar|returning your message"
    r"|giving up on|delivery attempts? .{0,30}fail|bounced|message was (rejected|refused)"
    r"|problem delivering your message|couldn't deliver|remote host said|dirección no encontrada"
    r"|failed (recipient|address)|error\s+while being processed|failed to deliver|did not receive"
    r"|automatically rejected|not delivered to|delivery errors|no se ha entregado"
    r"|(no|not) valid recipients?|ha sido devuelto|no (pudo|ha podido|puede) ser entregado"
    r"|n'a pas pu [eê]tre (remis|d[eé]livr|distribu)|n'est pas (remis|distribu)"
    r"|nicht zugestellt|unzustellbar",
    re.IGNORECASE | re.DOTALL,
)
_WARNING = re.compile(
    r"not yet been delivered|has not been delivered yet|delivery .{0,40}(delayed|incomplete)"
    r"|delay reason|will (continue|keep) (to try|trying)|will (be )?retr(y|ied)"
    r"|will (try|attempt) .{0,30}again|still (trying|being)|do(es)? not need to (resend|take any)"
    r"|temporary problem delivering|warning message only|message delayed|delayed \d+ hours"
    r"|no action is required on your part",
    re.IGNORECASE | re.DOTALL,
)
# From here on it is the mail that did not arrive.
_RETURNED = re.compile(
    r"^[ \t>]*(-+ ?(below this line is a copy|this is a copy of|original message|begin message"
    r"|returned message|the headers of|message header|unsent message|the header|forwarded message)"
    r"|original message (headers|follows)|message headers follow|included is (a )?copy"
    r"|received: (from|by) |(information about your|----- original) message|return-path: "
    r"|-{3,} (message|original|enclosed|end of))",
    re.IGNORECASE | re.MULTILINE,
)
# An address with which a line begins, perhaps after "550" or "To:"; the text after it is the
# server's.
_AT_LINE = re.compile(
    r"^[ \t>*•-]*(?:(?:(?:final |failed |original |intended )?(?:recipient|address)(?: address)?|to"
    r"|rcpt to|e-?mail|unknown user|invalid final delivery userid"
    r"|user mailbox exceeds allowed size)\s*[:=]\s*)?"
    r"['\"(]?(?:mailto:)?<?(?P<address>[^\s<>:;,()\"']+@[^\s<>:;,()\"']+)>?"
    r"['\")]?(?:<mailto:[^>]*>)?(?:\s*\([^)\n]*\))?(?:[:;,.-]|\s|$)",
    re.IGNORECASE | re.MULTILINE,
)
_TO_ADDRESS = re.compile(
    r"(?:\bto|\bfor|recipient|address|rcpt to:?|user|mailbox|\ba)\s*:?\s*['\"(*]*<?(?:mailto:)?"
    + ADDRESS.pattern,
    re.IGNORECASE,
)


# qmail's form, whatever the language around it (QSBMF).
_QMAIL_LINE = re.compile(r"^<[^\s<>]+@[^\s<>]+>:\s*$", re.MULTILINE)
# Exchange repeats whom the mail was for before it says whom it did not reach.
_NOT_REACHED = re.compile(
    r"(did not reach|could ?n[o']t be delivered to) the following (recipient|user|address)",
    re.IGNORECASE,
)
_MAIL_FROM = re.compile(r"\b(mail|messages?) from:?\s+<?$", re.IGNORECASE)
_FORWARDED = re.compile(
    r"<?(?P<dead>[^\s<>:;,()]+@[^\s<>:;,()]+)>?\s+\((?:expanded|generated) from:?\s*"
    r"<?(?P<ours>[^\s<>:;,()]+@[^\s<>:;,()]+)>?\)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Section:
    address: str
    words: str
    is_warning: bool


def is_bounce(mail: Mail) -> bool:
    """Whether a mail without a machine part says that another one did not arrive."""
    if mail.header("X-Failed-Recipients"):
        return True
    words = own_words(mail)[:8000]
    sender = _FROM_DAEMON.search(mail.header("From"))
    nobody = bool(re.match(r"<>|<mailer-daemon", mail.header("Return-Path"), re.IGNORECASE))
    subject = _SUBJECT.search(mail.header("Subject"))
    says_so = _SAYS_SO.search(words) or _WARNING.search(words)
    says_why = enhanced_in(words) or reply_in(words) or meaning_of(words[:2000])
    is_listed = _AT_LINE.search(words)
    if is_from_daemon(mail) and (
        _QMAIL_LINE.search(words) or (is_listed and (enhanced_in(words) or reply_in(words)))
    ):
        return True
    if sender or nobody:
        return bool(says_so or (subject and says_why))
    # From anybody: only what speaks like a server in every way. People write addresses into
    # sentences, servers at the beginning of a line.
    return bool(subject and says_so and is_listed and (says_why or _NOT_REACHED.search(words)))


def rejects(mail: Mail) -> bool:
    """Whether the text of a receipt says that the mail was refused."""
    return bool(re.search(r"automatically rejected|(was|were) rejected", mail.text, re.IGNORECASE))


def forwarded(words: str) -> dict[str, str]:
    """Addresses that a server says to have put in the place of those that we wrote to."""
    return {
        match["dead"].lower(): ours
        for match in _FORWARDED.finditer(words)
        if ADDRESS.fullmatch(match["ours"]) and (ours := cleaned(match["ours"]))
    }


def own_words(mail: Mail) -> str:
    """The text up to where the returned mail begins."""
    found = _RETURNED.search(mail.text, 1)
    return mail.text[: found.start()] if found else mail.text


def sections(mail: Mail) -> list[Section]:
    """One for each recipient that the text names as not reached."""
    words = own_words(mail)
    reached = _NOT_REACHED.search(words)
    if reached and _AT_LINE.search(words, reached.end()):
        words = words[reached.start() :]
    named = _named_in_header(mail)
    ours = _ours(mail)
    starts: dict[str, list[int]] = {}
    for match in _AT_LINE.finditer(words):
        address = cleaned(match["address"].rstrip("."))
        if address and address.lower() not in ours and not is_daemon(address):
            starts.setdefault(address, []).append(match.start())
    if named:
        # The header is complete; the text only says why.
        starts = {address: starts.get(address, []) for address in named}
    if not starts:
        starts = {address: [] for address in _in_prose(words, ours) or _returned_to(mail, ours)}
    every = sorted(place for places in starts.values() for place in places)
    is_warning = bool(_WARNING.search(words)) and not re.search(
        r"giving up|failed permanently|permanent (fatal )?error|action: failed",
        words,
        re.IGNORECASE,
    )
    return [
        Section(address, _between(words, places, every), is_warning)
        for address, places in starts.items()
    ]


def _between(words: str, places: list[int], every: list[int]) -> str:
    """What stands after each mention of an address, up to the next address."""
    if len(every) < 2 or not places:
        return words
    pieces = []
    for place in places:
        end = next((other for other in every if other > place), len(words))
        pieces.append(words[place:end])
    return "\n".join(pieces)


def _named_in_header(mail: Mail) -> list[str]:
    """Exim and Google name who was not reached."""
    found = [cleaned(one) for one in mail.header("X-Failed-Recipients").split(",")]
    return list(dict.fromkeys(address for address in found if address))


def _ours(mail: Mail) -> set[str]:
    """Addresses that stand in every bounce and are nobody's fault: whom it comes from and goes to.
    What follows "From:" in the text is the sender of the mail that did not arrive."""
    found = " ".join(mail.header(name) for name in ("From", "To", "Delivered-To", "Sender"))
    ours = {address.lower() for address in ADDRESS.findall(found)}
    for match in re.finditer(
        r"^[ \t>*]*(?:from|sender|return-path|de)\s*:.*$", mail.text, re.IGNORECASE | re.MULTILINE
    ):
        ours |= {address.lower() for address in ADDRESS.findall(match.group())}
    return ours


def _in_prose(words: str, ours: set[str]) -> list[str]:
    """The address in "your message to x couldn't be delivered"; else the only one there is."""
    for pattern in (_TO_ADDRESS, ADDRESS):
        found = [
            cleaned(match[1].rstrip("."))
            for match in pattern.finditer(words)
            if not _MAIL_FROM.search(words, max(0, match.start() - 40), match.start())
        ]
        good = [a for a in found if a and a.lower() not in ours and not is_daemon(a)]
        good = list(dict.fromkeys(good))
        if good and (pattern is _TO_ADDRESS or len(good) == 1):
            return good[:1]
    return []


def _returned_to(mail: Mail, ours: set[str]) -> list[str]:
    """Whom the mail that came back was sent to; nobody where it was sent to several."""
    rest = mail.returned or mail.text[len(own_words(mail)) :]
    match = re.search(r"^[ \t>]*To[ \t]*:(.*(?:\n[ \t]+.*)*)", rest, re.MULTILINE | re.IGNORECASE)
    found = [cleaned(one) for one in ADDRESS.findall(match[1])] if match else []
    good = [address for address in found if address and address.lower() not in ours]
    return good if len(good) == 1 else []
