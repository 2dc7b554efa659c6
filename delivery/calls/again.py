"""Which ends of a call are followed by another one, when, and how often: one table."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from delivery.calls.models import Ending
from delivery.choices import Status


@dataclass(frozen=True, slots=True)
class Again:
    """Ring again after so long; at most so many times because of this end."""

    after: timedelta
    most: int


AGAIN: Mapping[str, Again] = MappingProxyType(
    {
        Ending.BUSY: Again(timedelta(minutes=5), most=3),
        Ending.NO_ANSWER: Again(timedelta(minutes=30), most=3),
        # The network's trouble: once, when it may be over.
        Ending.FAILED: Again(timedelta(minutes=15), most=1),
    }
)
# What a message becomes where there is no other call. A message that a machine took is delivered.
STATUS_AT_LAST: Mapping[str, Status] = MappingProxyType(
    {
        Ending.ANSWERED: Status.DELIVERED,
        Ending.MACHINE: Status.DELIVERED,
        Ending.BUSY: Status.FAILED,
        Ending.NO_ANSWER: Status.FAILED,
        Ending.FAILED: Status.FAILED,
        Ending.CANCELED: Status.FAILED,
        Ending.FAX: Status.FAILED,
        Ending.NOBODY: Status.BOUNCED,
    }
)
# As kept with the message and read by staff (delivery/words.py has what is said in calls).
REASONS: Mapping[str, str] = MappingProxyType(
    {
        Ending.ANSWERED: "",
        Ending.MACHINE: "An answering machine took the message.",
        Ending.BUSY: "The line was busy.",
        Ending.NO_ANSWER: "Nobody answered.",
        Ending.FAILED: "The call could not be put through.",
        Ending.CANCELED: "The call was canceled.",
        Ending.FAX: "A fax machine answered.",
        Ending.NOBODY: "Nobody has this number.",
    }
)
