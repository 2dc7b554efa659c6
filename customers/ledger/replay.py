"""What follows from an address's lines: the suppressions that there must be, and no others.

The functions of consent.py write both as they go; this tells one from the other afterwards.
"""

from collections.abc import Iterable
from typing import NamedTuple

from common.choices import Purpose
from customers.choices import ConsentAction, SuppressionReason

_ADDS = {
    ConsentAction.DO_NOT_CALL_ON: SuppressionReason.DO_NOT_CALL,
    ConsentAction.BAD_ADDRESS: SuppressionReason.BAD_ADDRESS,
}
_LIFTS = {
    ConsentAction.DO_NOT_CALL_OFF: SuppressionReason.DO_NOT_CALL,
    ConsentAction.ADDRESS_REPAIRED: SuppressionReason.BAD_ADDRESS,
}


class Said(NamedTuple):
    """What matters of a line."""

    id: int
    action: str
    purpose: str
    corrects_id: int | None = None


class Follows(NamedTuple):
    """A suppression, of an address and a channel that the caller knows."""

    reason: str
    purpose: str


def suppressions_from(lines: Iterable[Said]) -> set[Follows]:
    """Of one address and one channel, in the order in which they were written."""
    lines = list(lines)
    undone = {line.corrects_id for line in lines if line.action == ConsentAction.UNDONE}
    found: set[Follows] = set()
    refused: set[str] = set()
    for line in lines:
        if line.id in undone:
            continue
        if line.action in _ADDS:
            found.add(Follows(_ADDS[ConsentAction(line.action)].value, ""))
        elif line.action in _LIFTS:
            found.discard(Follows(_LIFTS[ConsentAction(line.action)].value, ""))
        elif line.action == ConsentAction.REVOKED:
            refused.add(line.purpose)
        elif line.action == ConsentAction.GRANTED and not line.purpose:
            refused.clear()
        elif line.action == ConsentAction.GRANTED:
            if "" in refused:
                # Who refused everything and agrees to one purpose gets that one alone.
                refused = refused - {""} | set(Purpose.values)
            refused.discard(line.purpose)
    opted_out = SuppressionReason.OPTED_OUT.value
    return found | {Follows(opted_out, purpose) for purpose in refused}
