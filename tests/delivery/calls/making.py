"""Calls for tests: placed by a drain with a provider that gives each its own id."""

from itertools import count

from common.choices import Channel, Purpose
from customers.choices import ConsentAction, ConsentSource
from customers.models import ConsentEvent
from delivery.calls.endings import Call, take_ending
from delivery.calls.models import CallAttempt, Ending
from delivery.choices import Status
from delivery.models import Message, Sender
from delivery.providers.base import Outcome
from delivery.rendering import Outgoing
from delivery.selectors import default_sender
from tests.delivery.making import Script, drain_once, make_content, queue_messages

PROVIDER = "script"
_SIDS = count(1)


def an_id(_message: Outgoing) -> Outcome:
    return Outcome(Status.SENT, provider_id=f"CA{next(_SIDS):032x}")


def queue_call(*, cause: str = "call", purpose: Purpose = Purpose.FIELD_WORK) -> Message:
    default_sender(Channel.VOICE)
    Sender.objects.update(rate=0)
    batch = queue_messages(
        1, channel=Channel.VOICE, cause=cause, content=make_content(purpose=purpose)
    )
    return Message.objects.get(batch=batch)


def drain_calls(provider: Script | None = None) -> Script:
    """What is due rings now."""
    provider = provider or Script(answer=an_id, channel=Channel.VOICE)
    drain_once(provider, channel=Channel.VOICE)
    return provider


def place_call(**values: object) -> Message:
    message = queue_call(**values)  # type: ignore[arg-type]
    drain_calls()
    message.refresh_from_db()
    assert message.status == Status.SENT
    return message


def ring_again(message: Message) -> Message:
    """Its time has come."""
    from django.utils import timezone

    Message.objects.filter(pk=message.pk).update(due_at=timezone.now())
    drain_calls()
    message.refresh_from_db()
    return message


def end_call(message: Message, ending: Ending, *, claim: int | None = None) -> Message:
    """The provider says how the call of a claim (the newest) ended."""
    message.refresh_from_db()
    attempts = CallAttempt.objects.filter(message_id=message.pk)
    attempt = attempts.get(claim=claim) if claim else attempts.latest("claim")
    known = take_ending(
        call=Call(PROVIDER, attempt.provider_id, message.key, attempt.claim), ending=ending
    )
    assert known
    message.refresh_from_db()
    return message


def give_consent(number: str) -> None:
    ConsentEvent.objects.create(
        address=number,
        channel=Channel.VOICE,
        action=ConsentAction.GIVEN,
        source=ConsentSource.CSR,
    )


def endings_of(message: Message) -> list[str]:
    rows = CallAttempt.objects.filter(message_id=message.pk).order_by("claim")
    return list(rows.values_list("ending", flat=True))
