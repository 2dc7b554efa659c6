"""Reads of what the sandbox received."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Q

from common.choices import Channel
from delivery.providers.sandbox.models import SandboxMessage

PAGE = 50


@dataclass(frozen=True, slots=True)
class Slice:
    """Messages, newest first. `older`: the id before which the next slice begins, or None."""

    messages: Sequence[SandboxMessage]
    older: int | None


def newest(channel: Channel, *, words: str = "", before: int | None = None) -> Slice:
    """A channel's messages, those that hold `words` in their address, subject or text."""
    found = SandboxMessage.objects.filter(channel=channel).defer("html", "headers")
    if words:
        found = found.filter(
            Q(address__icontains=words) | Q(subject__icontains=words) | Q(text__icontains=words)
        )
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found.order_by("-pk")[: PAGE + 1])
    messages = rows[:PAGE]
    return Slice(messages, messages[-1].pk if len(rows) > PAGE else None)


def counts() -> dict[str, int]:
    """How many messages each channel received."""
    rows = SandboxMessage.objects.values_list("channel").annotate(count=Count("*"))
    found: dict[str, int] = dict(rows.order_by())
    return {channel: found.get(channel, 0) for channel in Channel}


def sandbox_clear() -> None:
    """Forget all messages, at once whatever their number."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE delivery_sandboxmessage")
