"""What a text to us can mean."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReplyKind(models.TextChoices):
    REVOKE = "revoke", _("Wants no more")
    START = "start", _("Wants messages")
    HELP = "help", _("Asks for help")
    # May be meant as a stop: the number is suppressed, and a person decides (RULES 5).
    UNCLEAR = "unclear", _("Unclear")
    OTHER = "other", _("Something else")


class Review(models.TextChoices):
    """What became of a text that a person has to read."""

    NOT_NEEDED = "", _("Not needed")
    WAITING = "waiting", _("Waits for you")
    STOP = "stop", _("It was a stop")
    LIFTED = "lifted", _("Not a stop")
    # START or STOP came behind it.
    ANSWERED = "answered", _("The member said more")


class StopScope(models.TextChoices):
    """What one STOP stops (RULES 8)."""

    ALL = "all", _("Everything")
    KIND = "kind", _("Messages of the same kind")
