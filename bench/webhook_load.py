"""A load of webhooks from one thread: each on a connection of its own, at its time or at once.

Times are counted from when a webhook was due, so that a server that stalls does not look fast.
"""

import selectors
import socket
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Answers:
    """`seconds`: from due to answered, of those that were accepted."""

    accepted: int = 0
    refused: int = 0
    broken: int = 0
    took: float = 0.0
    seconds: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return self.accepted / self.took

    def share(self, share: float) -> float:
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


@dataclass
class _Call:
    place: int
    due: float
    answer: bytes = b""


def send(
    port: int, requests: Sequence[bytes], *, rate: float | None, connections: int = 32
) -> Answers:
    """`rate`: webhooks a second; None: as fast as they are answered. A line that breaks is tried
    again, as every provider does, and counted."""
    answers = Answers()
    with selectors.DefaultSelector() as selector:
        started = time.perf_counter()
        again: deque[tuple[int, float]] = deque()
        position, open_ = 0, 0
        while position < len(requests) or open_ or again:
            now = time.perf_counter()
            while open_ < connections and (again or position < len(requests)):
                due = started + position / rate if rate else now
                if again:
                    call = _Call(*again.popleft())
                elif due <= now:
                    call, position = _Call(position, due), position + 1
                else:
                    break
                _open(selector, port, requests[call.place], call)
                open_ += 1
            wait = max(0.0, started + position / rate - now) if rate else 0.5
            for key, _ in selector.select(min(wait, 0.5) if open_ < connections else 0.5):
                if not _read(selector, key):
                    continue
                open_ -= 1
                call = key.data
                if call.answer.startswith(b"HTTP/1.1 2"):
                    answers.accepted += 1
                    answers.seconds.append(time.perf_counter() - call.due)
                elif call.answer.startswith(b"HTTP/1.1 "):
                    answers.refused += 1
                else:
                    answers.broken += 1
                    again.append((call.place, call.due))
        answers.took = time.perf_counter() - started
    return answers


def _open(selector: selectors.BaseSelector, port: int, request: bytes, call: _Call) -> None:
    line = socket.create_connection(("127.0.0.1", port), timeout=30)
    line.sendall(request)
    line.setblocking(False)
    selector.register(line, selectors.EVENT_READ, call)


def _read(selector: selectors.BaseSelector, key: selectors.SelectorKey) -> bool:
    """Whether the answer is whole."""
    line = key.fileobj
    assert isinstance(line, socket.socket)
    try:
        part = line.recv(8192)
    except ConnectionError:
        part = b""
    key.data.answer += part
    if part:
        return False
    selector.unregister(line)
    line.close()
    return True
