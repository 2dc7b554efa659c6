"""Numbers that a text did not reach: the text is tried again, the number flagged after three times
(RULES 15).

The number is not given up: its phone was off, or out of reach. Who looks after members sees it in
the queue of bad addresses.
"""

from datetime import timedelta

from django.db.models import F, Q
from django.utils import timezone

from common.choices import Channel
from customers.address_health import hear_of_trouble
from customers.choices import AddressEventKind
from delivery.choices import BatchState, Status
from delivery.models import Message

# A provider's codes that say so.
UNREACHED: dict[str, frozenset[str]] = {"twilio_text": frozenset({"30003"})}
# How long a text waits for its second and third try.
_AGAIN_AFTER = (timedelta(minutes=15), timedelta(hours=1))


def is_unreached(provider: str, code: str) -> bool:
    return code in UNREACHED.get(provider, ())


def take_unreached(
    *, message_id: int, address: str, provider: str, provider_id: str, code: str, words: str
) -> None:
    """Count it for the number, once for each try, and queue the text again while it has tries.

    In the transaction of the report that made the text fail.
    """
    heard = hear_of_trouble(
        address=address,
        channel=Channel.TEXT,
        kind=AddressEventKind.SOFT,
        cause=f"unreached:{provider}:{provider_id}",
        at=timezone.now(),
        code=code,
        words=words,
    )
    if not heard.is_new:
        return
    for tries, wait in enumerate(_AGAIN_AFTER, start=1):
        Message.objects.filter(
            ~Q(batch__state=BatchState.CANCELLED),
            pk=message_id,
            status=Status.FAILED,
            attempts=tries,
        ).update(
            status=Status.QUEUED,
            due_at=timezone.now() + wait,
            # What is still told of the try before says nothing of the next one.
            provider_id="",
            claims=F("claims") + 1,
            lease_until=None,
            settled_at=None,
        )
