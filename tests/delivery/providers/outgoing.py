"""Messages at the hand-over, for tests of providers."""

import asyncio
from collections.abc import Mapping, Sequence
from uuid import uuid4

from common.choices import Channel, Purpose
from delivery.choices import Status
from delivery.providers.base import Outcome, Provider
from delivery.rendering import From, Outgoing, Wording

SENDER = From(
    id=1,
    name="Pine River Electric",
    address="alerts@pineriver.example.com",
    reply_to="help@pineriver.example.com",
)


def make_wording(
    *,
    subject: str = "Pole work on {{ Road }}",
    body: str = "Hello {{ Name }}, we work on {{ Road }} tomorrow.",
    purpose: Purpose = Purpose.FIELD_WORK,
    content_id: int = 7,
) -> Wording:
    return Wording(
        content_id=content_id,
        language="en",
        purpose=purpose,
        subject_source=subject,
        body_source=body,
    )


def make_outgoing(
    address: str,
    *,
    id: int = 1,
    wording: Wording | None = None,
    context: Mapping[str, str] | None = None,
) -> Outgoing:
    return Outgoing(
        id=id,
        key=uuid4(),
        address=address,
        sender=SENDER,
        wording=wording or make_wording(),
        context={"name": "Mae", "road": "Elm Rd"} if context is None else context,
    )


def hand_over(provider: Provider, window: Sequence[Outgoing]) -> list[Outcome]:
    return asyncio.run(provider.hand_over(window))


class Otherwise(Provider):
    """Takes what nobody else does, and remembers it."""

    name = "otherwise"
    channel = Channel.PUSH

    def __init__(self) -> None:
        self.taken: list[Outgoing] = []

    async def hand_over(self, window: Sequence[Outgoing]) -> list[Outcome]:
        self.taken += window
        return [Outcome(Status.SENT, provider_id=f"other-{message.id}") for message in window]
