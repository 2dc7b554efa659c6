"""What the sandbox received, and how it was told to behave."""

from typing import ClassVar
from uuid import UUID, uuid5

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.choices import Channel, Language
from delivery.choices import Status


class FailKind(models.TextChoices):
    PERMANENT = "permanent", _("Refused for good")
    TEMPORARY = "temporary", _("Refused for now: to be tried again")
    BAD_ADDRESS = "bad_address", _("Refused as a bad address")


class Callback(models.TextChoices):
    NONE = "none", _("No report")
    DELIVERED = "delivered", _("Delivered")
    MIXED = "mixed", _("Delivered, opened and bounced, mixed")


class SandboxMessage(models.Model):
    """A message as its recipient would have got it."""

    key = models.UUIDField(unique=True)
    message_id = models.BigIntegerField()
    channel = models.CharField(max_length=5, choices=Channel.choices)
    address = models.CharField(max_length=254)
    sender = models.CharField(max_length=320)
    subject = models.TextField()
    text = models.TextField()
    # Email: the HTML part, and the headers, one a line. Push: the address that it opens. Calls:
    # how it ended.
    html = models.TextField()
    headers = models.TextField()
    language = models.CharField(max_length=2, choices=Language.choices)
    received_at = models.DateTimeField()
    # The next report to give of it; empty where there is none.
    report_at = models.DateTimeField(null=True)
    report_status = models.CharField(max_length=10, choices=Status.choices, blank=True)

    class Meta:
        default_permissions = ()
        permissions: ClassVar = [("view_sandbox", _("Look at the sandbox and tell it what to do"))]
        indexes: ClassVar = [
            models.Index(fields=["channel", "-id"], name="sandbox_newest"),
            models.Index(
                fields=["report_at"],
                name="sandbox_report_due",
                condition=models.Q(report_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.pk}"

    @property
    def provider_id(self) -> str:
        return provider_id_of(self.key)


def call_key(key: UUID, claim: int) -> UUID:
    """Each call of a message is one of its own; the same claim of it twice is the same call."""
    return key if claim <= 1 else uuid5(key, f"call {claim}")


def provider_id_of(key: object) -> str:
    """The sandbox's id of a message: the same for the same key, so that twice is once."""
    return f"sandbox-{key}"


class SandboxBehaviour(models.Model):
    """What the sandbox does with the messages of a channel; without a row it takes them all."""

    channel = models.CharField(max_length=5, choices=Channel.choices, primary_key=True)
    down = models.BooleanField(_("Not reachable"), default=False)
    fail_percent = models.PositiveSmallIntegerField(
        _("Refuse, in percent"), default=0, validators=[MaxValueValidator(100)]
    )
    fail_kind = models.CharField(
        _("How it refuses"), max_length=11, choices=FailKind.choices, default=FailKind.PERMANENT
    )
    # Added to each hand-over, which is a window of messages.
    delay_ms = models.PositiveIntegerField(
        _("Take longer, in milliseconds"), default=0, validators=[MaxValueValidator(60_000)]
    )
    callback = models.CharField(
        _("Report afterwards"), max_length=9, choices=Callback.choices, default=Callback.NONE
    )
    callback_seconds = models.PositiveIntegerField(
        _("Report after, in seconds"), default=3, validators=[MaxValueValidator(86_400)]
    )

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.get_channel_display()}: {self.fail_percent} %"

    @classmethod
    def of(cls, channel: Channel | str) -> "SandboxBehaviour":
        return cls.objects.filter(pk=channel).first() or cls(channel=channel)
