"""Codes and links on their way to an address, and numbers that were asked to reply YES."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from alerts.verification.choices import OptInState, Outcome
from common.choices import Channel
from customers.choices import ConsentSource
from customers.models import Customer

# History outlives a member's record, and staff who left.
_LOOSE: Any = {
    "null": True,
    "on_delete": models.DO_NOTHING,
    "db_constraint": False,
    "related_name": "+",
}


class Verification(models.Model):
    """A code or a link that was sent to an address. It is also what sending is throttled by."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    # Email: a link; text or voice: a code.
    channel = models.CharField(max_length=5, choices=Channel.choices)
    # E.164, or an email in lower case.
    address = models.CharField(max_length=254)
    customer = models.ForeignKey(Customer, **_LOOSE)
    source = models.CharField(max_length=12, choices=ConsentSource.choices)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, **_LOOSE)
    # Where it was asked from without signing in: a keyed hash of the IP address.
    caller = models.CharField(max_length=64, blank=True)
    # A code's keyed hash; empty for a link.
    digest = models.CharField(max_length=64, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    # What the person reads, without the code.
    words = models.TextField()
    outcome = models.CharField(max_length=9, choices=Outcome.choices, default=Outcome.OPEN)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [
            models.Index(fields=["address", "-sent_at"], name="verification_address"),
            models.Index(fields=["customer", "-sent_at"], name="verification_customer"),
            models.Index(
                fields=["caller", "-sent_at"],
                name="verification_caller",
                condition=~models.Q(caller=""),
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["address"],
                condition=models.Q(outcome=Outcome.OPEN) & ~models.Q(digest=""),
                name="one_live_code_a_number",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}: {self.get_outcome_display()}"


class OptIn(models.Model):
    """A number that was newly subscribed to texts and is asked to reply YES.

    While it has not, a suppression ("waiting for YES") keeps account texts from it.
    """

    number = models.CharField(max_length=16)
    customer = models.ForeignKey(Customer, **_LOOSE)
    source = models.CharField(max_length=12, choices=ConsentSource.choices)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, **_LOOSE)
    # What the number read; it goes into the ledger with the YES.
    words = models.TextField()
    # alerts.models.Enrollment that subscribed it, if any.
    enrollment_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=9, choices=OptInState.choices, default=OptInState.WAITING)
    asked_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    # When the wait was over without a YES, and the subscriptions whose texts were turned off then.
    expired_at = models.DateTimeField(null=True)
    turned_off = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [
            models.Index(fields=["number", "-id"], name="opt_in_number"),
            models.Index(
                fields=["asked_at"],
                name="opt_in_waiting",
                condition=models.Q(state=OptInState.WAITING),
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["number"],
                condition=models.Q(state=OptInState.WAITING),
                name="asked_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.get_state_display()}"


class ToldChange(models.Model):
    """A contact detail that was changed here, and whose old and new contact were told.

    The billing system tells us of the same change some days later; that is no news then.
    """

    customer = models.ForeignKey(Customer, **_LOOSE)
    # customers.choices.EmailSlot or NumberSlot.
    what = models.CharField(max_length=20)
    # As the ledger writes it; "" where the detail was removed.
    new = models.CharField(max_length=254, blank=True)
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [
            models.Index(fields=["customer", "what", "-at"], name="told_change_customer")
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.what}"
