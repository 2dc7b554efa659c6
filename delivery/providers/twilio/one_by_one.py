"""What sending a text and placing a call have in common."""

import asyncio
import logging
import time
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar

from delivery.as_sent import outgoing_of
from delivery.choices import Status
from delivery.models import Message
from delivery.providers.base import (
    Doubt,
    InDoubtError,
    LastWord,
    OneByOne,
    Outcome,
    ProviderError,
)
from delivery.providers.twilio.asking import Entry, ask_lists
from delivery.providers.twilio.client import Wire, rest_client
from delivery.providers.twilio.codes import Code
from delivery.providers.twilio.threads import own_connection
from delivery.rendering import Outgoing

# After a broken line, so long until Twilio's list is looked at.
_SETTLING_SECONDS = 2.0
_ASKED_AT_ONCE = 4
_ASKING_SECONDS = 20.0
# Twilio's own word: it was deleted there, or belongs to an account that we no longer have. A bare
# 404 is a proxy's, or TWILIO_API_URL leads elsewhere.
_NOT_THERE = "20404"
log = logging.getLogger(__name__)


class TwilioOneByOne(OneByOne):
    """`send` hands one message over; what then is in doubt is looked up in Twilio's list."""

    # At a tenth of a second a request, three hundred a second: more than a short code may send.
    concurrency: ClassVar[int] = 32
    codes: ClassVar[Mapping[str, Code]]

    def __init__(self) -> None:
        super().__init__()
        self._wire = Wire(codes=self.codes, connections=self.concurrency)
        self._client: Any = rest_client(self._wire)

    @abstractmethod
    def newest(self, address: str) -> list[Entry]:
        """What was sent to a recipient, newest first, at most `asking.PAGE`.

        Raises ProviderError or InDoubtError where the list can't be had.
        """

    @abstractmethod
    def says(self, entry: Entry, body: str) -> bool:
        """Whether an entry of the list is the message that says `body`."""

    @abstractmethod
    def body_of(self, outgoing: Outgoing) -> str:
        """What a message says, for `says`. May raise ProviderError."""

    async def hand_over(self, window: Sequence[Outgoing]) -> list[Outcome]:
        outcomes = await super().hand_over(window)
        unclear = [
            message
            for message, outcome in zip(window, outcomes, strict=True)
            if outcome.status == Status.UNKNOWN
        ]
        if not unclear:
            return outcomes
        await asyncio.sleep(_SETTLING_SECONDS)
        taken = {outcome.provider_id for outcome in outcomes if outcome.provider_id}
        found = await asyncio.to_thread(self._look_up, unclear, taken)
        # Only a yes counts so soon: what is not in the list yet may still be on its way.
        return [
            found[message.id]
            if message.id in found and found[message.id].status != Status.QUEUED
            else outcome
            for message, outcome in zip(window, outcomes, strict=True)
        ]

    def ask(self, doubts: Sequence[Doubt]) -> dict[int, Outcome]:
        rows = Message.objects.select_related("content", "sender").in_bulk(
            [doubt.id for doubt in doubts]
        )
        bodies = {id_: self._body(outgoing_of(row, for_provider=True)) for id_, row in rows.items()}
        return ask_lists(doubts, newest=self.newest, says=self.says, bodies=bodies)

    def last_words(self, ids: Sequence[str]) -> dict[str, LastWord | None]:
        """A few at a time, until Twilio is slow or in trouble."""
        found: dict[str, LastWord | None] = {}
        deadline = time.monotonic() + _ASKING_SECONDS
        with ThreadPoolExecutor(_ASKED_AT_ONCE, thread_name_prefix="last_words") as pool:
            for start in range(0, len(ids), _ASKED_AT_ONCE):
                if time.monotonic() > deadline:
                    break
                some = ids[start : start + _ASKED_AT_ONCE]
                try:
                    found |= zip(some, pool.map(self._last_word, some), strict=True)
                except (ProviderError, InDoubtError) as error:
                    log.warning("Twilio can't be asked how messages ended: %s", error)
                    break
        return found

    @abstractmethod
    def fetch_last_word(self, sid: str) -> LastWord | None:
        """How one message ended; None where it goes on. Raises ProviderError or InDoubtError."""

    def _last_word(self, sid: str) -> LastWord | None:
        try:
            return self.fetch_last_word(sid)
        except ProviderError as error:
            if error.code == _NOT_THERE:
                return None
            raise
        except (KeyError, TypeError, ValueError) as error:
            raise InDoubtError("Twilio's answer could not be read.") from error

    async def close(self) -> None:
        await super().close()
        self._wire.close()

    def _look_up(self, unclear: Sequence[Outgoing], taken: set[str]) -> dict[int, Outcome]:
        now = time.time()
        doubts = [Doubt(one.id, str(one.key), one.address, now) for one in unclear]
        bodies = {one.id: self._body(one) for one in unclear}
        with own_connection():
            return ask_lists(doubts, newest=self.newest, says=self.says, bodies=bodies, taken=taken)

    def _body(self, outgoing: Outgoing) -> str:
        try:
            return self.body_of(outgoing)
        except ProviderError:
            return ""
