"""A window: messages that are being handed over together."""

import asyncio
import logging
from dataclasses import dataclass

from delivery.choices import Status
from delivery.claims import Claimed
from delivery.providers.base import Outcome
from delivery.rendering import Outgoing

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Window:
    claimed: list[Claimed]
    outgoing: list[Outgoing]
    outcomes: "asyncio.Task[list[Outcome]]"


def outcomes_of(window: Window) -> list[Outcome]:
    """A window's outcomes; where the provider itself broke, all of it is in doubt."""
    error = window.outcomes.exception()
    if error is None and len(window.outcomes.result()) == len(window.claimed):
        return window.outcomes.result()
    log.error("A provider broke on a window.", exc_info=error)
    doubt = Outcome(Status.UNKNOWN, reason="An unforeseen error; see the log.")
    return [doubt] * len(window.claimed)


async def not_handed_over(count: int) -> list[Outcome]:
    """The provider never saw them, so they are tried again."""
    again = Outcome(Status.QUEUED, reason="It could not be prepared; see the log.")
    return [again] * count


def take_finished(wire: list[Window]) -> list[Window]:
    """Move the windows that came back out of `wire`."""
    finished = [window for window in wire if window.outcomes.done()]
    wire[:] = [window for window in wire if not window.outcomes.done()]
    return finished
