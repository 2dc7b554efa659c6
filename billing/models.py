"""Facts as the billing system told them. Money is in integer cents; each row is one fact.

`fact_id` is the billing system's own id, unique within a kind. Told again without a difference, a
fact stays as it is; told with one, it is corrected: `revision` goes up by one and `changed_at`
moves. Rows are written by billing.facts alone.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.choices import ChangedDetail, Kind, PaymentMethod
from customers.models import Account

FACT_ID_LENGTH = 64


class Fact(models.Model):
    fact_id = models.CharField(_("fact's id"), max_length=FACT_ID_LENGTH)
    # Each kind has its own index that begins with the account.
    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="%(class)ss", db_index=False
    )
    told_at = models.DateTimeField(_("told"), default=timezone.now)
    changed_at = models.DateTimeField(_("last corrected"), default=timezone.now)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["fact_id"], name="%(class)s_fact_id")
        ]

    def __str__(self) -> str:
        return self.fact_id


class Bill(Fact):
    number = models.CharField(_("bill number"), max_length=30)
    date = models.DateField(_("bill date"))
    due_date = models.DateField(_("due date"), db_index=True)
    amount_cents = models.BigIntegerField(_("amount"))
    # Still to be paid on this bill, by the billing system's word; below zero: a credit. A file
    # that does not tell it means the whole amount.
    balance_cents = models.BigIntegerField(_("balance"))
    period_start = models.DateField(_("service from"), null=True)
    period_end = models.DateField(_("service to"), null=True)
    kwh = models.DecimalField(_("kWh"), max_digits=12, decimal_places=3, null=True)

    class Meta(Fact.Meta):
        indexes: ClassVar = [models.Index(fields=["account", "-date"], name="bill_of_account")]
        permissions: ClassVar = [("tell_facts", "Tell facts: bills, payments and the like")]


class Payment(Fact):
    at = models.DateTimeField(_("paid at"))
    amount_cents = models.BigIntegerField(_("amount"))
    method = models.CharField(_("method"), max_length=10, choices=PaymentMethod.choices)
    recurring = models.BooleanField(_("recurring"), default=False)
    bill = models.ForeignKey(Bill, null=True, on_delete=models.SET_NULL, related_name="payments")

    class Meta(Fact.Meta):
        indexes: ClassVar = [models.Index(fields=["account", "-at"], name="payment_of_account")]


class ReturnedCheck(Fact):
    date = models.DateField(_("returned on"))
    amount_cents = models.BigIntegerField(_("amount"))
    fee_cents = models.BigIntegerField(_("fee"), default=0)
    reason = models.CharField(_("reason"), max_length=120, blank=True)
    payment = models.ForeignKey(
        Payment, null=True, on_delete=models.SET_NULL, related_name="returned_checks"
    )

    class Meta(Fact.Meta):
        indexes: ClassVar = [
            models.Index(fields=["account", "-date"], name="returned_check_of_account")
        ]


class Arrangement(Fact):
    """A promise to pay what is owed in installments."""

    made_on = models.DateField(_("made on"))
    amount_cents = models.BigIntegerField(_("amount"))

    class Meta(Fact.Meta):
        indexes: ClassVar = [
            models.Index(fields=["account", "-made_on"], name="arrangement_of_account")
        ]


class Installment(Fact):
    arrangement = models.ForeignKey(
        Arrangement, on_delete=models.CASCADE, related_name="installments", db_index=False
    )
    number = models.PositiveIntegerField(_("installment"))
    due_date = models.DateField(_("due date"), db_index=True)
    amount_cents = models.BigIntegerField(_("amount"))
    paid_at = models.DateTimeField(_("paid at"), null=True)

    class Meta(Fact.Meta):
        constraints: ClassVar = [
            *Fact.Meta.constraints,
            models.UniqueConstraint(fields=["arrangement", "number"], name="installment_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["account", "due_date"], name="installment_of_account")
        ]


class UsageRead(Fact):
    """One day of one account. Where the file has no id, it is `<account key>:<day>`."""

    day = models.DateField(_("day"))
    kwh = models.DecimalField(_("kWh"), max_digits=12, decimal_places=3)

    class Meta(Fact.Meta):
        constraints: ClassVar = [
            *Fact.Meta.constraints,
            models.UniqueConstraint(fields=["account", "day"], name="usage_read_once_a_day"),
        ]


class PendingDisconnect(Fact):
    after_date = models.DateField(_("disconnect after"), db_index=True)
    amount_cents = models.BigIntegerField(_("amount that prevents it"))
    resolved_at = models.DateTimeField(_("resolved at"), null=True)

    class Meta(Fact.Meta):
        indexes: ClassVar = [
            models.Index(fields=["account", "-after_date"], name="disconnect_of_account")
        ]


class AccountChange(Fact):
    """A detail that changed in the billing system; the old contact is told as well (RULES 27)."""

    what = models.CharField(_("what changed"), max_length=20, choices=ChangedDetail.choices)
    old = models.CharField(_("before"), max_length=254, blank=True)
    new = models.CharField(_("after"), max_length=254, blank=True)
    at = models.DateTimeField(_("changed at"))

    class Meta(Fact.Meta):
        indexes: ClassVar = [
            models.Index(fields=["account", "-at"], name="account_change_of_account")
        ]


# Tables of what is done with bills live beside it; here Django finds them.
from billing.ebills.models import BillCopies  # noqa: E402
from billing.fact_files.models import FactFile  # noqa: E402
from billing.messages import BillingMessage  # noqa: E402
from billing.print_vendor.models import BillExport, ExportRequest  # noqa: E402

__all__ = [
    "AccountChange",
    "Arrangement",
    "Bill",
    "BillCopies",
    "BillExport",
    "BillingMessage",
    "ExportRequest",
    "FactFile",
    "Installment",
    "Payment",
    "PendingDisconnect",
    "ReturnedCheck",
    "UsageRead",
]


class News(models.Model):
    """Facts that the rooms above have not heard of yet: written with them, gone when it is told.

    A process that dies between the commit and the signal forgets nothing by that.
    """

    kind = models.CharField(max_length=20, choices=Kind.choices)
    ids = ArrayField(models.BigIntegerField())
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.kind}: {len(self.ids)}"
