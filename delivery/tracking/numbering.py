"""A message and a link of it as one number, for a token. Link 0 is the picture that tells of an
opening; links count from 1."""

from typing import NamedTuple

from delivery.link_tokens import Use, make_token, read_token

LINK_BITS = 10
MOST_LINKS = 2**LINK_BITS - 1
OPEN = 0


class Place(NamedTuple):
    message_id: int
    link: int


def token_of(message_id: int, link: int) -> str:
    use = Use.CLICK if link else Use.OPEN
    return make_token(use, message_id << LINK_BITS | link)


def place_of(use: Use, token: str) -> Place | None:
    """None where the token is not ours, or for something else."""
    number = read_token(use, token)
    if number is None:
        return None
    return Place(number >> LINK_BITS, number & MOST_LINKS)
