"""A bell for a drain that has nothing to do: the next message wakes it, and needs no task.

Starting a task, a connection and its plans for a single payment costs more than sending it. An
urgent drain therefore listens for a while before it ends. The bell is a hint as a task is: what
has to be sent stands in the database, and the sweep, which never rings, finds what nobody heard.
"""

import logging
import time

import redis

from delivery.pacing import broker

log = logging.getLogger(__name__)
_ANSWER = 2.0  # seconds in which the broker confirms


def ring(sender_id: int, lane: str) -> bool:
    """Wake who listens for the lane; False where nobody does."""
    try:
        return bool(broker().publish(_name(sender_id, lane), ""))
    except redis.RedisError:
        return False


class Bell:
    """Open while its drain can come at once. Whoever closes it looks whether it rang meanwhile."""

    def __init__(self, sender_id: int, lane: str) -> None:
        self._name = _name(sender_id, lane)
        self._pubsub: redis.client.PubSub | None = None

    @property
    def is_open(self) -> bool:
        return self._pubsub is not None

    def open(self) -> bool:
        """Listen from now on. False where the broker is away."""
        try:
            self._pubsub = broker().pubsub()  # type: ignore[no-untyped-call]
            self._pubsub.subscribe(self._name)
            self._read_until("subscribe")
        except redis.RedisError:
            self._forget()
        return self.is_open

    def wait(self, seconds: float) -> bool:
        """Whether it rings within so many seconds. Ringing several times counts once."""
        if self._pubsub is None:
            return False
        try:
            rang = False
            while message := self._pubsub.get_message(timeout=0.0 if rang else seconds):
                rang = rang or message["type"] == "message"
        except redis.RedisError:
            self._forget()
            return True  # what came at this moment is unknown: look
        return rang

    def close(self) -> bool:
        """Listen no more. Whether it rang since the last look."""
        if self._pubsub is None:
            return False
        try:
            self._pubsub.unsubscribe(self._name)  # type: ignore[no-untyped-call]
            return self._read_until("unsubscribe")
        except redis.RedisError:
            return True
        finally:
            self._forget()

    def _read_until(self, type: str) -> bool:
        rang, give_up = False, time.monotonic() + _ANSWER
        while self._pubsub is not None and time.monotonic() < give_up:
            message = self._pubsub.get_message(timeout=_ANSWER)
            if message and message["type"] == type:
                return rang
            rang = rang or bool(message and message["type"] == "message")
        raise redis.TimeoutError(f"The broker did not confirm: {type}.")

    def _forget(self) -> None:
        if self._pubsub is not None:
            self._pubsub.close()
            self._pubsub = None


def _name(sender_id: int, lane: str) -> str:
    # Channels are those of the whole server, whatever the database.
    database = broker().connection_pool.connection_kwargs.get("db") or 0
    return f"upn:{database}:bell:{sender_id}:{lane}"
