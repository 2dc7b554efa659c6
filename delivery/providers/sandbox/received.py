"""A message as its recipient would get it, ready for the sandbox's table."""

from dataclasses import dataclass

from common.choices import Channel
from delivery.calls.models import Ending
from delivery.mime import BadAddressError, mail_template
from delivery.providers.base import ProviderError
from delivery.providers.sandbox.magic import ending_by_number
from delivery.rendering import Outgoing
from delivery.words import render_push, render_text, render_voice


@dataclass(frozen=True, slots=True)
class Received:
    subject: str = ""
    text: str = ""
    html: str = ""
    headers: str = ""


def receive(channel: Channel, outgoing: Outgoing) -> Received:
    """Raises ProviderError where the message can't be sent as it is (an empty text, too long)."""
    return _RECEIVERS[channel](outgoing)


def _text(outgoing: Outgoing) -> Received:
    return Received(text=render_text(outgoing))


def _voice(outgoing: Outgoing) -> Received:
    """What the person hears, or what their answering machine keeps."""
    script = render_voice(outgoing)
    ending = ending_by_number(outgoing.address, outgoing.attempt)
    lines = script.machine_lines if ending is Ending.MACHINE else script.lines
    return Received(text="\n".join(lines), headers=f"Call: {outgoing.attempt}")


def _push(outgoing: Outgoing) -> Received:
    note = render_push(outgoing)
    return Received(subject=note.title, text=note.body, headers=f"Opens: {note.url}")


def _email(outgoing: Outgoing) -> Received:
    try:
        template = mail_template(outgoing.wording, outgoing.sender)
    except BadAddressError as error:
        raise ProviderError(
            "The sender's own email address is not one.", permanent=False, down=True
        ) from error
    try:
        source = template.fill(outgoing)
    except BadAddressError as error:
        raise ProviderError(
            "This is not an email address.", permanent=True, bad_address=True, code="bad_address"
        ) from error
    seen = template.rendered(outgoing)
    headers = source.partition(b"\r\n\r\n")[0].decode("utf-8", "replace")
    return Received(seen.subject, seen.text, seen.html, headers.replace("\r\n", "\n"))


_RECEIVERS = {
    Channel.EMAIL: _email,
    Channel.TEXT: _text,
    Channel.VOICE: _voice,
    Channel.PUSH: _push,
}
