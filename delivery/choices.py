"""Lanes, states and units."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Lane(models.TextChoices):
    URGENT = "urgent", _("Urgent")
    BULK = "bulk", _("Bulk")


class BatchState(models.TextChoices):
    OPEN = "open", _("Open")
    PAUSED = "paused", _("Paused")
    CANCELLED = "cancelled", _("Cancelled")
    FINISHED = "finished", _("Finished")


class RateUnit(models.TextChoices):
    MESSAGE = "message", _("messages")
    SEGMENT = "segment", _("segments")


class Status(models.TextChoices):
    """What became of a message. `statuses.py` says which may follow which."""

    QUEUED = "queued", _("Waiting")
    HELD = "held", _("Held for quiet hours")
    SENDING = "sending", _("Being handed over")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    OPENED = "opened", _("Opened")
    FAILED = "failed", _("Failed")
    BOUNCED = "bounced", _("Bounced")
    SUPPRESSED = "suppressed", _("Left out")
    CANCELLED = "cancelled", _("Cancelled")
    UNKNOWN = "unknown", _("In doubt")
