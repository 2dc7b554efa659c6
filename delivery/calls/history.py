"""The calls of messages, for their history."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from delivery.calls.models import CallAttempt, Ending


@dataclass(frozen=True, slots=True)
class CallShown:
    """`number`: the first, second … call of its message. `words`: how it ended."""

    number: int
    at: datetime
    words: str
    again_at: datetime | None


def calls_of(message_ids: Iterable[int]) -> dict[int, list[CallShown]]:
    """Message → its calls, oldest first. What rang nowhere is not a call."""
    found: dict[int, list[CallShown]] = {}
    rows = CallAttempt.objects.filter(message_id__in=list(message_ids))
    for row in rows.exclude(ending=Ending.NOT_PLACED).order_by("message_id", "claim"):
        calls = found.setdefault(row.message_id, [])
        words = str(row.get_ending_display()) if row.ending else _("No word yet on how it ended")
        calls.append(CallShown(len(calls) + 1, row.at, words, row.again_at))
    return found
