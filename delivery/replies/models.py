"""What members texted to us."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.choices import Channel, Purpose
from customers.models import NUMBER_LENGTH, Customer
from delivery.replies.choices import ReplyKind, Review


class InboundText(models.Model):
    """One text to us: word for word, what we read it as, and what we answered."""

    # The provider's id: a text that is told twice is taken once.
    sid = models.CharField(max_length=40, unique=True)
    number = models.CharField(_("from"), max_length=NUMBER_LENGTH)
    to = models.CharField(_("to"), max_length=NUMBER_LENGTH, blank=True)
    body = models.TextField(_("text"), blank=True)
    at = models.DateTimeField(_("when"), auto_now_add=True)
    # Who held the number when the text came: it stays with them when the number moves on.
    customers = models.ManyToManyField(Customer, related_name="+", blank=True)
    kind = models.CharField(_("read as"), max_length=8, choices=ReplyKind.choices)
    rule = models.CharField(_("because of"), max_length=120)
    answer = models.TextField(_("our answer"), blank=True)
    # The channels that this text turned off and that were on before it.
    turned_off = ArrayField(
        models.CharField(max_length=5, choices=Channel.choices), default=list, blank=True
    )
    # What the last text to the number was about: "only this kind" means it.
    about = models.CharField(max_length=16, choices=Purpose.choices, blank=True)
    review = models.CharField(
        _("decision"), max_length=8, choices=Review.choices, default=Review.NOT_NEEDED, blank=True
    )
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    review_words = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["number", "-id"], name="inbound_number"),
            models.Index(
                fields=["id"],
                name="inbound_waiting",
                condition=models.Q(review=Review.WAITING),
            ),
        ]
        permissions: ClassVar = [("review_inboundtext", "Decide what an unclear reply means")]

    def __str__(self) -> str:
        return f"{self.pk}: {self.get_kind_display()}"
