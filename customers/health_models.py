"""What was heard of addresses."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from common.choices import Channel
from customers.choices import AddressEventKind, ConsentSource


class AddressEvent(models.Model):
    """One thing that we heard of an address on a channel; its state follows from these rows, from
    the ledger and from the suppressions. Written by address_health.py alone."""

    # E.164, an email in lower case, or device:<id>.
    address = models.CharField(max_length=254)
    channel = models.CharField(max_length=5, choices=Channel.choices)
    kind = models.CharField(max_length=10, choices=AddressEventKind.choices)
    # The code of whoever told us, and their words without addresses.
    code = models.CharField(max_length=40, blank=True)
    words = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=12, choices=ConsentSource.choices)
    # Of what told us, so that the same thing told twice is one row.
    cause = models.UUIDField(unique=True)
    # The message that it was about, as far as known: its warnings and its end count once.
    about = models.UUIDField(null=True)
    # When it happened; it may be told later.
    at = models.DateTimeField()
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [
            models.Index(fields=["address", "channel", "-at"], name="address_event_address")
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}: {self.get_kind_display()}"
