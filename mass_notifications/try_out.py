"""Send a test to me: the real thing, by the real way, to somebody who works here."""

from uuid import uuid4

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from common.choices import Channel, Purpose
from common.emails import read_email
from common.phones import read_phone
from delivery.batches import standing_batch
from delivery.choices import Lane
from delivery.models import Content, Message
from delivery.outbox import enqueue
from mass_notifications.errors import Refused
from mass_notifications.models import MassNotification
from mass_notifications.placeholders import languages_of, used_placeholders, wording_of
from mass_notifications.preview import context_of_first
from mass_notifications.wording_check import wording_errors

_BATCH = "Tests of mass notifications"


def send_test(
    *, notification: MassNotification, by: AbstractBaseUser | None, addresses: dict[str, str]
) -> list[Message]:
    """To each address given by channel, what the first good row would get, in each language.

    Without a file the placeholders show their own names. It is asked for by the person just now,
    so it goes at any hour (`verification`, RULES 3). Raises Refused, with the channel as field.
    """
    if errors := wording_errors(notification, complete=True):
        raise Refused(" ".join(words for found in errors.values() for words in found))
    wanted = {channel: address for channel, address in addresses.items() if address.strip()}
    if not wanted:
        raise Refused(_("Say where the test shall go."))
    normal = {channel: _normal(channel, address) for channel, address in wanted.items()}
    context = context_of_first(notification) or {
        used.key: f"[{used.name}]" for used in used_placeholders(notification) if used.key
    }
    messages = []
    with transaction.atomic():
        for language in languages_of(notification):
            wording = wording_of(notification, language)
            content = Content.objects.create(
                subject=f"[Test] {wording.subject_source}".strip()[:255],
                body=wording.body_source,
                text_body=wording.text_source,
                voice_body=wording.voice_source,
                language=language,
                purpose=Purpose.VERIFICATION,
            )
            for channel, address in normal.items():
                messages.append(
                    enqueue(
                        batch=standing_batch(_BATCH),
                        content=content,
                        cause=f"mass-test:{notification.pk}:{uuid4()}",
                        channel=channel,
                        address=address,
                        lane=Lane.URGENT,
                        context=context,
                    )
                )
    return messages


def _normal(channel: str, address: str) -> str:
    if channel == Channel.EMAIL:
        email = read_email(address)
        if email.problem:
            raise Refused(email.problem, channel)
        return email.address
    if channel in (Channel.TEXT, Channel.VOICE):
        phone = read_phone(address)
        if phone.problem:
            raise Refused(phone.problem, channel)
        return phone.number
    return address.strip()
