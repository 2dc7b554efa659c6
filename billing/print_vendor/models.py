"""What was exported for the print vendor."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.choices import ExportState


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

    @property
    def file_name(self) -> str:
        """What a download is called: bills-2026-11-20-03.txt."""
        return f"bills-{self.date:%Y-%m-%d}{'-' if self.cycle else ''}{self.cycle}.txt"


class ExportRequest(models.Model):
    """An export that somebody asked for on the page, and what became of it."""

    date = models.DateField(_("bill date"))
    cycle = models.CharField(_("billing cycle"), max_length=6, blank=True)
    state = models.CharField(max_length=8, choices=ExportState.choices, default=ExportState.WAITING)
    # In words, where it failed.
    problem = models.TextField(blank=True)
    export = models.ForeignKey(BillExport, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField(_("asked for"), default=timezone.now)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("asked-for export")
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.cycle} {self.state}"
