"""A text that could not be delivered is followed by a call, an email, a task for a person.

Only for types that are marked so, and each step once. Beat looks at the texts of those types from
the last days, by the batch's own index: they are few, and no index of the outbox is paid for by
every other message. A way that the member had chosen anyway is not taken twice: the message that
exists is the step.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from alerts.choices import FallbackState
from alerts.models import AlertType, Fallback, FallbackStep
from common.choices import Channel
from customers.addresses import normal_address
from customers.choices import AccountStatus
from customers.models import Account, Customer, Suppression
from delivery.choices import Lane, Status
from delivery.models import Message
from delivery.outbox import NewMessage, enqueue_many, key_of
from delivery.selectors import default_sender

# A carrier queues a text for ten hours at most; reports come later still.
_LOOK_BACK = timedelta(days=3)
LOST = (Status.FAILED, Status.BOUNCED, Status.SUPPRESSED)
_OPEN = (FallbackState.VOICE, FallbackState.EMAIL)
_NEXT = {
    FallbackState.VOICE: FallbackState.EMAIL,
    FallbackState.EMAIL: FallbackState.TASK,
}


def look() -> int:
    """Follow up what was lost since the last look. Returns how many steps were taken."""
    return sum(_take_up(text) for text in _lost_texts()) + sum(
        _go_on(fallback_id)
        for fallback_id in Fallback.objects.filter(
            state__in=_OPEN, done_at__isnull=True
        ).values_list("pk", flat=True)
    )


def tasks() -> QuerySet[Fallback]:
    """Members whom nothing reached: for a person to see to."""
    return (
        Fallback.objects.filter(state=FallbackState.TASK, done_at__isnull=True)
        .select_related("account__customer", "type")
        .prefetch_related("steps")
    )


@transaction.atomic
def task_done(*, fallback: Fallback, by: AbstractBaseUser, note: str = "") -> bool:
    """A person saw to it. False where somebody did before."""
    locked = Fallback.objects.select_for_update().get(pk=fallback.pk)
    if locked.state != FallbackState.TASK:
        return False
    locked.state = FallbackState.DONE
    locked.done_at, locked.done_by_id, locked.note = timezone.now(), by.pk, note
    locked.save()
    return True


def _lost_texts() -> Iterable[Message]:
    since = timezone.now() - _LOOK_BACK
    for type in AlertType.objects.filter(fallback=True, enabled=True, batch__isnull=False):
        yield from (
            Message.objects.filter(
                batch_id=type.batch_id or 0,
                channel=Channel.TEXT,
                status__in=LOST,
                queued_at__gte=since,
                account__isnull=False,
                cause_id__isnull=False,
            )
            .exclude(pk__in=Fallback.objects.filter(type=type).values("text_id"))
            .order_by("pk")[:1_000]
        )


def _take_up(text: Message) -> int:
    with transaction.atomic():
        type = AlertType.objects.get(batch_id=text.batch_id)
        account = Account.objects.filter(pk=text.account_id or 0).first()
        if account is None or text.cause_id is None:
            return 0
        fallback, is_new = Fallback.objects.get_or_create(
            text=text,
            defaults={
                "type": type,
                "account": account,
                "fact_pk": text.cause_id,
                "state": FallbackState.VOICE,
            },
        )
        return _step(fallback, FallbackState.VOICE, _why(text)) if is_new else 0


def _go_on(fallback_id: int) -> int:
    """Close the case where a step reached somebody; take the next where it did not."""
    with transaction.atomic():
        fallback = (
            Fallback.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("text", "account", "type")
            .filter(pk=fallback_id, state__in=_OPEN)
            .first()
        )
        step = fallback.steps.last() if fallback else None
        if fallback is None or step is None:
            return 0
        messages = list(Message.objects.filter(pk__in=step.messages))
        if any(message.status not in LOST for message in messages):
            reached = {Status.DELIVERED, Status.OPENED}
            old = step.at < timezone.now() - _LOOK_BACK
            if old or any(message.status in reached for message in messages):
                fallback.state, fallback.done_at = FallbackState.REACHED, timezone.now()
                fallback.save()
            return 0
        why = _why(messages[0]) if messages else "There is no address for it."
        return _step(fallback, _NEXT[FallbackState(fallback.state)], why)


def _step(fallback: Fallback, state: FallbackState, why: str) -> int:
    """Take a step, or the next one that there is an address for. In a transaction."""
    account = Account.objects.select_related("customer").get(pk=fallback.account_id)
    if account.status == AccountStatus.CLOSED:
        fallback.state, fallback.done_at = FallbackState.DONE, timezone.now()
        fallback.note = "The account was closed."
        fallback.save()
        return 0
    while state != FallbackState.TASK:
        channel = Channel(state.value)
        ids = _messages(fallback.text, account.customer, channel)
        if ids:
            break
        state = _NEXT[state]
        why = f"{why} {channel.label}: no address that may be used.".strip()
    else:
        ids = []
    FallbackStep.objects.create(fallback=fallback, state=state, reason=why[:200], messages=ids)
    fallback.state = state
    fallback.save()
    return 1


def _messages(text: Message, customer: Customer, channel: Channel) -> list[int]:
    """The messages of a step: those that the member had coming anyway, else new ones."""
    known = Message.objects.filter(
        customer=customer,
        account_id=text.account_id or 0,
        batch_id=text.batch_id,
        cause_id=text.cause_id,
        channel=channel,
        queued_at__gte=text.queued_at - _LOOK_BACK,
    )
    if ids := list(known.values_list("pk", flat=True)):
        return ids
    sender = default_sender(channel)
    rows = [
        NewMessage(
            cause=f"alert-fallback:{text.key}:{channel}:{address.lower()}",
            batch=text.batch,
            content=text.content,
            sender=sender,
            address=address,
            lane=Lane(text.lane),
            customer_id=text.customer_id,
            account_id=text.account_id,
            cause_id=text.cause_id,
            context=text.context,
            time_zone=text.time_zone,
        )
        for address in _addresses(customer, channel, text.purpose)
    ]
    enqueue_many(rows)
    keys = [key_of(row.cause) for row in rows]
    return list(Message.objects.filter(key__in=keys).values_list("pk", flat=True))


def _addresses(customer: Customer, channel: Channel, purpose: str) -> list[str]:
    if channel is Channel.VOICE:
        # Either: what can't be texted may be a landline that can be called.
        found = [normal_address(customer.home_number or customer.mobile_number or "")]
    else:
        found = list(dict.fromkeys([customer.email_1, customer.email_2]))
    refused = set(
        Suppression.objects.filter(
            address__in=[address.lower() for address in found],
            channel=channel,
            purpose__in=["", purpose],
        ).values_list("address", flat=True)
    )
    return [address for address in found if address and address.lower() not in refused]


def _why(message: Message) -> str:
    words = f"{message.get_channel_display()}: {message.get_status_display()}"
    return f"{words}. {message.reason}".strip()
