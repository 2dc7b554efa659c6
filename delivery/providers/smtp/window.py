"""A window of messages on its way through one or more connections, and what became of each.

Connections take letters from the window as they are free, so a slow one holds up nobody. Each
message ends with exactly one outcome, and what decides it is one fact: whether its final dot was
written.
"""

import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from delivery.choices import Status
from delivery.mime import BadAddressError, MailTemplate, mail_address, mail_template
from delivery.providers.base import Outcome, ProviderError
from delivery.providers.smtp.link import Link
from delivery.providers.smtp.replies import Reply, Stage, queue_id, refusal
from delivery.rendering import Outgoing

log = logging.getLogger(__name__)

ExtraHeaders = Callable[[Outgoing], Mapping[str, str]]

# How often a message is offered in one window when connections break under it.
_MOST_TRIES = 2
STAGES = (Stage.SENDER, Stage.RECIPIENT, Stage.DATA)


@dataclass(slots=True)
class Letter:
    """A message as SMTP takes it."""

    index: int
    body: bytes
    sender: str
    recipient: str
    utf8: bool
    # Its final dot was given to the connection: from here on the server may have taken it.
    dotted: bool = False
    tries: int = 0

    def commands(self, offers: Mapping[str, str]) -> tuple[bytes, bytes]:
        """MAIL and RCPT."""
        size = f" SIZE={len(self.body)}" if "SIZE" in offers else ""
        utf8 = " SMTPUTF8" if self.utf8 else ""
        mail = f"MAIL FROM:<{self.sender}>{size}{utf8}\r\n"
        return mail.encode(), f"RCPT TO:<{self.recipient}>\r\n".encode()


class Window:
    def __init__(
        self, messages: Sequence[Outgoing], *, extra_headers: ExtraHeaders | None = None
    ) -> None:
        self._messages = messages
        self._extra_headers = extra_headers
        self._outcomes: list[Outcome | None] = [None] * len(messages)
        self._open = len(messages)
        self._new = iter(range(len(messages)))
        self._left = len(messages)
        self._returned: deque[Letter] = deque()
        self._under_way: dict[int, Letter] = {}
        self._template: MailTemplate | None = None
        self._template_of: Outgoing | None = None
        # Why no (other) connection could be had.
        self.trouble: ProviderError | None = None

    @property
    def waiting(self) -> bool:
        """Somebody is still to be offered."""
        return bool(self._returned) or self._left > 0

    @property
    def finished(self) -> bool:
        return self._open == 0

    def take(self, link: Link) -> Letter | None:
        """The next letter that this connection can carry; those that none can are settled."""
        while self.waiting:
            # One that a connection broke under comes last: it may be what breaks them.
            letter = self._write_next() if self._left else self._returned.popleft()
            if letter is None:
                continue
            if error := _not_for(letter, link.offers):
                self.settle(letter, Outcome.of_error(error))
            else:
                self._under_way[letter.index] = letter
                return letter
        return None

    def settle(self, letter: Letter, outcome: Outcome) -> None:
        self._set(letter.index, outcome)

    def answered(self, letter: Letter, reply: Reply) -> None:
        """The server's reply to the final dot."""
        if reply.good:
            outcome = Outcome(Status.SENT, provider_id=queue_id(reply), code=str(reply.code))
        else:
            outcome = Outcome.of_error(refusal(reply, Stage.CONTENT))
        self._set(letter.index, outcome)

    def broke_off(self, letter: Letter, replies: Sequence[Reply], why: str, *, blame: bool) -> None:
        """The connection ended while the letter was under way.

        `replies`: those to MAIL, RCPT and DATA, as far as they came. `blame`: it counts as a try
        (a connection that had been idle may simply have been closed meanwhile).
        """
        if letter.dotted:
            self._set(letter.index, Outcome(Status.UNKNOWN, reason=why[:200]))
            return
        for reply, stage in zip(replies, STAGES, strict=False):
            if reply.code >= 400 and reply.code != 421:
                self._set(letter.index, Outcome.of_error(refusal(reply, stage)))
                return
        letter.tries += blame
        if letter.tries >= _MOST_TRIES:
            self._set(letter.index, Outcome(Status.QUEUED, reason=why[:200]))
        else:
            self._returned.append(letter)

    def outcomes(self) -> list[Outcome]:
        """One for each message, in order; who was offered to nobody waits."""
        for letter in list(self._under_way.values()):
            if letter.dotted:
                self._set(letter.index, Outcome(Status.UNKNOWN, reason="An unforeseen error."))
        trouble = self.trouble or ProviderError(
            "The connection to the mail server was lost.", permanent=False, down=True
        )
        rest = Outcome.of_error(trouble)
        return [outcome or rest for outcome in self._outcomes]

    def _set(self, index: int, outcome: Outcome) -> None:
        self._open -= self._outcomes[index] is None
        self._under_way.pop(index, None)
        self._outcomes[index] = outcome

    def _write_next(self) -> Letter | None:
        """Builds the next message; None where that settled it."""
        index = next(self._new)
        self._left -= 1
        message = self._messages[index]
        try:
            template = self._template_for(message)
        except BadAddressError as error:
            outcome = Outcome(
                Status.QUEUED, reason=f"The sender's address can't be used. {error}", down=True
            )
            self._set(index, outcome)
            return None
        try:
            to = mail_address(message.address)
            extra = self._extra_headers(message) if self._extra_headers else None
            return Letter(
                index=index,
                body=template.fill(message, extra),
                sender=template.sender_address.text,
                recipient=to.text,
                utf8=to.utf8 or template.sender_address.utf8,
            )
        except BadAddressError as error:
            self._set(index, Outcome(Status.FAILED, reason=str(error), bad_address=True))
        except Exception:
            log.exception("smtp: message %s could not be built", message.id)
            self._set(index, Outcome(Status.FAILED, reason="The message could not be built."))
        return None

    def _template_for(self, message: Outgoing) -> MailTemplate:
        last = self._template_of
        if (
            self._template is None
            or last is None
            or last.wording is not message.wording
            or last.sender is not message.sender
        ):
            self._template = mail_template(message.wording, message.sender)
            self._template_of = message
        return self._template


def _not_for(letter: Letter, offers: Mapping[str, str]) -> ProviderError | None:
    if letter.utf8 and "SMTPUTF8" not in offers:
        return ProviderError(
            "The mail server takes no address with letters outside ASCII before the @.",
            permanent=True,
            code="SMTPUTF8",
        )
    limit = offers.get("SIZE", "")
    if limit.isdigit() and 0 < int(limit) < len(letter.body):
        return ProviderError(
            f"The message is larger ({len(letter.body):,} bytes) than the mail server takes "
            f"({int(limit):,}).",
            permanent=True,
            code="5.3.4",
        )
    return None
