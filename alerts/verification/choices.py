"""The states of a verification and of a question that waits for YES."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    """What became of a code or a link. It is open until its time is over."""

    OPEN = "open", _("Waiting")
    CONFIRMED = "confirmed", _("Confirmed")
    REPLACED = "replaced", _("Replaced by a newer one")
    TRIED_OUT = "tried_out", _("Too many wrong codes")


class OptInState(models.TextChoices):
    WAITING = "waiting", _("Waiting for YES")
    AGREED = "agreed", _("Replied YES")
    EXPIRED = "expired", _("No answer")
    WITHDRAWN = "withdrawn", _("No longer wanted")


class CodeAnswer(models.TextChoices):
    """What is said to somebody who typed a code."""

    CONFIRMED = "confirmed", _("That is the code. The number is confirmed.")
    WRONG = "wrong", _("That is not the code.")
    EXPIRED = "expired", _("The code is older than ten minutes. Send a new one.")
    TRIED_OUT = "tried_out", _("Too many wrong codes. Send a new one.")
    NONE = "none", _("There is no code for this number. Send one first.")
