"""Messages of ours that came back."""

from common.clock import now
from delivery.choices import Status
from delivery.models import Message
from tests.delivery.bounces.mails import KEY, MEMBER, RETURNED, block, dsn
from tests.delivery.making import queue_messages


def sent_message() -> Message:
    """One to member0@example.com, handed over just now."""
    batch = queue_messages(1)
    Message.objects.filter(batch=batch).update(
        status=Status.SENT, provider="smtp", provider_id="4B1D2C3A5F", handed_at=now()
    )
    return Message.objects.get(batch=batch)


def returned_of(message: Message) -> str:
    return RETURNED.replace(KEY, str(message.key)).replace(MEMBER, message.address)


def bounce_of(message: Message, report: str = "", *, id: str = "d1@mx.example.net") -> bytes:
    """It came back; 5.1.1 where `report` says nothing else."""
    report = (report or block()).replace(MEMBER, message.address)
    return dsn(report, returned=returned_of(message), id=id)
