"""What was heard of addresses."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from common.choices import Channel
from customers.choices import AddressEventKind, ConsentSource, LineType, RepairKind


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


class AddressRepair(models.Model):
    """What a CSR did about a bad address, so that it can be undone."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    # The field of Customer: email_1, email_2, mobile_number or home_number.
    slot = models.CharField(max_length=13)
    kind = models.CharField(max_length=12, choices=RepairKind.choices)
    old = models.CharField(max_length=254)
    new = models.CharField(max_length=254, blank=True)
    # The channels that the address was bad for.
    channels = models.JSONField(default=list)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["by", "-at"], name="address_repair_by")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.slot})"


class NumberLine(models.Model):
    """What kind of line a number is, as it was looked up: kept, since each look costs money."""

    number = models.CharField(max_length=16, primary_key=True)
    line_type = models.CharField(max_length=12, choices=LineType.choices)
    carrier = models.CharField(max_length=120, blank=True)
    looked_up_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.get_line_type_display()} {self.carrier}".strip()
