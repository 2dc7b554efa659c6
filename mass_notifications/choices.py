"""The states of a mass notification, how often a type comes round, and why somebody is left out."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    CHECKING = "checking", _("Checking the file")
    CHECKED = "checked", _("Checked, not sent")
    WAITING_APPROVAL = "waiting_approval", _("Waiting for approval")
    SCHEDULED = "scheduled", _("Scheduled")
    SENDING = "sending", _("Sending")
    PAUSED = "paused", _("Paused")
    CANCELLED = "cancelled", _("Cancelled")
    FINISHED = "finished", _("Finished")


# Wording, channels and file may still be changed.
EDITABLE = frozenset({State.DRAFT, State.CHECKED})
# It has a batch: messages exist, or are being made.
STARTED = frozenset({State.SENDING, State.PAUSED, State.CANCELLED, State.FINISHED})
# A page about it has something to poll for.
MOVING = frozenset({State.CHECKING, State.SENDING})


class Frequency(models.TextChoices):
    ONCE = "once", _("Once")
    DAILY = "daily", _("Daily")
    WEEKLY = "weekly", _("Weekly")
    MONTHLY = "monthly", _("Monthly")
    YEARLY = "yearly", _("Yearly")


class LeftOut(models.TextChoices):
    """Why a good row gets nothing on a channel. The order is that of importance: the first
    that holds is named."""

    DO_NOT_CALL = "do_not_call", _("Do Not Call is on")
    OPTED_OUT = "opted_out", _("Opted out")
    BAD_ADDRESS = "bad_address", _("The address is bad")
    WAITING_YES = "waiting_yes", _("Has not yet replied YES to texts")
    NO_CONSENT = "no_consent", _("Did not agree to this kind of message")
    DUPLICATE = "duplicate", _("Listed twice in this file")
    NO_ADDRESS = "no_address", _("No address for this channel")
