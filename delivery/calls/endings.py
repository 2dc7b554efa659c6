"""How a call ended, told once: its message is settled, or rings again by the table in `again.py`.

Reports repeat and come out of order. The first word on an attempt's end is its end; only the
attempt that its message is at now moves the message. To ring again counts the message's claim up,
so that whoever still has the attempt before in hand (a drain that records late, the resolver of
doubts) finds it gone.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from common.choices import Channel
from customers.consent import mark_bad_address
from delivery.calls.again import AGAIN, REASONS, STATUS_AT_LAST
from delivery.calls.models import CallAttempt, Ending
from delivery.choices import BatchState, Status
from delivery.lifetime import lifetime_of
from delivery.models import Message
from delivery.quiet import may_go_from
from delivery.results import storable
from delivery.statuses import sources_of


@dataclass(frozen=True, slots=True)
class Call:
    """Which call: by the claim that it was placed for, or by the provider's id alone."""

    provider: str
    provider_id: str
    key: UUID | None = None
    claim: int = 0


def take_ending(*, call: Call, ending: Ending, code: str = "") -> bool:
    """Apply how a call ended. False where we don't know of such a call (yet)."""
    with transaction.atomic():
        message = _message_of(call)
        if message is None:
            return False
        attempt = _attempt_of(call, message)
        if attempt is None or attempt.ending:
            return True
        if ending == Ending.ANSWERED and attempt.answered_by:
            # Who picked up was said while the call went on, and need not be said again.
            ending = Ending(attempt.answered_by)
        now = timezone.now()
        attempt.ending, attempt.ended_at = ending, now
        attempt.provider_id = attempt.provider_id or storable(call.provider_id, 120)
        if _is_at(message, attempt):
            attempt.again_at = _again_at(message, attempt, now)
            _move(message, attempt, code or ending, now)
        attempt.save()
    if ending == Ending.NOBODY:
        mark_bad_address(
            address=message.address, channel=Channel.VOICE, words=REASONS[Ending.NOBODY]
        )
    return True


def note_who_answered(*, message: Message, claim: int, who: Ending) -> None:
    """A person, a machine or a fax, while the call goes on."""
    CallAttempt.objects.filter(message_id=message.pk, claim=claim, ending="").update(
        answered_by=who
    )


def _message_of(call: Call) -> Message | None:
    """Locked: before its attempts, as a drain does it."""
    rows = Message.objects.select_for_update(of=("self",)).select_related("batch")
    if call.key is not None:
        return rows.filter(key=call.key, channel=Channel.VOICE).first()
    known = CallAttempt.objects.filter(provider=call.provider, provider_id=call.provider_id)
    message_id = known.values_list("message_id", flat=True).first()
    if message_id is not None:
        return rows.filter(pk=message_id).first()
    return rows.filter(provider=call.provider, provider_id=call.provider_id).first()


def _attempt_of(call: Call, message: Message) -> CallAttempt | None:
    rows = CallAttempt.objects.filter(message_id=message.pk)
    if call.key is not None:
        return rows.filter(claim=call.claim).first()
    found = rows.filter(provider=call.provider, provider_id=call.provider_id).first()
    if found is None and message.provider_id == call.provider_id:
        # A call that was placed before attempts were written down.
        found = CallAttempt(
            message_id=message.pk,
            claim=message.claims,
            attempt=message.attempts,
            number=message.address[:16],
            provider=call.provider,
            provider_id=call.provider_id,
            at=message.handed_at or message.queued_at,
            answered_by="",
            ending="",
        )
    return found


def _is_at(message: Message, attempt: CallAttempt) -> bool:
    return message.claims == attempt.claim and message.status in _UNDECIDED


# What a call's end may still move: see statuses.py.
_UNDECIDED = frozenset({str(Status.SENDING), str(Status.SENT), str(Status.UNKNOWN)})


def _again_at(message: Message, attempt: CallAttempt, now: datetime) -> datetime | None:
    """When the number rings again; None where it does not."""
    again = AGAIN.get(attempt.ending)
    if again is None or message.attempts >= settings.CALLS_OF_A_MESSAGE:
        return None
    if message.batch.state == BatchState.CANCELLED:
        return None
    made = CallAttempt.objects.filter(message_id=message.pk)
    # Since a person last pressed "retry the failed", which counts from one again.
    first = made.filter(attempt__lte=1, claim__lte=attempt.claim).order_by("-claim").first()
    since = first.claim if first else 0
    before = made.filter(claim__gte=since, claim__lt=attempt.claim, ending=attempt.ending).count()
    if before >= again.most:
        return None
    at = may_go_from(message.pk, now + again.after)
    # Quiet hours before the first call take nothing from what it is worth.
    worth_until = (first.at if first else attempt.at) + lifetime_of(message.purpose)
    return at if at <= worth_until else None


def _move(message: Message, attempt: CallAttempt, code: str, now: datetime) -> None:
    values: dict[str, Any] = {
        "provider": attempt.provider,
        "code": storable(code, 40),
        "reason": REASONS[attempt.ending],
        "lease_until": None,
        "handed_at": message.handed_at or attempt.at,
    }
    if attempt.again_at is not None:
        values |= {
            "status": Status.QUEUED,
            "due_at": attempt.again_at,
            "claims": message.claims + 1,
            "provider_id": "",
            "settled_at": None,
        }
    else:
        status = STATUS_AT_LAST[attempt.ending]
        if message.status not in sources_of(status):
            return
        values |= {
            "status": status,
            "provider_id": attempt.provider_id,
            "settled_at": now,
            "code": "" if attempt.ending == Ending.ANSWERED else values["code"],
        }
    Message.objects.filter(pk=message.pk).update(**values)
