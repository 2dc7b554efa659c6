"""A text that could not be delivered is followed by a call, an email, a task for a person.

Only for types that are marked so, and each step once. Beat looks at the texts of those types from
the last days, by the batch's own index: they are few, and no index of the outbox is paid for by
every other message. A way that the member had chosen anyway is not taken twice: the message that
exists is the step.
"""

from collections.abc import Iterable
from copy import copy
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext_noop as _

from alerts.choices import FallbackState, Trigger
from alerts.models import AlertType, CalendarRun, Fallback, FallbackStep
from alerts.rules.telling import Window, local_day, telling_of, widest
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
_AT_ONCE = 1_000
# Kept with a step: there was nothing to try.
_NO_ADDRESS = _("%(what)s: no address that may be used.")
_NOTHING = _("There is no address that may be used on any channel that is on.")
_CLOSED = _("The account was closed.")
_OPEN = (FallbackState.VOICE, FallbackState.EMAIL)
_NEXT = {
    FallbackState.VOICE: FallbackState.EMAIL,
    FallbackState.EMAIL: FallbackState.TASK,
}


def look(*, now: datetime | None = None) -> int:
    """Follow up what was lost since the last look. Returns how many steps were taken."""
    now = now or timezone.now()
    return (
        sum(_take_up(text) for text in _lost_texts())
        + sum(_take_up_unreached(type, now) for type in _marked_types())
        + sum(
            _go_on(fallback_id)
            for fallback_id in Fallback.objects.filter(
                state__in=_OPEN, done_at__isnull=True
            ).values_list("pk", flat=True)
        )
    )


def _marked_types() -> QuerySet[AlertType]:
    return AlertType.objects.filter(fallback=True, enabled=True)


def _lost_texts() -> Iterable[Message]:
    since = timezone.now() - _LOOK_BACK
    for type in _marked_types().filter(batch__isnull=False):
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
            .order_by("pk")[:_AT_ONCE]
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


def _take_up_unreached(type: AlertType, now: datetime) -> int:
    """Those who have no number that could be texted, or no address at all: there is no text to be
    lost, so they are looked for among the facts."""
    telling = telling_of(type)
    if telling is None:
        return 0
    where, window = "f.changed_at > %(since)s", None
    params: dict[str, object] = {"since": now - _LOOK_BACK}
    if type.trigger == Trigger.CALENDAR:
        run = CalendarRun.objects.filter(type=type, finished_at__isnull=False).first()
        if run is None:
            return 0
        where, params = "true", {}
        window = Window(max(run.after, run.day - _LOOK_BACK), run.day)
    taken = 0
    for fact, account, texts_on in telling.unreached(
        where=where, params=params, now=now, window=window
    )[:_AT_ONCE]:
        with transaction.atomic():
            fallback, is_new = Fallback.objects.get_or_create(
                type=type,
                account_id=account,
                fact_pk=fact,
                text=None,
                defaults={"state": FallbackState.VOICE},
            )
            # Who turned texts off did not ask to be called.
            first = FallbackState.VOICE if texts_on else FallbackState.TASK
            why = _no_address(Channel.TEXT) if texts_on else _NOTHING
            taken += _step(fallback, first, why) if is_new else 0
    return taken


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
        why = _why(messages[0]) if messages else _no_address(Channel(fallback.state))
        return _step(fallback, _NEXT[FallbackState(fallback.state)], why)


def _step(fallback: Fallback, state: FallbackState, why: str) -> int:
    """Take a step, or the next one that there is an address for. In a transaction."""
    account = Account.objects.select_related("customer").get(pk=fallback.account_id)
    if account.status == AccountStatus.CLOSED:
        fallback.state, fallback.done_at = FallbackState.DONE, timezone.now()
        fallback.note = _CLOSED
        fallback.save()
        return 0
    while state != FallbackState.TASK:
        channel = Channel(state.value)
        ids = (
            _messages(fallback.text, account.customer, channel)
            if fallback.text
            else _messages_without_text(fallback, account, channel)
        )
        if ids:
            break
        state = _NEXT[state]
        why = f"{why} {_no_address(channel)}".strip()
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


def _messages_without_text(fallback: Fallback, account: Account, channel: Channel) -> list[int]:
    """The same where there is no text to take the words from: the fact is told once more, as if
    the account had this channel alone, and always."""
    type = copy(fallback.type)
    type.channels = type.starts_with = [channel.value]
    type.may_turn_off = type.fallback = type.is_ebill = False
    told = Message.objects.filter(
        customer_id=account.customer_id,
        account_id=account.pk,
        batch_id=type.batch_id or 0,
        cause_id=fallback.fact_pk,
        channel=channel,
    )
    if not told.exists() and (telling := telling_of(type)) is not None:
        today = local_day(timezone.now())
        telling.enqueue(
            where="f.id = %(fact)s AND a.id = %(account)s",
            params={"fact": fallback.fact_pk, "account": account.pk},
            now=timezone.now(),
            window=widest(type, today) if type.trigger == Trigger.CALENDAR else None,
        )
    return list(told.values_list("pk", flat=True))


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
    """In English; `common.sentences.translated` and the pages know it again."""
    channel, status = Channel(message.channel), Status(message.status)
    with translation.override("en"):
        return f"{channel.label}: {status.label}. {message.reason}".strip()


def missing(step: FallbackStep) -> list[str]:
    """The sentences of its reason that say what could not be tried at all."""
    sentences = [*(_no_address(channel) for channel in Channel), _NOTHING]
    return [sentence for sentence in sentences if sentence in step.reason]


def _no_address(channel: Channel) -> str:
    with translation.override("en"):
        return _NO_ADDRESS % {"what": channel.label}
