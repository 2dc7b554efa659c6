"""What providers told us, as they told it."""

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Now

from delivery.webhooks.choices import EventKind


class WebhookEvent(models.Model):
    """One verified word of a provider. Its key is unique, so that it is applied once."""

    # As `Message.provider` names it.
    provider = models.CharField(max_length=16)
    # Hash of what makes the event this one: told again, it is the same.
    key = models.UUIDField()
    kind = models.CharField(max_length=12, choices=EventKind.choices)
    # Which message it is about: the provider's id of it, or our key of it, which email carries.
    provider_id = models.CharField(max_length=120, blank=True)
    message_key = models.UUIDField(null=True)
    address = models.CharField(max_length=254, blank=True)
    # Its fields without what we have no business to keep: see payloads.py.
    payload = models.JSONField(default=dict)
    # The time that the provider signed or names; null where it names none.
    told_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(db_default=Now())
    # Null: not yet, or never where no message of ours had its id.
    applied_at = models.DateTimeField(null=True)
    # When to apply it, or to look again for its message; null: there is nothing left to do.
    try_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "key"], name="webhook_event_once")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["try_at"],
                name="webhook_event_due",
                condition=models.Q(try_at__isnull=False),
            ),
            # Rows come in by time: next to nothing to keep, and all that forgetting needs.
            BrinIndex(fields=["received_at"], name="webhook_event_received", pages_per_range=32),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.provider_id}: {self.get_kind_display()}"
