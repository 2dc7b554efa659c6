"""What a provider is: one class, one method.

`Provider.hand_over` takes a window of messages and says what became of each. Where the provider
takes one message a request, subclass `OneByOne` and write `send` alone.
"""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from common.choices import Channel
from common.log_context import log_context
from delivery.choices import Status
from delivery.rendering import Outgoing

log = logging.getLogger(__name__)


class ProviderError(Exception):
    """A message that was certainly not taken.

    `permanent`: trying again is of no use. `retry_after`: seconds that the provider asked us to
    wait. `code`: its own code. `bad_address`: the address is at fault and must not be used again.
    `soft_bounce`: the address was not reached and may be at fault (RULES 21): it counts once no
    more tries are left. `down`: the provider is at fault (not reachable, refusing us): the circuit
    counts it.
    The text is shown to staff and logged, so it holds no address.
    """

    def __init__(
        self,
        text: str,
        *,
        permanent: bool,
        retry_after: float | None = None,
        code: str = "",
        bad_address: bool = False,
        soft_bounce: bool = False,
        down: bool = False,
    ) -> None:
        super().__init__(text)
        self.permanent = permanent
        self.retry_after = retry_after
        self.code = code
        self.bad_address = bad_address
        self.soft_bounce = soft_bounce
        self.down = down


class InDoubtError(Exception):
    """Nobody knows whether the message was taken: the line broke after it was written."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message at the hand-over.

    `status`: SENT or DELIVERED (taken), FAILED (never will be), QUEUED (try again, after
    `retry_after` seconds where given), UNKNOWN (in doubt). `ending`: of a call that the provider
    was asked about and that is over (`delivery.calls`); SENT then, as it was placed.
    """

    status: Status
    provider_id: str = ""
    code: str = ""
    reason: str = ""
    retry_after: float | None = None
    bad_address: bool = False
    soft_bounce: bool = False
    down: bool = False
    ending: str = ""

    @classmethod
    def of_error(cls, error: ProviderError) -> "Outcome":
        return cls(
            status=Status.FAILED if error.permanent else Status.QUEUED,
            code=error.code,
            reason=str(error)[:200],
            retry_after=error.retry_after,
            bad_address=error.bad_address,
            soft_bounce=error.soft_bounce,
            down=error.down,
        )


@dataclass(frozen=True, slots=True)
class Doubt:
    """A message that was being handed over when its process died, to ask the provider about."""

    id: int
    key: str
    address: str
    handed_at_latest: float  # POSIX seconds: when its window was marked
    claim: int = 1


@dataclass(frozen=True, slots=True)
class LastWord:
    """What a provider that was asked says of a message's end, as its webhook would have said it.

    `name`: the webhook's name of the event, so that the two are one where both come. `payload`:
    the webhook's fields. `at`: when it ended, where the provider says so: that may be long ago.
    """

    name: str
    payload: Mapping[str, str]
    at: datetime | None = None


class Provider(ABC):
    name: ClassVar[str]
    channel: ClassVar[Channel]

    @abstractmethod
    async def hand_over(self, window: Sequence[Outgoing]) -> list[Outcome]:
        """One outcome a message, in the order given. Raises nothing that it can foresee."""

    def ask(self, doubts: Sequence[Doubt]) -> dict[int, Outcome]:
        """What the provider itself knows of these, by message id; empty where it can't be asked.

        SENT (or later) where it has the message, QUEUED where it certainly has not.
        """
        return {}

    def last_words(self, ids: Sequence[str]) -> dict[str, LastWord | None]:
        """How messages that it took ended, by its own ids; None where they have not ended yet.

        Without those that it could not be asked about now; empty where it can't be asked at all.
        """
        return {}

    async def close(self) -> None:  # noqa: B027  (most have nothing to let go)
        """Let connections go."""


def outcome_of(provider: str, message: Outgoing, send: Callable[[], str]) -> Outcome:
    """What came of `send`, which returns the provider's id or raises as `OneByOne.send` does."""
    with log_context(message_id=message.id):
        try:
            return Outcome(Status.SENT, provider_id=send())
        except ProviderError as error:
            return Outcome.of_error(error)
        except InDoubtError as doubt:
            return Outcome(Status.UNKNOWN, reason=str(doubt)[:200])
        except Exception:
            log.exception("%s: message %s", provider, message.id)
            return Outcome(Status.UNKNOWN, reason="An unforeseen error; see the log.")


class OneByOne(Provider):
    """A provider that takes one message a request; up to `concurrency` at a time, in threads."""

    concurrency: ClassVar[int] = 8

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(self.concurrency, thread_name_prefix=self.name)

    @abstractmethod
    def send(self, message: Outgoing) -> str:
        """Hand one message over; returns the provider's id of it.

        Raises ProviderError where it was certainly not taken, InDoubtError where nobody knows.
        """

    async def hand_over(self, window: Sequence[Outgoing]) -> list[Outcome]:
        loop = asyncio.get_running_loop()
        return list(
            await asyncio.gather(
                *(loop.run_in_executor(self._pool, self._outcome, message) for message in window)
            )
        )

    def _outcome(self, message: Outgoing) -> Outcome:
        return outcome_of(self.name, message, lambda: self.send(message))

    async def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
