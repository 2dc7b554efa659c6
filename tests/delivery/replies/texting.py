"""Texting to us, in tests."""

import itertools

from common.choices import Channel
from delivery.models import Message
from delivery.replies.inbound import text_received
from delivery.replies.models import InboundText
from tests.delivery.making import make_content, queue_messages

NUMBER = "+14785550111"
US = "+14785550100"
_sids = itertools.count(1)


def new_sid() -> str:
    return f"SM{next(_sids):032x}"


def text(body: str, *, number: str = NUMBER, to: str = US, sid: str = "", **more: str) -> str:
    """What we answer."""
    return text_received(sid=sid or new_sid(), number=number, to=to, body=body, **more)


def last_text() -> InboundText:
    found = InboundText.objects.order_by("id").last()
    assert found is not None
    return found


def was_sent(number: str = NUMBER, *, purpose: str = "account") -> Message:
    """A text to the number that has gone out."""
    queue_messages(1, channel=Channel.TEXT, content=make_content(purpose=purpose), cause=new_sid())
    message = Message.objects.order_by("id").last()
    assert message is not None
    Message.objects.filter(pk=message.pk).update(
        address=number, status="sent", handed_at=message.queued_at
    )
    return message
