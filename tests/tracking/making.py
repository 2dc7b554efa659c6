"""A mail whose opens and clicks are counted, handed over a while ago."""

from datetime import timedelta

from django.utils import timezone

from common.choices import Channel, Purpose
from delivery.batches import batch_open
from delivery.choices import Status
from delivery.models import Batch, Content, Message
from delivery.outbox import enqueue
from delivery.tracking.numbering import token_of

PERSON = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
BODY = (
    "News: https://example.com/news?a=1&b=2 and https://example.org/{{ road }}.\n\n"
    "More at https://example.net/more, https://example.com/4."
)


def make_newsletter(
    *, tracked: bool = True, purpose: Purpose = Purpose.NEWSLETTER, batch: Batch | None = None
) -> Message:
    content = Content.objects.create(
        subject="News", body=BODY, purpose=purpose, tracked=tracked, topic=""
    )
    message = enqueue(
        batch=batch or batch_open(name="News"),
        content=content,
        cause=f"test:{content.pk}",
        channel=Channel.EMAIL,
        address="mae@example.com",
        context={"road": 'Elm "Rd" & //evil.example.net'},
    )
    Message.objects.filter(pk=message.pk).update(
        status=Status.SENT, handed_at=timezone.now() - timedelta(minutes=5)
    )
    message.refresh_from_db()
    return message


def link(message: Message, number: int) -> str:
    return f"/l/{token_of(message.pk, number)}"


def picture(message: Message) -> str:
    return f"/o/{token_of(message.pk, 0)}.gif"
