"""The outbox: who gets what, from which sender, and what became of it."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.choices import Channel, Language, Purpose
from customers.models import Account, Customer
from delivery.choices import BatchState, Lane, RateUnit, Status


class Sender(models.Model):
    """Whom a message comes from on one channel, and how fast it may send (RULES 17)."""

    name = models.CharField(_("name"), max_length=60)
    channel = models.CharField(_("channel"), max_length=5, choices=Channel.choices)
    # Email: the From address. Text and voice: E.164; empty where the provider's settings say it.
    address = models.CharField(_("address or number"), max_length=254, blank=True)
    reply_to = models.EmailField(_("reply to"), blank=True)
    # Messages or segments a second; 0 is as fast as the provider takes them.
    rate = models.FloatField(_("rate a second"), default=0)
    rate_unit = models.CharField(
        _("counted in"), max_length=8, choices=RateUnit.choices, default=RateUnit.MESSAGE
    )
    # Cents for a thousand messages (texts: segments; voice: calls): $0.0079 a text is 790.
    price_per_thousand = models.PositiveIntegerField(_("price per thousand, in cents"), default=0)
    is_default = models.BooleanField(_("used unless another is chosen"), default=False)

    class Meta:
        ordering: ClassVar = ["channel", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["channel"],
                condition=models.Q(is_default=True),
                name="one_default_sender_a_channel",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Content(models.Model):
    """The wording of messages, stored once. A row never changes: what was sent can be shown again.

    Placeholders are written `{{ name }}`; `Message.context` fills them.
    """

    subject = models.CharField(max_length=255, blank=True)
    body = models.TextField()
    # Where empty, text, voice and push are made from subject and body.
    text_body = models.TextField(blank=True)
    voice_body = models.TextField(blank=True)
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.ENGLISH)
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    # Within the purpose, what an address may refuse by itself (`delivery.lists`): one alert type.
    topic = models.CharField(max_length=16, blank=True, db_default="")
    # Count opens and clicks of this email (`delivery.tracking`).
    tracked = models.BooleanField(default=False, db_default=False)
    # Send again where a crash left it open whether an email went out ("better twice than never").
    resend_in_doubt = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.subject or self.body[:60]


class Batch(models.Model):
    """What is counted, paused and cancelled together: a mass notification, or an alert type."""

    name = models.CharField(max_length=120)
    state = models.CharField(max_length=9, choices=BatchState.choices, default=BatchState.OPEN)
    # A standing batch (an alert type, single messages) never finishes.
    standing = models.BooleanField(default=False)
    # All its messages are in the outbox: it is finished when the last of them is settled.
    complete = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    first_sent_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["id"], name="batch_open", condition=models.Q(state=BatchState.OPEN)
            )
        ]

    def __str__(self) -> str:
        return self.name


_UNCHECKED: Any = {"db_constraint": False, "db_index": False}


class Message(models.Model):
    """One message to one address of one person. The row is the truth; Celery only says "go"."""

    # md5 of what caused the message, as a UUID: the same cause makes the same row.
    key = models.UUIDField()
    # Without constraints and indexes of their own: checked by the one place that writes rows
    # (outbox.py), they would double the cost of queueing.
    batch = models.ForeignKey(
        Batch, on_delete=models.PROTECT, related_name="messages", **_UNCHECKED
    )
    content = models.ForeignKey(Content, on_delete=models.PROTECT, related_name="+", **_UNCHECKED)
    sender = models.ForeignKey(Sender, on_delete=models.PROTECT, related_name="+", **_UNCHECKED)
    # History outlives a member's record.
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.DO_NOTHING, related_name="messages", **_UNCHECKED
    )
    account = models.ForeignKey(
        Account, null=True, on_delete=models.DO_NOTHING, related_name="+", **_UNCHECKED
    )
    # The row of a file or the fact that caused it; its meaning is the batch's owner's.
    cause_id = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=5, choices=Channel.choices)
    lane = models.CharField(max_length=6, choices=Lane.choices)
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    # An email address, E.164, or device:<id>.
    address = models.CharField(max_length=254)
    context = models.JSONField(default=dict)
    time_zone = models.CharField(max_length=40)

    status = models.CharField(max_length=10, choices=Status.choices, db_default=Status.QUEUED)
    due_at = models.DateTimeField()
    # Sending: its process has renewed its claim until then. Unknown: when its provider is asked.
    # Sent: when it is asked how that ended (texts and calls).
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(db_default=0)
    # How often it was claimed. Never counted back, so that it tells one claim from every other.
    claims = models.PositiveIntegerField(db_default=0)
    provider = models.CharField(max_length=16, blank=True, db_default="")
    provider_id = models.CharField(max_length=120, blank=True, db_default="")
    # The provider's code, and why in our words; neither holds an address.
    code = models.CharField(max_length=40, blank=True, db_default="")
    reason = models.CharField(max_length=200, blank=True, db_default="")
    queued_at = models.DateTimeField()
    handed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["key"], name="message_key")]
        indexes: ClassVar = [
            models.Index(
                fields=["sender", "lane", "batch", "due_at", "id"],
                name="message_waiting",
                condition=models.Q(status__in=[Status.QUEUED, Status.HELD]),
            ),
            models.Index(
                fields=["lease_until"],
                name="message_open",
                condition=models.Q(status__in=[Status.SENDING, Status.UNKNOWN]),
            ),
            models.Index(
                fields=["lease_until"],
                name="message_no_last_word",
                condition=models.Q(status=Status.SENT, lease_until__isnull=False),
            ),
            models.Index(
                fields=["due_at"], name="message_held", condition=models.Q(status=Status.HELD)
            ),
            models.Index(fields=["batch", "id"], name="message_batch"),
            models.Index(
                fields=["customer", "-id"],
                name="message_customer",
                condition=models.Q(customer__isnull=False),
            ),
            models.Index(
                fields=["provider_id"],
                name="message_provider_id",
                condition=~models.Q(provider_id=""),
            ),
            # What waits for a number that says stop, and what it was told last.
            models.Index(
                fields=["address", "-id"],
                name="message_number",
                condition=models.Q(channel__in=[Channel.TEXT, Channel.VOICE]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.pk}: {self.get_status_display()}"


class Tally(models.Model):
    """A change in a batch's counts, written by a database trigger with each change of a status.

    The sum over the rows is the count; `delivery.sweep` folds them together. No code path can
    change a status without it.
    """

    batch_id = models.BigIntegerField()
    channel = models.CharField(max_length=5, choices=Channel.choices)
    status = models.CharField(max_length=10, choices=Status.choices)
    count = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["batch_id"], name="tally_batch")]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.channel} {self.status} {self.count:+d}"


class TextedNumber(models.Model):
    """A number that had its first text, with our name and how to stop (RULES 12)."""

    number = models.CharField(max_length=16, primary_key=True)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.number


class Circuit(models.Model):
    """Whether a provider is down: no window is handed to it before `open_until`."""

    provider = models.CharField(max_length=16, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    open_until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.provider


# Tables that one provider, the calls or the webhooks own live beside them; here Django finds them.
from delivery.calls.models import CallAttempt  # noqa: E402
from delivery.providers.sandbox.models import SandboxBehaviour, SandboxMessage  # noqa: E402
from delivery.webhooks.models import WebhookEvent  # noqa: E402

__all__ = [
    "Batch",
    "CallAttempt",
    "Circuit",
    "Content",
    "Message",
    "SandboxBehaviour",
    "SandboxMessage",
    "Sender",
    "Tally",
    "TextedNumber",
    "WebhookEvent",
]
