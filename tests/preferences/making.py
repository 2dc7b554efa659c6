"""Mails with a link, for tests of the page behind it."""

from common.choices import Channel, Purpose
from customers.choices import SuppressionReason
from customers.models import Customer, Suppression
from delivery.batches import batch_open
from delivery.link_tokens import Use, make_token
from delivery.models import Content, Message
from delivery.outbox import enqueue

ADDRESS = "Ruth.Sapp@example.com"


def make_mail(
    *,
    purpose: Purpose = Purpose.NEWSLETTER,
    topic: str = "",
    language: str = "en",
    address: str = ADDRESS,
    customer: Customer | None = None,
    cause: str = "",
) -> Message:
    content = Content.objects.create(
        subject="News of the month",
        body="Rates stay as they are.",
        purpose=purpose,
        topic=topic,
        language=language,
    )
    return enqueue(
        batch=batch_open(name="News"),
        content=content,
        cause=cause or f"test:{content.pk}",
        channel=Channel.EMAIL,
        address=address,
        customer=customer,
    )


def link_of(message: Message) -> str:
    return f"/u/{make_token(Use.PREFERENCES, message.pk)}"


def refused(address: str = ADDRESS) -> set[str]:
    found = Suppression.objects.filter(
        address=address.lower(), channel=Channel.EMAIL, reason=SuppressionReason.OPTED_OUT
    )
    return set(found.values_list("purpose", flat=True))
