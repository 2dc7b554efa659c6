"""Reports that came before we knew the provider's id of the message."""

from typing import ClassVar

from django.db import models

from delivery.choices import Status


class WebhookReport(models.Model):
    """A provider may report before its answer to our request is recorded; the word is kept."""

    provider = models.CharField(max_length=16)
    provider_id = models.CharField(max_length=120)
    status = models.CharField(max_length=10, choices=Status.choices)
    code = models.CharField(max_length=40)
    reason = models.CharField(max_length=200)
    bad_address = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["provider", "provider_id"], name="webhook_early")]

    def __str__(self) -> str:
        return f"{self.provider} {self.provider_id}: {self.status}"
