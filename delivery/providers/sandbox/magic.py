"""Recipients to whom something special happens, so that one can try it without any setting."""

from enum import Enum

from common.choices import Channel


class Magic(Enum):
    NONE = "none"
    REFUSE = "refuse"  # refused for good, as a bad address
    BOUNCE = "bounce"  # taken, and reported as bounced afterwards
    LATER = "later"  # refused for now at the first attempt, taken at the second
    SLOW = "slow"  # taken after some seconds, with its whole window


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


def magic_of(channel: Channel, address: str) -> Magic:
    if channel == Channel.EMAIL:
        local = address.partition("@")[0].lower()
        return next((m for start, m in BEGINNINGS.items() if local.startswith(start)), Magic.NONE)
    if channel in (Channel.TEXT, Channel.VOICE):
        return NUMBERS.get(address, Magic.NONE)
    return Magic.NONE
