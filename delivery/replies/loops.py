"""To whom we never answer, and how often at most: two machines must not talk to each other."""

import re
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from common.choices import Channel
from delivery.models import Sender
from delivery.replies.models import InboundText

_NUMBER = re.compile(r"\+[1-9]\d{9,14}")
_MOST_ANSWERS_A_DAY = 10


def is_a_persons(number: str, *, to: str) -> bool:
    """False for short codes, hidden senders and our own numbers."""
    if not _NUMBER.fullmatch(number) or number == to:
        return False
    ours = {settings.TWILIO_FROM_NUMBER, settings.TWILIO_VOICE_NUMBER, settings.UTILITY_PHONE}
    if number in ours:
        return False
    return not Sender.objects.filter(
        channel__in=[Channel.TEXT, Channel.VOICE], address=number
    ).exists()


def had_enough(number: str) -> bool:
    """Whoever got so many answers today is a machine, or was helped as far as texts can help."""
    since = timezone.now() - timedelta(days=1)
    answers = InboundText.objects.filter(number=number, at__gt=since).exclude(answer="")
    return answers.count() >= _MOST_ANSWERS_A_DAY
