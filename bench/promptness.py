"""How soon: the first message, a cancellation, an urgent message in the middle, the pace."""

import time
from dataclasses import dataclass

from bench.peers.words import BODY, SUBJECT
from bench.sending import checked, count_of, process_and_wait, wait


@dataclass(frozen=True)
class Promptness:
    """Seconds, and the pace's error as a share of the rate."""

    first_message: dict[int, float]
    cancel: float
    sent_after_cancel: int
    urgent: list[float]
    pace_set: float
    pace_kept: float

    @property
    def pace_error(self) -> float:
        return abs(self.pace_kept / self.pace_set - 1)


def measure(
    *, sizes: tuple[int, ...], busy_with: int, pace: float, pace_seconds: int
) -> Promptness:
    process_and_wait(checked(100, subject=SUBJECT, body=BODY), 100)  # the workers are up
    first = {}
    for size in sizes:
        first[size] = process_and_wait(
            checked(size, subject=SUBJECT, body=BODY), size
        ).first_handed_over
        print(f"  first of {size:,} messages handed over after {first[size]:.2f} s", flush=True)
    cancel, after = _cancel(busy_with)
    print(f"  cancelled within {cancel:.2f} s", flush=True)
    urgent = _urgent(busy_with)
    print(f"  urgent in the middle: {max(urgent):.2f} s at most", flush=True)
    kept = _pace(pace, int(pace * pace_seconds))
    print(f"  pace: {kept:.1f} of {pace:.1f} a second", flush=True)
    return Promptness(first, cancel, after, urgent, pace, kept)


def _cancel(size: int) -> tuple[float, int]:
    """Seconds from the press until nothing more is handed over, and how much still was."""
    from mass_notifications.process import cancel, process

    notification = checked(size, subject=SUBJECT, body=BODY)
    process(notification=notification, by=None)
    notification.refresh_from_db()
    batch = notification.batch
    assert batch is not None
    wait(lambda: count_of(batch) > size // 10)
    before, start = count_of(batch), time.perf_counter()
    cancel(notification=notification)
    last, last_at = before, start
    # Nothing more for three seconds: it has stopped.
    while time.perf_counter() - last_at < 3:
        if (now := count_of(batch)) != last:
            last, last_at = now, time.perf_counter()
        time.sleep(0.02)
    return last_at - start, last - before


def _urgent(size: int) -> list[float]:
    """Seconds until each of some urgent messages is handed over, in the middle of a sending."""
    from delivery.batches import standing_batch
    from delivery.choices import Lane
    from delivery.models import Content, Message
    from delivery.outbox import enqueue
    from mass_notifications.process import cancel, process

    notification = checked(size, subject=SUBJECT, body=BODY)
    process(notification=notification, by=None)
    notification.refresh_from_db()
    batch = notification.batch
    assert batch is not None
    wait(lambda: count_of(batch) > 500)
    content = Content.objects.create(subject="Paid", body="Thank you.", purpose="account")
    took = []
    for n in range(10):
        start = time.time()
        message = enqueue(
            batch=standing_batch("Single messages"),
            content=content,
            cause=f"bench:urgent:{start}:{n}",
            channel="email",
            address=f"urgent{n}@example.com",
            lane=Lane.URGENT,
        )
        wait(lambda pk=message.pk: Message.objects.get(pk=pk).handed_at is not None)  # type: ignore[misc]
        handed = Message.objects.get(pk=message.pk).handed_at
        assert handed is not None
        took.append(handed.timestamp() - start)
    if count_of(batch) >= size:
        print("  (the sending was over before the urgent messages were)")
    cancel(notification=notification)
    return took


def _pace(rate: float, messages: int) -> float:
    """Messages a second that a paced sender really sent, from the first to the last."""
    from django.db import connection

    from delivery.models import Sender
    from delivery.selectors import default_sender

    sender = default_sender("email")
    Sender.objects.filter(pk=sender.pk).update(rate=rate)
    try:
        notification = checked(messages, subject=SUBJECT, body=BODY)
        process_and_wait(notification, messages)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*), extract(epoch FROM max(handed_at) - min(handed_at)) "
                "FROM delivery_message WHERE batch_id = %s AND handed_at > ("
                "SELECT min(handed_at) FROM delivery_message WHERE batch_id = %s)",
                [notification.batch_id, notification.batch_id],
            )
            count, seconds = cursor.fetchone()
        return float(count) / float(seconds)
    finally:
        Sender.objects.filter(pk=sender.pk).update(rate=sender.rate)
