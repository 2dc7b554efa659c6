"""A mass notification of N members, from Process to the last recorded result."""

import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Prepared:
    batch_id: int
    content_id: int
    sender_id: int
    count: int


@dataclass(frozen=True)
class Sent:
    seconds: float
    to_first: float


def prepared(count: int, *, subject: str, body: str) -> Prepared:
    from delivery.batches import batch_open
    from delivery.models import Content
    from delivery.selectors import default_sender

    content = Content.objects.create(subject=subject, body=body, purpose="field_work")
    batch = batch_open(name="Bench")
    return Prepared(batch.pk, content.pk, default_sender("email").pk, count)


def process_and_wait(p: Prepared) -> Sent:
    from delivery.batches import batch_complete, batch_counts
    from delivery.choices import Lane
    from delivery.models import Batch, Sender
    from delivery.outbox import enqueue_select

    batch = Batch.objects.get(pk=p.batch_id)
    start = time.perf_counter()
    began = time.time()
    sender = Sender.objects.get(pk=p.sender_id)
    step = 10_000
    for low in range(0, p.count, step):
        enqueue_select(
            """SELECT md5('bench:' || %(batch)s || ':' || n)::uuid, %(batch)s, %(content)s, %(sender)s,
               NULL::bigint, NULL::bigint, n, 'email', 'bulk', 'field_work',
               'member' || n || '@example.com',
               jsonb_build_object('name', 'Member ' || n, 'pole', n::text),
               'America/New_York', now(), now()
               FROM generate_series(%(low)s::bigint, %(high)s::bigint) AS n""",
            {"batch": p.batch_id, "content": p.content_id, "sender": p.sender_id,
             "low": low, "high": min(low + step, p.count) - 1},
            senders=[sender], lane=Lane.BULK,
        )  # fmt: skip
    batch_complete(batch)
    while batch_counts(batch).get("email", {}).get("sent", 0) < p.count:
        time.sleep(0.02)
    seconds = time.perf_counter() - start
    batch.refresh_from_db()
    return Sent(seconds, batch.first_sent_at.timestamp() - began)
