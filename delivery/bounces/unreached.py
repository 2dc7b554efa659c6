"""Texts that failed after they were taken, and are tried again (RULES 15): numbers that were not
reached, which are flagged after three times, and texts that were too many at once.

A number that was not reached is not given up: its phone was off, or out of reach. Who looks after
members sees it in the queue of bad addresses.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils import timezone

from common.choices import Channel, Purpose
from customers.address_health import hear_of_trouble
from customers.choices import AddressEventKind
from delivery.choices import BatchState, Status
from delivery.lifetime import lifetime_of
from delivery.models import Message

# A provider's codes that say so.
UNREACHED: dict[str, frozenset[str]] = {"twilio_text": frozenset({"30003"})}
# How long a text waits for its second and third try.
_AGAIN_AFTER = (timedelta(minutes=15), timedelta(hours=1))
# Codes that say, when the text was taken already, that we sent faster than we may.
TOO_FAST: dict[str, frozenset[str]] = {"twilio_text": frozenset({"30001", "30022"})}
_SLOWLY = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 45, 90))


def is_unreached(provider: str, code: str) -> bool:
    return code in UNREACHED.get(provider, ())


def take_unreached(
    *, message_id: int, address: str, provider: str, provider_id: str, code: str, words: str
) -> None:
    """Count it for the number, once for each try, and queue the text again while it has tries.

    In the transaction of the report that made the text fail.
    """
    heard = hear_of_trouble(
        address=address,
        channel=Channel.TEXT,
        kind=AddressEventKind.SOFT,
        cause=f"unreached:{provider}:{provider_id}",
        at=timezone.now(),
        code=code,
        words=words,
    )
    if not heard.is_new:
        return
    _queue_again(message_id=message_id, after=_AGAIN_AFTER)


def was_too_fast(provider: str, code: str) -> bool:
    return code in TOO_FAST.get(provider, ())


def take_too_fast(*, message_id: int, provider_id: str) -> None:
    """Nothing is wrong with the number: the text is tried again, a little later each time.

    In the transaction of the report that made it fail; told again, it is of a try that is over.
    """
    _queue_again(message_id=message_id, after=_SLOWLY, provider_id=provider_id)


def _queue_again(
    *, message_id: int, after: Sequence[timedelta], provider_id: str | None = None
) -> None:
    """While it has tries left, and is worth having then: what a provider says late (it was asked,
    or was away) must send no news of yesterday, and no code that is good no more."""
    failed = Message.objects.filter(
        ~Q(batch__state=BatchState.CANCELLED), pk=message_id, status=Status.FAILED
    )
    if provider_id is not None:
        failed = failed.filter(provider_id=provider_id)
    text = failed.first()
    if text is None or not 1 <= text.attempts <= len(after):
        return
    due_at = timezone.now() + after[text.attempts - 1]
    if due_at > _worth_until(text):
        return
    failed.filter(attempts=text.attempts).update(
        status=Status.QUEUED,
        due_at=due_at,
        # What is still told of the try before says nothing of the next one.
        provider_id="",
        claims=F("claims") + 1,
        lease_until=None,
        settled_at=None,
    )


def _worth_until(text: Message) -> datetime:
    """Since its last try, so that quiet hours before it take nothing from what it is worth."""
    # A question whether texts are wanted may be asked later; a code has its value in the context.
    is_question = text.purpose == Purpose.VERIFICATION and not text.context
    worth = lifetime_of(Purpose.ACCOUNT if is_question else text.purpose)
    return (text.handed_at or text.queued_at) + worth
