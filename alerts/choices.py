"""The words within an alert type and what is done with it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Trigger(models.TextChoices):
    EVENT = "event", _("As soon as it is told")
    CALENDAR = "calendar", _("On a day that follows from a date")


class Timing(models.TextChoices):
    """Which side of the fact's date a calendar alert lies on."""

    BEFORE = "before", _("Days before")
    AFTER = "after", _("Days after")


class FallbackState(models.TextChoices):
    VOICE = "voice", _("Calling")
    EMAIL = "email", _("Writing an email")
    TASK = "task", _("A person is asked to see to it")
    DONE = "done", _("Done")
    REACHED = "reached", _("Reached")


class EnrollmentState(models.TextChoices):
    CHECKING = "checking", _("Being looked at")
    CHECKED = "checked", _("Waiting for you")
    APPLYING = "applying", _("Being turned on")
    APPLIED = "applied", _("Turned on")
    UNDOING = "undoing", _("Being taken back")
    UNDONE = "undone", _("Taken back")


class LeftOut(models.TextChoices):
    """Why a bulk enrollment leaves out an account on a channel."""

    UNKNOWN_ACCOUNT = "unknown_account", _("Not one of our accounts")
    CLOSED = "closed", _("Account closed")
    ALREADY_ON = "already_on", _("On already")
    NO_ADDRESS = "no_address", _("No address or number")
    DO_NOT_CALL = "do_not_call", _("Do Not Call is on")
    OPTED_OUT = "opted_out", _("Opted out")
    BAD_ADDRESS = "bad_address", _("Bad address")
    WAITING_YES = "waiting_yes", _("Waits for YES")
    NO_CONSENT = "no_consent", _("No consent on record")
