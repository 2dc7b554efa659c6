"""Connections that stay open between windows."""

import asyncio
from collections import deque

from delivery.providers.base import ProviderError
from delivery.providers.smtp.link import Link
from delivery.providers.smtp.opening import Opener

# Servers close what is idle (postfix after 300 seconds, many sooner).
_LONGEST_IDLE = 60.0
# After another connection could not be had, the ones we have must do for a while (seconds).
_CONTENT_WITH_LESS = 30.0


class Pool:
    """At most `size` connections at a time, for one event loop."""

    def __init__(self, opener: Opener, *, size: int, per_connection: int) -> None:
        self._opener = opener
        self._size = size
        self._per_connection = per_connection
        self._idle: deque[Link] = deque()
        self._places = asyncio.Semaphore(size)
        self._no_more_until = 0.0
        self.opening = 0
        self.loop = asyncio.get_running_loop()

    def worth_trying(self, wanted: int) -> int:
        """How many connections to ask for at once."""
        if self.loop.time() < self._no_more_until:
            wanted = min(wanted, max(1, len(self._idle)))
        return min(wanted, self._size)

    def be_content(self) -> None:
        self._no_more_until = self.loop.time() + _CONTENT_WITH_LESS

    async def take(self) -> Link:
        """An open connection, one that waited before a new one. Raises ProviderError."""
        await self._places.acquire()
        try:
            return self._idle_one() or await self._new_one()
        except ProviderError:
            self.be_content()
            self._places.release()
            raise
        except BaseException:
            self._places.release()
            raise

    def give_back(self, link: Link) -> None:
        self._places.release()
        if link.ended:
            return
        if self._per_connection and link.carried >= self._per_connection:
            link.quit()
            return
        link.reused = True
        link.idle_since = self.loop.time()
        self._idle.append(link)

    def close(self) -> None:
        while self._idle:
            self._idle.pop().quit()

    def abandon(self) -> None:
        """The loop is gone, and with it any way to say goodbye."""
        while self._idle:
            self._idle.pop().forget()

    async def _new_one(self) -> Link:
        self.opening += 1
        try:
            return await self._opener.open()
        finally:
            self.opening -= 1

    def _idle_one(self) -> Link | None:
        while self._idle:
            link = self._idle.pop()
            if self.loop.time() - link.idle_since > _LONGEST_IDLE:
                link.quit()
            elif not link.ended:
                return link
        return None
