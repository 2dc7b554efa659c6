"""A lane is a sender's urgent or bulk traffic; each has a Celery queue of its own."""

import logging
from collections.abc import Iterable

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from delivery.choices import Lane
from delivery.models import Sender

log = logging.getLogger(__name__)
DRAIN_TASK = "delivery.drain"


def queue_of(channel: str, lane: str) -> str:
    return f"{channel}.{lane}"


def kick(senders: Iterable[Sender], lane: Lane | str) -> None:
    """Tell the workers, once the transaction is committed, that a lane has work.

    Only a hint: where the broker is away, the sweep finds the rows (every 5 s).
    """
    chosen = list(senders)

    def tell() -> None:
        for sender in chosen:
            kick_now(sender.pk, sender.channel, lane)

    transaction.on_commit(tell)


def kick_now(sender_id: int, channel: str, lane: Lane | str) -> None:
    try:
        current_app.send_task(
            DRAIN_TASK, args=[sender_id, str(lane)], queue=queue_of(channel, str(lane)), retry=False
        )
    except OperationalError:
        log.warning("The broker is away; the sweep will find the work of %s.%s.", channel, lane)
