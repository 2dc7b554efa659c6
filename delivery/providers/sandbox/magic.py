"""Recipients to whom something special happens, so that one can try it without any setting."""

from enum import Enum

from common.choices import Channel
from delivery.calls.models import Ending


class Magic(Enum):
    NONE = "none"
    REFUSE = "refuse"  # refused for good, as a bad address
    BOUNCE = "bounce"  # taken, and reported as bounced afterwards
    LATER = "later"  # refused for now at the first attempt, taken at the second
    SLOW = "slow"  # taken after some seconds, with its whole window
    # Calls alone: how they end. The first two ring through when they are called again.
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    MACHINE = "machine"
    NEVER = "never"  # nobody ever answers


SLOW_SECONDS = 3.0
# Email: how the part before the @ begins.
BEGINNINGS = {
    "refuse": Magic.REFUSE,
    "bounce": Magic.BOUNCE,
    "later": Magic.LATER,
    "slow": Magic.SLOW,
}
# Texts and calls. Nobody has 555-01xx; the area is not the demonstration's, where every member
# has such a number.
NUMBERS = {
    "+16145550199": Magic.REFUSE,
    "+16145550198": Magic.BOUNCE,
    "+16145550197": Magic.LATER,
    "+16145550196": Magic.SLOW,
}
CALLED_NUMBERS = {
    "+16145550195": Magic.BUSY,
    "+16145550194": Magic.NO_ANSWER,
    "+16145550193": Magic.MACHINE,
    "+16145550192": Magic.NEVER,
}


def magic_of(channel: Channel, address: str) -> Magic:
    if channel == Channel.EMAIL:
        local = address.partition("@")[0].lower()
        return next((m for start, m in BEGINNINGS.items() if local.startswith(start)), Magic.NONE)
    if channel == Channel.VOICE and address in CALLED_NUMBERS:
        return CALLED_NUMBERS[address]
    if channel in (Channel.TEXT, Channel.VOICE):
        return NUMBERS.get(address, Magic.NONE)
    return Magic.NONE


def ending_by_number(address: str, attempt: int) -> Ending | None:
    """How a call to one of these numbers ends; None where nothing special happens."""
    magic = CALLED_NUMBERS.get(address)
    if magic is Magic.MACHINE:
        return Ending.MACHINE
    if magic is Magic.NEVER:
        return Ending.NO_ANSWER
    if magic is not None and attempt > 1:
        return Ending.ANSWERED
    if magic is Magic.BUSY:
        return Ending.BUSY
    return Ending.NO_ANSWER if magic is Magic.NO_ANSWER else None
