"""Keys with which machines come in."""

from typing import ClassVar

from django.contrib.auth.models import Permission
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ApiKey(models.Model):
    """A key of one machine: its digest alone is kept, so the key is shown once and never again."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    # SHA-256, in hexadecimal. The key has 256 bits of chance: a slow hash would add nothing.
    digest = models.CharField(max_length=64, unique=True)
    permissions = models.ManyToManyField(Permission, related_name="+")
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    used_at = models.DateTimeField(_("last used"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    class Meta:
        ordering: ClassVar = ["name"]
        verbose_name = _("API key")

    def __str__(self) -> str:
        return self.name
