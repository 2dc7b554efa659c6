"""A row of the outbox as providers see it: to ask about it, or to show again what it said."""

from delivery import sealed
from delivery.models import Message
from delivery.rendering import From, Outgoing, Wording


def outgoing_of(message: Message, *, for_provider: bool = False) -> Outgoing:
    """With the wording that it was sent with, which never changes.

    Codes and links for one person alone are opened for a provider; people see dots.
    """
    content, sender = message.content, message.sender
    return Outgoing(
        id=message.pk,
        key=message.key,
        address=message.address,
        sender=From(sender.pk, sender.name, sender.address, sender.reply_to),
        wording=Wording(
            content_id=content.pk,
            language=content.language,
            purpose=content.purpose,
            subject_source=content.subject,
            body_source=content.body,
            text_source=content.text_body,
            voice_source=content.voice_body,
            topic=content.topic,
            tracked=content.tracked,
        ),
        context=(sealed.opened if for_provider else sealed.hidden)(message.context),
    )
