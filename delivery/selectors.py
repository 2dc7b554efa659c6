"""What other rooms ask of the outbox."""

from django.conf import settings

from common.choices import Channel
from delivery.choices import RateUnit
from delivery.models import Content, Sender

# What a new site starts with (RULES 17: a toll-free number sends 3 segments a second). Prices
# are cents a thousand; an administrator sets them under Senders and limits.
_FIRST_SENDERS: dict[Channel, dict[str, object]] = {
    Channel.EMAIL: {"rate": 0, "price_per_thousand": 10},
    Channel.TEXT: {"rate": 3, "rate_unit": RateUnit.SEGMENT, "price_per_thousand": 790},
    Channel.VOICE: {"rate": 1, "price_per_thousand": 1400},
    Channel.PUSH: {"rate": 0, "price_per_thousand": 0},
}


def default_sender(channel: Channel | str) -> Sender:
    """The sender that a channel uses unless another is chosen; made at its first use."""
    channel = Channel(channel)
    address = {
        Channel.EMAIL: settings.EMAIL_FROM,
        Channel.TEXT: settings.TWILIO_FROM_NUMBER,
        Channel.VOICE: settings.TWILIO_VOICE_NUMBER,
    }.get(channel, "")
    sender, _ = Sender.objects.get_or_create(
        channel=channel,
        is_default=True,
        defaults={
            "name": settings.UTILITY_SHORT_NAME,
            "address": address,
            **_FIRST_SENDERS[channel],
        },
    )
    return sender


def standing_content(**values: object) -> Content:
    """The content with exactly these words and ways, made at its first use: what the program itself
    says is the same row each time."""
    return Content.objects.filter(**values).order_by("pk").first() or Content.objects.create(
        **values
    )
