"""A file of facts that somebody uploaded."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.choices import FactFileState, Kind


class FactFile(models.Model):
    """Written by billing.fact_files.taking alone."""

    kind = models.CharField(_("fact"), max_length=20, choices=Kind.choices)
    # In the default storage; "" once the file is of no use any more.
    path = models.CharField(max_length=200, blank=True)
    name = models.CharField(_("file"), max_length=200)
    size = models.PositiveBigIntegerField(_("size"))
    state = models.CharField(
        max_length=9, choices=FactFileState.choices, default=FactFileState.CHECKING
    )
    # Why it can't be used, in English (common.sentences).
    problem = models.TextField(blank=True)
    # billing.facts.Report as JSON: of the dry run, then of the import.
    report = models.JSONField(null=True)
    # Begun so often: above one, a worker was lost in the middle.
    attempts = models.PositiveIntegerField(default=0)
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # Since it has its state.
    changed_at = models.DateTimeField(default=timezone.now)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(
                fields=["changed_at"],
                name="fact_file_at_work",
                condition=models.Q(state__in=["checking", "importing"]),
            )
        ]
        permissions: ClassVar = [("import_facts", "Import files of facts")]

    def __str__(self) -> str:
        return f"{self.pk}: {self.kind}"
