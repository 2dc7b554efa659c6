"""Into the outbox: one message, many by COPY, or a set by SELECT. In the caller's transaction.

The cause of a message makes its key; the same cause told twice makes one message.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from common.choices import Channel
from customers.models import Account, Customer
from delivery.choices import Lane
from delivery.lanes import kick
from delivery.models import Batch, Content, Message, Sender
from delivery.selectors import default_sender

# The columns that a SELECT for `enqueue_select` gives, in this order.
COLUMNS = (
    "key",
    "batch_id",
    "content_id",
    "sender_id",
    "customer_id",
    "account_id",
    "cause_id",
    "channel",
    "lane",
    "purpose",
    "address",
    "context",
    "time_zone",
    "due_at",
    "queued_at",
)
_COPY_AT_ONCE = 10_000
_WORTH_A_COPY = 50


def key_of(cause: str) -> UUID:
    """The key of what a cause makes; in SQL `md5(cause)::uuid`."""
    return UUID(hashlib.md5(cause.encode(), usedforsecurity=False).hexdigest())


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """One row to be. `cause` names what made it, e.g. `mass:12:402:email:mae@example.com`."""

    cause: str
    batch: Batch
    content: Content
    sender: Sender
    address: str
    lane: Lane = Lane.BULK
    customer_id: int | None = None
    account_id: int | None = None
    cause_id: int | None = None
    context: Mapping[str, str] = field(default_factory=dict)
    time_zone: str = ""
    # None: at once.
    due_at: datetime | None = None


def enqueue(
    *,
    batch: Batch,
    content: Content,
    cause: str,
    channel: Channel | str,
    address: str,
    lane: Lane = Lane.BULK,
    customer: Customer | None = None,
    account: Account | None = None,
    cause_id: int | None = None,
    context: Mapping[str, str] | None = None,
    sender: Sender | None = None,
    time_zone: str = "",
    due_at: datetime | None = None,
) -> Message:
    """One message; where its cause was told before, the message that it made then."""
    new = NewMessage(
        cause=cause,
        batch=batch,
        content=content,
        sender=sender or default_sender(channel),
        address=address,
        lane=lane,
        customer_id=customer.pk if customer else None,
        account_id=account.pk if account else None,
        cause_id=cause_id,
        context=context or {},
        time_zone=time_zone or (customer.time_zone if customer else ""),
        due_at=due_at,
    )
    enqueue_many([new])
    return Message.objects.get(key=key_of(cause))


def enqueue_many(rows: Iterable[NewMessage]) -> int:
    """Many messages by COPY, in constant memory. Returns how many were new."""
    new = 0
    lanes: dict[Lane, dict[int, Sender]] = {}
    iterator = iter(rows)
    with transaction.atomic():
        while chunk := list(islice(iterator, _COPY_AT_ONCE)):
            new += _write(chunk)
            for row in chunk:
                lanes.setdefault(row.lane, {}).setdefault(row.sender.pk, row.sender)
        for lane, senders in lanes.items():
            kick(senders.values(), lane)
    return new


def enqueue_select(
    query: str, params: Mapping[str, Any], *, senders: Iterable[Sender], lane: Lane
) -> int:
    """A set of messages, made inside the database. Returns how many were new.

    `query` is a SELECT that gives `COLUMNS` in order; its text is the program's own, and every
    value in it a parameter. `senders` and `lane` say which drains to wake where there is work.
    """
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(
            f"WITH new AS (INSERT INTO delivery_message ({', '.join(COLUMNS)}) {query} "  # noqa: S608
            "ON CONFLICT (key) DO NOTHING RETURNING sender_id) "
            "SELECT sender_id, count(*) FROM new GROUP BY sender_id",
            params,
        )
        new = {sender_id: int(count) for sender_id, count in cursor.fetchall()}
        # Those alone that got something: a payment's alert need not wake four channels.
        kick([sender for sender in senders if sender.pk in new], lane)
    return sum(new.values())


def _write(chunk: list[NewMessage]) -> int:
    """A chunk of rows; returns how many were new."""
    columns = ", ".join(COLUMNS)
    with connection.cursor() as cursor:
        if len(chunk) < _WORTH_A_COPY:
            row = f"({', '.join(['%s'] * len(COLUMNS))})"
            cursor.execute(
                f"INSERT INTO delivery_message ({columns}) VALUES {', '.join([row] * len(chunk))} "  # noqa: S608
                "ON CONFLICT (key) DO NOTHING",
                [cell for new in chunk for cell in _cells(new)],
            )
            return int(cursor.rowcount)
        cursor.execute(
            "CREATE TEMP TABLE IF NOT EXISTS outbox_in ON COMMIT DROP "  # noqa: S608
            f"AS SELECT {columns} FROM delivery_message WITH NO DATA"
        )
        cursor.execute("TRUNCATE outbox_in")
        with cursor.copy(f"COPY outbox_in ({columns}) FROM STDIN") as copy:
            for new in chunk:
                copy.write_row(_cells(new))
        cursor.execute(
            f"INSERT INTO delivery_message ({columns}) SELECT {columns} FROM outbox_in "  # noqa: S608
            "ON CONFLICT (key) DO NOTHING"
        )
        return int(cursor.rowcount)


def _cells(new: NewMessage) -> tuple[Any, ...]:
    now = timezone.now()
    # PostgreSQL's jsonb holds no NUL.
    context = json.dumps(dict(new.context), ensure_ascii=False).replace("\\u0000", "")
    return (
        key_of(new.cause),
        new.batch.pk,
        new.content.pk,
        new.sender.pk,
        new.customer_id,
        new.account_id,
        new.cause_id,
        new.sender.channel,
        str(new.lane),
        new.content.purpose,
        new.address,
        context,
        new.time_zone or settings.TIME_ZONE,
        new.due_at or now,
        now,
    )
