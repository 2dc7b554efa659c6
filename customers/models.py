"""Members, their accounts and devices, and what they agreed to."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Lower, Upper
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from common.choices import Channel, Language, Purpose
from customers.choices import (
    AccountStatus,
    ConsentAction,
    ConsentSource,
    DeviceKind,
    RecurringPayment,
    SuppressionReason,
)
from customers.fields import ContactEmailField

NUMBER_LENGTH = 16  # E.164 with its plus sign


class Customer(models.Model):
    """A member of the co-operative, or a customer of the city: the same person."""

    number = models.CharField(_("member number"), max_length=20, unique=True)
    name = models.CharField(_("name as billed"), max_length=120)
    first_name = models.CharField(_("first name"), max_length=60, blank=True)
    last_name = models.CharField(_("last name"), max_length=60, blank=True)
    email_1 = ContactEmailField(_("Email 1"), blank=True)
    email_2 = ContactEmailField(_("Email 2"), blank=True)
    home_number = PhoneNumberField(
        _("home number"), blank=True, region="US", max_length=NUMBER_LENGTH
    )
    mobile_number = PhoneNumberField(
        _("mobile number"), blank=True, region="US", max_length=NUMBER_LENGTH
    )
    # A mirror of the number's suppression, for lists and searches: consent.py keeps both.
    do_not_call = models.BooleanField(_("Do Not Call"), default=False)
    language = models.CharField(
        _("language"), max_length=2, choices=Language.choices, default=Language.ENGLISH
    )
    time_zone = models.CharField(_("time zone"), max_length=40, default="America/New_York")
    is_key_account = models.BooleanField(_("key account"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["name", "number"]
        indexes: ClassVar = [
            models.Index(Lower("email_1"), name="customer_email_1"),
            models.Index(Lower("email_2"), name="customer_email_2"),
            models.Index(fields=["mobile_number"], name="customer_mobile"),
            models.Index(fields=["home_number"], name="customer_home"),
            models.Index(fields=["name"], name="customer_name"),
            # For `icontains`, which compares in upper case.
            GinIndex(OpClass(Upper("name"), "gin_trgm_ops"), name="customer_name_parts"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"


class ContactHours(models.Model):
    """When a member wants texts and calls, by their own clock; without a row, the legal hours."""

    customer = models.OneToOneField(
        Customer, on_delete=models.CASCADE, primary_key=True, related_name="contact_hours"
    )
    opens = models.TimeField(_("not before"))
    closes = models.TimeField(_("not after"))
    # The way it came, and who took it down.
    source = models.CharField(max_length=12, choices=ConsentSource.choices)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(opens__lt=models.F("closes")), name="contact_hours_in_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}–{self.closes:%H:%M}"


class Account(models.Model):
    """One service of a member: member number and separator, as in 162033-001."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="accounts")
    separator = models.CharField(_("separator"), max_length=6)
    # The digits of number and separator together, as files write it: 162033001.
    key = models.CharField(_("member separator"), max_length=26, unique=True)
    status = models.CharField(
        max_length=12, choices=AccountStatus.choices, default=AccountStatus.ACTIVE
    )
    service_address = models.CharField(_("service address"), max_length=120, blank=True)
    city = models.CharField(_("city"), max_length=60, blank=True)
    state = models.CharField(_("state"), max_length=2, blank=True)
    zip_code = models.CharField(_("ZIP"), max_length=10, blank=True)
    meter = models.CharField(_("meter"), max_length=20, blank=True)
    cycle = models.CharField(_("billing cycle"), max_length=6, blank=True)
    recurring_payment = models.CharField(
        _("recurring payment"),
        max_length=12,
        choices=RecurringPayment.choices,
        default=RecurringPayment.NONE,
    )

    class Meta:
        ordering: ClassVar = ["key"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "separator"], name="account_separator")
        ]
        indexes: ClassVar = [
            GinIndex(
                OpClass(Upper("service_address"), "gin_trgm_ops"), name="account_address_parts"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """As people write it: 162033-001."""
        return f"{self.key[: -len(self.separator)]}-{self.separator}"


class Device(models.Model):
    """A browser or a phone that takes push messages."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="devices")
    kind = models.CharField(max_length=8, choices=DeviceKind.choices)
    name = models.CharField(_("profile name"), max_length=60)
    # FCM's registration token, or the push service's endpoint.
    token = models.TextField(unique=True)
    p256dh = models.CharField(max_length=100, blank=True)
    auth = models.CharField(max_length=40, blank=True)
    enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class ConsentEvent(models.Model):
    """One line of the ledger: who said what about an address, when and how. Append-only."""

    at = models.DateTimeField(auto_now_add=True)
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    # E.164, an email in lower case, or device:<id>.
    address = models.CharField(max_length=254)
    channel = models.CharField(max_length=5, choices=Channel.choices)
    action = models.CharField(max_length=16, choices=ConsentAction.choices)
    # "" means every purpose.
    purpose = models.CharField(max_length=16, choices=Purpose.choices, blank=True)
    source = models.CharField(max_length=12, choices=ConsentSource.choices)
    words = models.TextField(blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    # When the person said it, where that was before we wrote it down: the date of a letter.
    said_at = models.DateTimeField(null=True)
    # The line that was an error of ours, of an UNDONE.
    corrects = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["address", "channel", "-id"], name="consent_address"),
            models.Index(
                fields=["corrects"],
                condition=models.Q(corrects__isnull=False),
                name="consent_corrects",
            ),
        ]
        permissions: ClassVar = [("change_consent", "Record what a member agreed to or refused")]

    def __str__(self) -> str:
        return f"{self.get_action_display()} · {self.get_channel_display()}"


class LedgerWaiting(models.Model):
    """An event that waits for its seal. The database writes it in the event's own transaction.

    The digest is of the event as it was written, so that one that is altered or removed before it
    is sealed is missed too.
    """

    event_id = models.BigIntegerField(primary_key=True)
    digest = models.BinaryField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"event {self.event_id}"


class LedgerSeal(models.Model):
    """One link of the hash chain over the ledger (customers/ledger/chain.py). Append-only."""

    # 1, 2, 3 …, without a gap.
    seq = models.BigIntegerField(primary_key=True)
    event_id = models.BigIntegerField(unique=True)
    digest = models.BinaryField()
    prev_hash = models.BinaryField()
    hash = models.BinaryField()
    sealed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["seq"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"seal {self.seq}"


class Suppression(models.Model):
    """An address that must not be used on a channel just now; it follows from the ledger."""

    # E.164, an email in lower case, or device:<id>.
    address = models.CharField(max_length=254)
    channel = models.CharField(max_length=5, choices=Channel.choices)
    # "" means every purpose.
    purpose = models.CharField(max_length=16, choices=Purpose.choices, blank=True)
    reason = models.CharField(max_length=12, choices=SuppressionReason.choices)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["address", "channel", "purpose", "reason"], name="suppression_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}: {self.get_reason_display()}"


class RefusedEmail(models.Model):
    """How many addresses were refused because 40 characters cannot hold them (RULES 22).

    The addresses themselves are not kept. The administrator sees from the counts whether the
    limit costs members.
    """

    day = models.DateField()
    source = models.CharField(max_length=12, choices=ConsentSource.choices)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["-day", "source"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "source"], name="refused_email_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.get_source_display()}: {self.count}"


# Tables with a file of their own; here Django finds them.
from customers.health_models import AddressEvent, AddressRepair, NumberLine  # noqa: E402

__all__ = [
    "Account",
    "AddressEvent",
    "AddressRepair",
    "ConsentEvent",
    "Customer",
    "Device",
    "NumberLine",
    "RefusedEmail",
    "Suppression",
]
