"""How soon a STOP counts, with many messages to the same number queued and on their way."""

import argparse
import dataclasses
import json
import time
from dataclasses import dataclass
from pathlib import Path

from bench.sending import wait

_NUMBER = "+14785550111"
# Of the queued messages, so many go to the number that says stop.
_SHARE = 5


@dataclass(frozen=True)
class Stop:
    queued: int
    # Of them, to the number.
    to_the_number: int
    # Seconds until the hook's answer; until the last hand-over to the number; until each of its
    # messages shows as left out.
    answered: float
    last_handed_over: float
    shown: float
    # Messages to the number that went before, and after.
    sent_before: int
    sent_after: int


def measure(*, queued: int = 50_000) -> Stop:
    """Needs workers that run. Unpaced, which is the hardest case: nothing holds the lane up."""
    from delivery.batches import batch_cancel, batch_open
    from delivery.models import Content, Message, Sender
    from delivery.outbox import NewMessage, enqueue_many
    from delivery.replies.inbound import text_received

    content = Content.objects.create(body="Work on your line.", purpose="field_work")
    sender = Sender.objects.create(name="As fast as it goes", channel="text")
    batch = batch_open(name="Stop")
    enqueue_many(
        NewMessage(
            cause=f"bench:stop:{batch.pk}:{n}",
            batch=batch,
            content=content,
            sender=sender,
            address=_NUMBER if n % _SHARE == 0 else f"+1{200 + n % 700}5550{100 + n // 700 % 100}",
        )
        for n in range(queued)
    )
    ours = Message.objects.filter(batch=batch, address=_NUMBER)
    wait(lambda: ours.filter(handed_at__isnull=False).count() > queued // _SHARE // 20)
    start = time.time()
    answer = text_received(
        sid=f"SM{int(start * 1e6):032x}", number=_NUMBER, to="+14785550100", body="STOP"
    )
    answered = time.time() - start
    assert answer
    wait(lambda: not ours.filter(status__in=["queued", "held", "sending"]).exists())
    shown = time.time() - start
    handed = [moment.timestamp() for moment in ours.values_list("handed_at", flat=True) if moment]
    batch_cancel(batch)
    return Stop(
        queued=queued,
        to_the_number=ours.count(),
        answered=answered,
        last_handed_over=max(0.0, max(handed) - start),
        shown=shown,
        sent_before=sum(moment <= start for moment in handed),
        sent_after=sum(moment > start for moment in handed),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queued", type=int, default=50_000)
    parser.add_argument("--json", type=Path, help="write the figures there too")
    options = parser.parse_args()
    from bench.site import processes, servers_running, worker_commands

    with (
        servers_running() as folder,
        processes(*worker_commands(), environment={}, log=folder / "bench-workers.log"),
    ):
        found = measure(queued=options.queued)
    print(
        f"  answered after {found.answered:.2f} s, last hand-over after "
        f"{found.last_handed_over:.2f} s, shown as left out after {found.shown:.2f} s; "
        f"{found.sent_after} of {found.to_the_number:,} still went after it came"
    )
    if options.json:
        options.json.write_text(json.dumps(dataclasses.asdict(found)))


if __name__ == "__main__":
    main()
