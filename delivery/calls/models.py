"""The calls that a message made: one row for each time that a number was rung."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Ending(models.TextChoices):
    """How a call ended. "" while nobody has said."""

    ANSWERED = "answered", _("Answered")
    MACHINE = "machine", _("An answering machine took the message")
    BUSY = "busy", _("The line was busy")
    NO_ANSWER = "no_answer", _("Nobody answered")
    FAILED = "failed", _("The call could not be put through")
    CANCELED = "canceled", _("The call was canceled")
    FAX = "fax", _("A fax machine answered")
    NOBODY = "nobody", _("Nobody has this number")
    # The provider refused it, or certainly never had it: no telephone rang.
    NOT_PLACED = "not_placed", _("The call was not placed")


class CallAttempt(models.Model):
    """Written when its message is claimed, so that a call that is in doubt counts as one."""

    message_id = models.BigIntegerField()
    # Which claim of the message it is (Message.claims): nobody else's end can be taken for its.
    claim = models.PositiveIntegerField()
    # Message.attempts at that time: 1 begins anew, where a person pressed "retry the failed".
    attempt = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=16)
    provider = models.CharField(max_length=16)
    provider_id = models.CharField(max_length=120, blank=True, db_default="")
    at = models.DateTimeField()
    # Who picked up, where that is said while the call goes on: a person, a machine or a fax.
    answered_by = models.CharField(max_length=10, choices=Ending.choices, blank=True, db_default="")
    ending = models.CharField(max_length=10, choices=Ending.choices, blank=True, db_default="")
    ended_at = models.DateTimeField(null=True)
    # Where the end was followed by another call: not before then.
    again_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message_id", "claim"], name="call_once_a_claim")
        ]
        indexes: ClassVar = [
            models.Index(fields=["number", "at"], name="call_number"),
            models.Index(
                fields=["provider_id"],
                name="call_provider_id",
                condition=~models.Q(provider_id=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}, call {self.attempt}: {self.ending or '…'}"
