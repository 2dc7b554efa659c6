"""What Web Push and FCM have in common: one device, one message, one request."""

import json
from abc import ABC, abstractmethod
from dataclasses import dataclass

from common.choices import Purpose
from delivery.lifetime import lifetime_of
from delivery.rendering import Outgoing

# These wake a sleeping phone; for the others it may save its battery.
URGENT = frozenset({Purpose.OUTAGE, Purpose.EMERGENCY, Purpose.VERIFICATION})


@dataclass(frozen=True, slots=True)
class Target:
    """A `customers.models.Device`, as much of it as a service needs."""

    id: int
    kind: str
    token: str
    p256dh: str
    auth: str


class PushService(ABC):
    """Takes one message for one device. `send` is called from several threads at a time.

    Sending again is harmless, because the message's key replaces its earlier copy on the device:
    where a service can't say whether it took a message, `send` raises a temporary ProviderError.
    """

    @abstractmethod
    def send(self, target: Target, message: Outgoing) -> str:
        """The service's id of it, or "".

        Raises ProviderError; with `bad_address` where the device must be removed (RULES 23, 24).
        """

    @abstractmethod
    def close(self) -> None:
        """Let connections go."""


def time_to_live(message: Outgoing) -> int:
    """Seconds after which the message is of no use."""
    return int(lifetime_of(message.wording.purpose).total_seconds())


def is_urgent(message: Outgoing) -> bool:
    return message.wording.purpose in URGENT


def as_json(value: object) -> bytes:
    """JSON in as few bytes as it takes: payloads are measured."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
