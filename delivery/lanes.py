"""A lane is a sender's urgent or bulk traffic; each has a Celery queue of its own."""

from collections.abc import Iterable

from django.db import transaction

from common.hints import hint
from delivery.bell import ring
from delivery.choices import Lane
from delivery.models import Sender

DRAIN_TASK = "delivery.drain"


def queue_of(channel: str, lane: str) -> str:
    return f"{channel}.{lane}"


def kick(senders: Iterable[Sender], lane: Lane | str) -> None:
    """Tell the workers, once the transaction is committed, that a lane has work: by its bell
    where a drain listens, else by a task.

    Only a hint: where the broker is away, the sweep finds the rows (every 5 s).
    """
    chosen = list(senders)

    def tell() -> None:
        for sender in chosen:
            if lane != Lane.URGENT or not ring(sender.pk, str(lane)):
                kick_now(sender.pk, sender.channel, lane)

    transaction.on_commit(tell)


def kick_now(sender_id: int, channel: str, lane: Lane | str) -> None:
    hint(DRAIN_TASK, sender_id, str(lane), queue=queue_of(channel, str(lane)))
