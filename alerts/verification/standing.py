"""How it stands with each contact of a member, as it is shown beside it: one state, since when."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from alerts.verification.choices import OptInState
from alerts.verification.limits import again_at
from alerts.verification.models import OptIn
from common.choices import Channel
from common.phones import display_phone
from customers.address_health import Health, health_of
from customers.addresses import normal_address
from customers.choices import (
    AddressState,
    ConsentAction,
    EmailSlot,
    NumberSlot,
    SuppressionReason,
)
from customers.models import ConsentEvent, Customer, Suppression
from customers.selectors import customers_by_email, customers_by_number


class Standing(models.TextChoices):
    # An email whose holder said so by the link; a number, by a code or a YES.
    CONFIRMED = "confirmed", _("Confirmed")
    OPTED_IN = "opted_in", _("Opted in")
    NOT_VERIFIED = "not_verified", _("Not yet verified")
    WAITING = "waiting", _("Waiting for YES")
    NO_ANSWER = "no_answer", _("Did not reply YES")
    TROUBLE = "trouble", _("Not reached lately")
    BAD = "bad", _("Bad address")
    OPTED_OUT = "opted_out", _("Opted out")
    DO_NOT_CALL = "do_not_call", _("Do Not Call")


# Which of several reasons is shown.
_REFUSED = (
    (SuppressionReason.DO_NOT_CALL, Standing.DO_NOT_CALL),
    (SuppressionReason.OPTED_OUT, Standing.OPTED_OUT),
    (SuppressionReason.BAD_ADDRESS, Standing.BAD),
)
_MAY_VERIFY = {Standing.NOT_VERIFIED, Standing.TROUBLE, Standing.BAD, Standing.NO_ANSWER}


@dataclass(frozen=True, slots=True)
class Contact:
    slot: EmailSlot | NumberSlot
    # The channel that it is verified and judged on.
    channel: Channel
    # As the member writes it; "" where there is none.
    address: str
    shown: str
    standing: Standing
    since: datetime | None = None
    words: str = ""
    # When the next verification may be sent; None: now.
    next_at: datetime | None = None

    @property
    def may_verify(self) -> bool:
        return bool(self.address) and self.standing in {*_MAY_VERIFY, Standing.WAITING}


def contacts_of(customer: Customer, *, now: datetime) -> list[Contact]:
    """Email 1, Email 2, mobile and home number, in this order, those that are empty too."""
    slots: list[tuple[EmailSlot | NumberSlot, Channel, str]] = [
        (EmailSlot.EMAIL_1, Channel.EMAIL, customer.email_1),
        (EmailSlot.EMAIL_2, Channel.EMAIL, customer.email_2),
        (NumberSlot.MOBILE, Channel.TEXT, _e164(customer.mobile_number)),
        (NumberSlot.HOME, Channel.VOICE, _e164(customer.home_number)),
    ]
    asked = [(address, channel) for _slot, channel, address in slots if address]
    # A number may have been verified by a call as well.
    asked += [(address, Channel.VOICE) for _s, c, address in slots if address and c is Channel.TEXT]
    health = health_of(asked)
    return [
        _contact(customer, slot, channel, address, health, now) for slot, channel, address in slots
    ]


def is_verified(address: str) -> bool:
    """Whether the address was confirmed, and nobody but those who held it then holds it now."""
    key = normal_address(address)
    channels = [Channel.EMAIL] if "@" in key else [Channel.TEXT, Channel.VOICE]
    return any(
        _still_confirmed(key, health)
        for health in health_of((key, channel) for channel in channels).values()
    )


def _contact(
    customer: Customer,
    slot: EmailSlot | NumberSlot,
    channel: Channel,
    address: str,
    health: dict[tuple[str, Channel], Health],
    now: datetime,
) -> Contact:
    if not address:
        return Contact(slot, channel, "", "", Standing.NOT_VERIFIED)
    key = normal_address(address)
    shown = address if channel is Channel.EMAIL else display_phone(address)
    known = [health[key, channel]]
    if channel is Channel.TEXT:
        known.append(health[key, Channel.VOICE])
    standing, since, words = _standing(key, channel, known)
    next_at = again_at(address=key, customer_id=customer.pk, caller="", now=now)
    return Contact(slot, channel, address, shown, standing, since, words, next_at)


def _standing(
    key: str, channel: Channel, known: list[Health]
) -> tuple[Standing, datetime | None, str]:
    reasons = {row.reason: row for row in Suppression.objects.filter(address=key, channel=channel)}
    for reason, standing in _REFUSED:
        row = reasons.get(reason)
        if row is not None and not row.purpose:
            return standing, row.since, known[0].words
    if SuppressionReason.WAITING_YES in reasons:
        asked = OptIn.objects.filter(number=key).order_by("-pk").first()
        if asked is not None and asked.state == OptInState.WAITING:
            return Standing.WAITING, asked.asked_at, ""
        since = asked.asked_at if asked is not None else None
        return Standing.NO_ANSWER, since, ""
    if known[0].state == AddressState.SOFT_BOUNCING:
        return Standing.TROUBLE, known[0].at, known[0].words
    for health in known:
        if _still_confirmed(key, health):
            stands = Standing.CONFIRMED if channel is Channel.EMAIL else Standing.OPTED_IN
            return stands, health.at, health.words
    return Standing.NOT_VERIFIED, None, ""


def _still_confirmed(key: str, health: Health) -> bool:
    """A confirmation is of those who held the address then: where it went to somebody else
    meanwhile, or away and back again, it is to be verified anew."""
    if health.state != AddressState.CONFIRMED or health.at is None:
        return False
    holders = (customers_by_email(key) if "@" in key else customers_by_number(key)).values_list(
        "pk", flat=True
    )
    given = dict(
        ConsentEvent.objects.filter(
            address=key, action=ConsentAction.GIVEN, customer_id__in=list(holders)
        )
        .values("customer_id")
        .annotate(last=Max("at"))
        .values_list("customer_id", "last")
    )
    return any(given.get(pk) is None or given[pk] <= health.at for pk in holders)


def _e164(number: object) -> str:
    return normal_address(number) if number else ""
