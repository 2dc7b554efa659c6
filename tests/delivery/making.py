"""What tests of the outbox are made of."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.db import connection

from common.choices import Channel, Purpose
from delivery.batches import batch_open
from delivery.choices import Lane, Status
from delivery.drain import Drain, Ended
from delivery.models import Batch, Content, Message, Sender
from delivery.outbox import NewMessage, enqueue_many
from delivery.providers.base import Outcome, Provider
from delivery.rendering import Outgoing
from delivery.selectors import default_sender


def make_content(**values: object) -> Content:
    defaults: dict[str, object] = {
        "subject": "Work on your line",
        "body": "Hello {{ name }}, we work at pole {{ pole }} today.",
        "purpose": Purpose.FIELD_WORK,
    }
    return Content.objects.create(**{**defaults, **values})


def queue_messages(
    count: int,
    *,
    batch: Batch | None = None,
    content: Content | None = None,
    channel: Channel = Channel.EMAIL,
    lane: Lane = Lane.BULK,
    sender: Sender | None = None,
    cause: str = "test",
) -> Batch:
    """So many messages to `member<n>@example.com` or to 555-01xx, in one batch."""
    batch = batch or batch_open(name="Test")
    content = content or make_content()
    sender = sender or default_sender(channel)
    enqueue_many(
        NewMessage(
            cause=f"{cause}:{batch.pk}:{n}",
            batch=batch,
            content=content,
            sender=sender,
            address=address_of(n, channel),
            lane=lane,
            cause_id=n,
            context={"name": f"Member {n}", "pole": str(n)},
        )
        for n in range(count)
    )
    return batch


def address_of(n: int, channel: Channel) -> str:
    if channel == Channel.EMAIL:
        return f"member{n}@example.com"
    if channel == Channel.PUSH:
        return f"device:{n}"
    return f"+1{200 + n // 100 % 700}55501{n % 100:02d}"


@dataclass
class Script(Provider):
    """A provider that answers as the test says, and remembers what it was handed."""

    name = "script"
    answer: Callable[[Outgoing], Outcome] = lambda message: Outcome(Status.SENT)
    channel: Channel = Channel.EMAIL  # type: ignore[misc]
    handed: list[Outgoing] = field(default_factory=list)
    before: Callable[[], None] | None = None
    seconds: float = 0.0

    async def hand_over(self, window: Sequence[Outgoing]) -> list[Outcome]:
        if self.before:
            await asyncio.to_thread(self._meanwhile, self.before)
        if self.seconds:
            await asyncio.sleep(self.seconds)
        self.handed.extend(window)
        return [self.answer(message) for message in window]

    @staticmethod
    def _meanwhile(work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            connection.close()  # the thread's own


def drain_once(
    provider: Provider,
    *,
    channel: Channel = Channel.EMAIL,
    lane: Lane = Lane.BULK,
    seconds: float = 10,
) -> Ended | None:
    """One drain of the default sender's lane, as the task does it; None where it found no place."""
    drain = Drain(default_sender(channel), lane, provider)
    try:
        if not drain.enter():
            return None
        ended = asyncio.run(drain.run(seconds))
        drain.leave()
        return ended
    finally:
        drain.close()


def statuses(batch: Batch) -> dict[str, int]:
    """The rows' own word, counted row by row."""
    counts: dict[str, int] = {}
    for status in Message.objects.filter(batch=batch).values_list("status", flat=True):
        counts[status] = counts.get(status, 0) + 1
    return counts
