"""What a returned mail means for the address that it was sent to."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Verdict(models.TextChoices):
    """RULES 21."""

    BAD = "bad", _("Bad address")
    # Bad after three in 30 days.
    SOFT = "soft", _("Soft bounce")
    # Never the address's fault.
    POLICY = "policy", _("Refused by policy")
    NOT_A_BOUNCE = "not-a-bounce", _("Not a bounce")
