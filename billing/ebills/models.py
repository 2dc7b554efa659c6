"""Which copies of its bills an account gets."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.choices import ConsentSource
from customers.models import Account


class BillCopies(models.Model):
    """One paper bill and two emailed ones in any combination, but at least one. An account
    without a row gets paper. Written by billing.ebills.copies alone."""

    account = models.OneToOneField(
        Account, primary_key=True, on_delete=models.CASCADE, related_name="bill_copies"
    )
    paper = models.BooleanField(_("paper bill"), default=True)
    email_1 = models.BooleanField(_("emailed to Email 1"), default=False)
    email_2 = models.BooleanField(_("emailed to Email 2"), default=False)
    changed_at = models.DateTimeField(_("last changed"), default=timezone.now)
    source = models.CharField(_("changed by way of"), max_length=12, choices=ConsentSource.choices)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("bill copies")
        verbose_name_plural = _("bill copies")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(paper=True) | models.Q(email_1=True) | models.Q(email_2=True),
                name="at_least_one_bill_copy",
            )
        ]

    def __str__(self) -> str:
        chosen = [("paper", self.paper), ("Email 1", self.email_1), ("Email 2", self.email_2)]
        return ", ".join(words for words, on in chosen if on)
