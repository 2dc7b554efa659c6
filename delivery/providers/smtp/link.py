"""One connection to a mail server: bytes out, whole replies in.

It knows lines and replies, not what they mean. Nothing is decided by a timer a message: one
watchdog for the connection looks whether an answer is overdue.
"""

import asyncio
import contextlib
import ssl
from collections import deque
from functools import lru_cache
from typing import cast

from delivery.providers.smtp.replies import Reply, wait_of

_LONGEST_REPLY = 64 * 1024


class Link(asyncio.Protocol):
    """Ends once: `ended` then says why, in words, and every waiting read returns what it has."""

    def __init__(self, *, timeout: float) -> None:
        self.ended = ""
        # What the server offers, by EHLO keyword; set by whoever opened the connection.
        self.offers: dict[str, str] = {}
        # Letters that it settled; whether it waited for a window, unproven since; since when.
        self.carried = 0
        self.reused = False
        self.idle_since = 0.0
        # Seconds to wait, where the server closed with a 421.
        self.retry_after: float | None = None
        self._timeout = timeout
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._replies: deque[Reply] = deque()
        self._partial = b""
        self._lines: list[str] = []
        self._wanted = 0
        self._waiter: asyncio.Future[None] | None = None
        self._asked_at = 0.0
        self._watchdog: asyncio.TimerHandle | None = None
        self._paused = False
        self._drained: asyncio.Future[None] | None = None

    # What a conversation uses.

    def write(self, data: bytes) -> None:
        if self._transport is not None and not self.ended:
            self._transport.write(data)

    async def written(self) -> bool:
        """Waits until everything is with the kernel; False where the connection ended before."""
        while self._paused and not self.ended:
            self._drained = self._loop.create_future()
            self._watch()
            try:
                await self._drained
            finally:
                self._drained = None
        return not self.ended

    async def replies(self, count: int) -> list[Reply]:
        """The next `count` replies; fewer only where the connection ended, or the last is a 421."""
        if len(self._replies) < count and not self.ended:
            self._wanted = count
            self._waiter = self._loop.create_future()
            self._watch()
            try:
                await self._waiter
            finally:
                self._waiter = None
        replies = self._replies
        if len(replies) > count and not self.ended:
            # One of them answers nothing, so none can be matched to its question.
            self.end("The mail server answered more than it was asked.")
            replies.clear()
        return [replies.popleft() for _ in range(min(count, len(replies)))]

    async def ask(self, command: bytes) -> Reply | None:
        self.write(command)
        replies = await self.replies(1)
        return replies[0] if replies else None

    async def start_tls(self, context: ssl.SSLContext, host: str) -> None:
        """Raises OSError (of which ssl.SSLError is one) or TimeoutError."""
        if self._partial or self._lines or self._replies:
            # Sent in clear, to be taken for what was said under encryption.
            raise ssl.SSLError("the server spoke before the encryption began")
        assert self._transport is not None  # noqa: S101 - connected
        encrypted = await self._loop.start_tls(
            self._transport,
            self,
            context,
            server_hostname=host,
            ssl_handshake_timeout=self._timeout,
            ssl_shutdown_timeout=2.0,
        )
        if encrypted is None:
            raise ConnectionResetError("the connection was closed")
        self._use(encrypted)

    def end(self, why: str) -> None:
        """Drops the connection, at once and without a word."""
        self._end(why)
        if self._transport is not None:
            self._transport.abort()

    def quit(self) -> None:
        """Says goodbye and closes; does not wait for the answer."""
        if not self.ended and self._transport is not None:
            self._transport.write(b"QUIT\r\n")
            self._end("Closed.")
            self._transport.close()

    def forget(self) -> None:
        """Lets go of a connection whose event loop is gone."""
        self.ended = self.ended or "Its event loop is gone."
        if self._transport is not None:
            with contextlib.suppress(RuntimeError):
                self._transport.abort()

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._use(cast(asyncio.Transport, transport))

    def data_received(self, data: bytes) -> None:
        if self._partial:
            data = self._partial + data
        *lines, self._partial = data.split(b"\n")
        for line in lines:
            if self.ended:
                return
            self._line(line)
        if len(self._partial) > _LONGEST_REPLY or len(self._lines) > 200:
            self.end("The mail server's answer has no end.")
        elif self._waiter is not None and len(self._replies) >= self._wanted:
            self._wake()

    def pause_writing(self) -> None:
        self._paused = True

    def resume_writing(self) -> None:
        self._paused = False
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._end("The mail server closed the connection.")

    # Inside.

    def _use(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        # `written` must mean "all of it", not "little of it". (TLS takes 0 for "always too much".)
        transport.set_write_buffer_limits(high=1, low=0)

    def _line(self, line: bytes) -> None:
        parsed = _parsed(line)
        if parsed is None:
            self.end("The mail server's answer is not SMTP.")
            return
        reply, is_last = parsed
        if not is_last:
            self._lines.append(reply.text)
            return
        if self._lines:
            reply = Reply(reply.code, "\n".join([*self._lines, reply.text]))
            self._lines = []
        self._replies.append(reply)
        if reply.code == 421:
            # It is about to close: no other answer will come (RFC 5321, 3.8).
            self.retry_after = wait_of(reply)
            self.end(f"The mail server is closing the connection: 421 {reply.for_staff}")

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _end(self, why: str) -> None:
        if not self.ended:
            self.ended = why
        if self._watchdog is not None:
            self._watchdog.cancel()
            self._watchdog = None
        self._wake()
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)

    def _watch(self) -> None:
        self._asked_at = self._loop.time()
        if self._watchdog is None:
            self._watchdog = self._loop.call_later(self._timeout, self._look)

    def _look(self) -> None:
        self._watchdog = None
        if self._waiter is None and self._drained is None:
            return
        left = self._asked_at + self._timeout - self._loop.time()
        if left > 0.001:
            self._watchdog = self._loop.call_later(left, self._look)
        else:
            self.end(f"The mail server did not answer within {self._timeout:g} seconds.")


@lru_cache(maxsize=64)
def _parsed(line: bytes) -> tuple[Reply, bool] | None:
    """A line of a reply, and whether it is the last; servers say few different ones."""
    text = line.rstrip(b"\r").decode("utf-8", "replace")
    code, mark = text[:3], text[3:4]
    if len(code) != 3 or not (code.isascii() and code.isdigit()) or mark not in ("", " ", "-"):
        return None
    return Reply(int(code), text[4:]), mark != "-"
