"""Django's own mail (sign-in links, security notices) by the provider that EMAIL_URL names.

It does not go through the outbox: what stands there is read by staff, and a link to set a password
is for one person alone.
"""

import asyncio
import uuid
from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from common.choices import Channel, Language, Purpose
from delivery.providers import provider_for
from delivery.providers.base import Outcome
from delivery.rendering import From, Outgoing, Wording
from delivery.selectors import default_sender
from delivery.statuses import REACHED


class MailNotSentError(OSError):
    """The provider did not take it; the text has its reason, and no address."""


class ProviderBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """How many were taken. Raises MailNotSentError at the first that was not, unless
        `fail_silently`."""
        window = [
            _outgoing(message, address) for message in email_messages for address in message.to
        ]
        if not window:
            return 0
        outcomes = asyncio.run(_hand_over(window))
        refused = [outcome for outcome in outcomes if outcome.status not in REACHED]
        if refused and not self.fail_silently:
            raise MailNotSentError(refused[0].reason or "The mail provider did not take it.")
        return len(outcomes) - len(refused)


async def _hand_over(window: list[Outgoing]) -> list[Outcome]:
    provider = provider_for(Channel.EMAIL)
    try:
        return await provider.hand_over(window)
    finally:
        await provider.close()


def _outgoing(message: EmailMessage, address: str) -> Outgoing:
    sender = default_sender(Channel.EMAIL)
    return Outgoing(
        id=0,
        key=uuid.uuid4(),
        address=address,
        sender=From(sender.pk, sender.name, sender.address, sender.reply_to),
        wording=Wording(
            content_id=0,
            language=Language.ENGLISH,
            purpose=Purpose.VERIFICATION,
            subject_source="{{ subject }}",
            body_source="{{ body }}",
        ),
        context={"subject": str(message.subject), "body": str(message.body)},
    )
