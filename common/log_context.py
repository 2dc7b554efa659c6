"""What each log line of a piece of work says beside its words: the request's id, a message's id.

with log_context(message_id=message.id):
    log.warning("The provider asked us to wait.")     # … carries "message_id": 4711
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

_fields: ContextVar[Mapping[str, str | int]] = ContextVar(
    "log_context", default=MappingProxyType({})
)


@contextmanager
def log_context(**fields: str | int) -> Iterator[None]:
    """Add `fields` to every line that is logged inside, in this thread or task."""
    token = _fields.set({**_fields.get(), **fields})
    try:
        yield
    finally:
        _fields.reset(token)


def current_log_context() -> Mapping[str, str | int]:
    return _fields.get()
