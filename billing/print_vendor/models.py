"""What was exported for the print vendor."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class BillExport(models.Model):
    """A file that was written and verified. The same run with the same bytes is the same row."""

    date = models.DateField(_("bill date"))
    # "": all cycles.
    cycle = models.CharField(_("billing cycle"), max_length=6, blank=True)
    sha256 = models.CharField(max_length=64)
    bills = models.PositiveIntegerField(_("bills"))
    amount_cents = models.BigIntegerField(_("amount"))
    manifest = models.JSONField()
    # In the default storage; "" where it was written elsewhere.
    path = models.CharField(max_length=200, blank=True)
    first_at = models.DateTimeField(_("first exported"), default=timezone.now)
    last_at = models.DateTimeField(_("last exported"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("export for the print vendor")
        ordering: ClassVar = ["-last_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["date", "cycle", "sha256"], name="bill_export_once_a_file"
            )
        ]
        permissions: ClassVar = [("export_bills", "Export bills for the print vendor")]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.cycle}".strip()
