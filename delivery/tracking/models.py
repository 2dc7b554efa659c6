"""Who opened what, until it is only counted."""

from typing import ClassVar

from django.db import models


class Reaction(models.Model):
    """The first time that a mail was opened (link 0), or that a link in it was followed.

    No address of the net and no name of a program is kept. Written by `collecting` alone; thrown
    away after TRACKING_DAYS, when only `ReactionTotal` is left.
    """

    message_id = models.BigIntegerField()
    batch_id = models.BigIntegerField()
    link = models.PositiveSmallIntegerField()
    first_at = models.DateTimeField()
    # Nobody but machines so far.
    by_machine = models.BooleanField()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message_id", "link"], name="reaction_once")
        ]
        indexes: ClassVar = [models.Index(fields=["batch_id"], name="reaction_batch")]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.link}"


class ReactionTotal(models.Model):
    """What is left of a batch whose reactions were thrown away."""

    batch_id = models.BigIntegerField(primary_key=True)
    opened = models.PositiveIntegerField()
    clicked = models.PositiveIntegerField()
    machines = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.opened}"
