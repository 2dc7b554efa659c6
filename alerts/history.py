"""Everything that was sent to a member: why, in which words, and what became of it.

Alerts name their fact; whatever else was sent (mass notifications, …) has the name of its batch.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from alerts.facts import facts_of
from alerts.models import AlertType, Fallback, FallbackStep
from billing.choices import Kind
from common.choices import Channel
from customers.models import Account, Customer
from delivery.as_sent import outgoing_of
from delivery.calls.history import CallShown, calls_of
from delivery.mime import BadAddressError, render_email
from delivery.models import Message
from delivery.providers.base import ProviderError
from delivery.unsubscribing import SAMPLE
from delivery.words import render_push, render_text, render_voice

PAGE = 25


@dataclass(frozen=True, slots=True)
class Cause:
    """What it follows from. `fact` is None where it is not an alert, or the fact is gone."""

    name: str
    type: AlertType | None = None
    kind: Kind | None = None
    fact: Any = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One message of the timeline."""

    message: Message
    cause: Cause
    account: Account | None
    # As it was sent: subject or title (email, push), and all that was written or said.
    subject: str
    words: str
    # Email alone: the whole document, safe to show in a frame.
    html: str
    # What was tried where this could not be delivered, or the step that this is.
    fallback: Sequence[FallbackStep]
    # Of a voice message: each time that the number rang.
    calls: Sequence[CallShown] = ()

    @property
    def at(self) -> datetime:
        return self.message.handed_at or self.message.queued_at


@dataclass(frozen=True, slots=True)
class Page:
    """Newest first. `before` is what to ask for next; None at the end."""

    entries: list[Entry]
    before: int | None


def history(
    *,
    customer: Customer,
    before: int | None = None,
    account: Account | None = None,
    alerts_only: bool = False,
    size: int = PAGE,
) -> Page:
    """A page of what was sent to a member, in a number of queries that does not grow with it."""
    messages = Message.objects.filter(customer=customer).select_related(
        "batch", "content", "sender"
    )
    if before is not None:
        messages = messages.filter(pk__lt=before)
    if account is not None:
        messages = messages.filter(account_id=account.pk)
    if alerts_only:
        messages = messages.filter(
            batch__in=AlertType.objects.filter(batch__isnull=False).values("batch")
        )
    rows = list(messages.order_by("-pk")[: size + 1])
    shown, more = rows[:size], len(rows) > size
    causes = _causes(shown)
    accounts = Account.objects.in_bulk({m.account_id for m in shown if m.account_id})
    steps = _fallbacks(shown)
    calls = calls_of([m.pk for m in shown if m.channel == Channel.VOICE])
    entries = [
        replace(
            _entry(m, causes[m.pk], accounts.get(m.account_id or 0), steps.get(m.pk, ())),
            calls=calls.get(m.pk, ()),
        )
        for m in shown
    ]
    return Page(entries, shown[-1].pk if more else None)


def _causes(messages: Sequence[Message]) -> dict[int, Cause]:
    types = {
        type.batch_id: type
        for type in AlertType.objects.filter(batch__in={m.batch_id for m in messages})
    }
    facts = facts_of(
        (types[m.batch_id].fact_kind, m.cause_id)
        for m in messages
        if m.batch_id in types and m.cause_id is not None
    )
    causes = {}
    for message in messages:
        type = types.get(message.batch_id)
        if type is None:
            causes[message.pk] = Cause(message.batch.name)
            continue
        fact = facts.get((type.fact_kind, message.cause_id or 0))
        causes[message.pk] = Cause(type.local_name, type, Kind(type.fact_kind), fact)
    return causes


def _fallbacks(messages: Sequence[Message]) -> dict[int, list[FallbackStep]]:
    """Message → the steps that followed the text it is, or the step it is part of."""
    found: dict[int, list[FallbackStep]] = {}
    ids = [message.pk for message in messages]
    texts = Fallback.objects.filter(text__in=ids).prefetch_related(
        Prefetch("steps", FallbackStep.objects.order_by("id"))
    )
    for fallback in texts:
        if fallback.text_id is not None:
            found[fallback.text_id] = list(fallback.steps.all())
    accounts = {message.account_id for message in messages if message.account_id}
    of_steps = FallbackStep.objects.filter(
        fallback__account__in=accounts, messages__overlap=ids
    ).order_by("id")
    for step in of_steps:
        for pk in step.messages:
            if pk not in found:
                found[pk] = [step]
    return found


def _entry(
    message: Message, cause: Cause, account: Account | None, steps: Sequence[FallbackStep]
) -> Entry:
    subject, words, html = _rendered(message)
    return Entry(message, cause, account, subject, words, html, steps)


def _rendered(message: Message) -> tuple[str, str, str]:
    """Subject, words and HTML, by the functions that send."""
    # The member's own link is theirs: whoever has it may stop their mail.
    outgoing = replace(outgoing_of(message), id=SAMPLE)
    try:
        if message.channel == Channel.EMAIL:
            email = render_email(outgoing)
            return email.subject, email.text, email.html
        if message.channel == Channel.TEXT:
            return "", render_text(outgoing), ""
        if message.channel == Channel.VOICE:
            return "", " ".join(render_voice(outgoing).lines), ""
        note = render_push(outgoing)
        return note.title, note.body, ""
    except (ProviderError, BadAddressError) as error:
        # It could not be sent for the same reason.
        return message.content.subject, str(error), ""
