"""Kinds of webhooks."""

from django.db import models


class EventKind(models.TextChoices):
    """What a provider's word is about, which says how it is applied."""

    REPORT = "report", "What became of a message"
    TEXT = "text", "A text to us"
    KEY = "key", "A key pressed in a call"
    SUBSCRIPTION = "subscription", "A topic that wants to tell us"
