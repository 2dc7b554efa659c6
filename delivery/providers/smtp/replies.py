"""What a mail server's replies mean for the message, the address and the sender (RULES 21)."""

import re
from dataclasses import dataclass
from enum import Enum

from delivery.bounces.choices import Verdict
from delivery.bounces.verdicts import judge
from delivery.providers.base import ProviderError


@dataclass(frozen=True, slots=True)
class Reply:
    code: int
    text: str

    @property
    def good(self) -> bool:
        return 200 <= self.code < 300

    @property
    def enhanced(self) -> str:
        """The enhanced status code (RFC 3463), or ""."""
        match = _ENHANCED(self.text)
        return match.group() if match and match.group()[0] == str(self.code)[0] else ""

    @property
    def best_code(self) -> str:
        return self.enhanced or str(self.code)

    @property
    def for_staff(self) -> str:
        """The text on one line, without the addresses that servers like to repeat."""
        return " ".join(_ADDRESS.sub("…", self.text).split())


class Stage(Enum):
    """What the server was answering."""

    SENDER = "the sender's address"
    RECIPIENT = "the recipient's address"
    DATA = "the message"
    CONTENT = "the message's content"


_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?=\s|$)").match
_ADDRESS = re.compile(r"<[^<>]*>|[^\s<>]+@[^\s<>,;:]+")

# Said of a recipient, but meant for whoever is sending: no address is at fault, nobody's mail
# would go, and an administrator can mend it.
_NOT_FOR_US = re.compile(
    r"relay(ing)? (access )?(denied|not permitted|not allowed|prohibited)|unable to relay"
    r"|authentication required|must authenticate|not authenticated",
    re.IGNORECASE,
)
_TOO_LARGE = frozenset({"5.3.4", "5.2.3"})

# Seconds to wait where the server names none: slow down (421, 452) sooner than greylisting (450).
RETRY_AFTER = {421: 60.0, 450: 300.0, 451: 120.0, 452: 120.0}
_OTHER_RETRY_AFTER = 120.0
_LONGEST_RETRY_AFTER = 3600.0
_NAMED_WAIT = re.compile(r"(\d{1,5}) ?(s|secs?|seconds?|m|mins?|minutes?)\b", re.IGNORECASE)

_QUEUE_ID = re.compile(
    r"queued as ([\w.+/=-]+)"  # postfix
    r"|\bid=([\w.+/=-]+)"  # exim
    r"|(?:^|\s)([\w.+/=-]{8,}) Message accepted for delivery"  # sendmail
    r"|^ok ([\w-]{16,})$",  # Amazon SES
    re.IGNORECASE,
)


def queue_id(reply: Reply) -> str:
    """The id that the server gave the message, or ""."""
    match = _QUEUE_ID.search(reply.text)
    return match.group(match.lastindex or 0)[:120] if match else ""


def refusal(reply: Reply, stage: Stage) -> ProviderError:
    """What a reply other than "yes" means. `reply` is not a 2xx (nor a 354 to DATA)."""
    code = reply.best_code
    if 400 <= reply.code < 500:
        return ProviderError(
            _words("The mail server asks to try later", reply),
            permanent=False,
            retry_after=wait_of(reply),
            code=code,
            soft_bounce=stage is Stage.RECIPIENT,
        )
    if not 500 <= reply.code < 600:
        return ProviderError(
            _words(f"The mail server answered {stage.value} with something else", reply),
            permanent=False,
            code=code,
            down=True,
        )
    if code in _TOO_LARGE or reply.code == 552:
        return ProviderError(
            _words("The mail server refused the message as too large", reply)
            if stage is not Stage.RECIPIENT
            else _words("The mailbox takes no more", reply),
            permanent=True,
            code=code,
            soft_bounce=stage is Stage.RECIPIENT,
        )
    if stage is Stage.SENDER or reply.code == 530 or _NOT_FOR_US.search(reply.text):
        return ProviderError(
            _words("The mail server does not let us send", reply),
            permanent=False,
            code=code,
            down=True,
        )
    # Only what is said of the recipient can be the address's fault.
    verdict = judge(code, reply.text) if stage is Stage.RECIPIENT else Verdict.POLICY
    return ProviderError(
        _words(f"The mail server refused {stage.value}", reply),
        permanent=True,
        code=code,
        bad_address=verdict is Verdict.BAD,
        soft_bounce=verdict is Verdict.SOFT,
    )


def _words(what: str, reply: Reply) -> str:
    return f"{what}: {reply.code} {reply.for_staff}".rstrip()


def wait_of(reply: Reply) -> float:
    """Seconds to wait before trying again: the server's own word, else what the code suggests."""
    if match := _NAMED_WAIT.search(reply.text):
        seconds = int(match[1]) * (60 if match[2][0] in "mM" else 1)
        return float(min(max(seconds, 1), _LONGEST_RETRY_AFTER))
    return RETRY_AFTER.get(reply.code, _OTHER_RETRY_AFTER)
