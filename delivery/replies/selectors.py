"""What the pages ask about replies."""

from datetime import datetime

from django.db.models import QuerySet

from common.choices import Channel
from customers.addresses import normal_address
from customers.models import Customer
from delivery.models import Message
from delivery.replies.models import InboundText


def replies_of(
    customer: Customer, *, since: datetime | None = None, until: datetime | None = None
) -> QuerySet[InboundText]:
    """What a member texted to us, newest first, between two moments where they are given."""
    texts = InboundText.objects.filter(customers=customer)
    if since is not None:
        texts = texts.filter(at__gte=since)
    if until is not None:
        texts = texts.filter(at__lt=until)
    return texts.order_by("-id")


def replies_from(number: str) -> QuerySet[InboundText]:
    """What came from a number, newest first."""
    return InboundText.objects.filter(number=normal_address(number)).order_by("-id")


def last_messages_to(number: str, *, most: int = 3) -> list[Message]:
    """The last texts and calls to a number, newest first, ready to be shown word for word."""
    return list(
        Message.objects.filter(address=number, channel__in=[Channel.TEXT, Channel.VOICE])
        .select_related("batch", "content", "sender")
        .order_by("-id")[:most]
    )
