"""Members whom no alert could reach: what a person has to know to see to it, and that they did."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from alerts.choices import FallbackState
from alerts.facts import facts_of
from alerts.fallback import missing
from alerts.models import Fallback, FallbackStep
from billing.choices import Kind
from customers.models import Account
from delivery.models import Message


@dataclass(frozen=True, slots=True)
class Tried:
    """A step, what could not be tried before it, and how each of its messages ended. The first
    is the text that was lost, without a step."""

    step: FallbackStep | None
    messages: Sequence[Message]
    missing: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """A task as a page shows it."""

    fallback: Fallback
    kind: Kind
    # None where the fact is gone.
    fact: Any
    tried: Sequence[Tried]


def open_tasks() -> QuerySet[Fallback]:
    """Who waits for a person, the oldest first."""
    return (
        Fallback.objects.filter(state=FallbackState.TASK, done_at__isnull=True)
        .select_related("account__customer", "type")
        .order_by("id")
    )


def done_tasks() -> QuerySet[Fallback]:
    """What people saw to, the latest first."""
    return (
        Fallback.objects.filter(
            state=FallbackState.DONE, done_at__isnull=False, done_by__isnull=False
        )
        .select_related("account__customer", "type", "done_by")
        .order_by("-done_at")
    )


def tasks_of(account: Account) -> QuerySet[Fallback]:
    """Of one account: open ones, and what was tried without any text."""
    return (
        Fallback.objects.filter(account=account)
        .select_related("account__customer", "type", "done_by")
        .order_by("-id")
    )


def shown(fallbacks: Sequence[Fallback]) -> list[Shown]:
    """With fact, steps and messages, in a number of queries that does not grow with them."""
    steps: dict[int, list[FallbackStep]] = {}
    for step in FallbackStep.objects.filter(fallback__in=fallbacks).order_by("id"):
        steps.setdefault(step.fallback_id, []).append(step)
    ids = {pk for group in steps.values() for step in group for pk in step.messages}
    messages = Message.objects.in_bulk(ids | {f.text_id for f in fallbacks if f.text_id})
    facts = facts_of((f.type.fact_kind, f.fact_pk) for f in fallbacks)
    found = []
    for fallback in fallbacks:
        kind = Kind(fallback.type.fact_kind)
        tried = [
            Tried(step, [messages[pk] for pk in step.messages if pk in messages], missing(step))
            for step in steps.get(fallback.pk, ())
        ]
        if fallback.text_id in messages:
            tried.insert(0, Tried(None, [messages[fallback.text_id]]))
        found.append(Shown(fallback, kind, facts.get((kind, fallback.fact_pk)), tried))
    return found


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


@transaction.atomic
def task_reopen(*, fallback: Fallback) -> bool:
    """It was not done after all; the note stays to be gone on with. False where it is open, or
    no person had done it."""
    locked = Fallback.objects.select_for_update().get(pk=fallback.pk)
    if locked.state != FallbackState.DONE or locked.done_by_id is None:
        return False
    locked.state = FallbackState.TASK
    locked.done_at = locked.done_by_id = None
    locked.save()
    return True
