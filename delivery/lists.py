"""Which list a mail belongs to, and whether its reader may end it by a link (RULES 18 to 20).

A list is what an address may refuse by itself. It is named as `customers_suppression.purpose` names
it: a purpose, or a topic within one (`alert:12`, one alert type; `notices`).
"""

from enum import Enum

from common.choices import OWN_CONSENT_PURPOSES, Purpose

# Letters to the accounts of a file that are no alert: "your deposit is coming back".
NOTICES = "notices"
ALERT_PREFIX = "alert:"


class Offer(Enum):
    """What a mail lets its reader do about getting more of its kind."""

    # Ebills, notices of a disconnection or of a changed address, emergencies, codes.
    NOTHING = "nothing"
    # A link at its foot.
    PREFERENCES = "preferences"
    # That, and the header by which the mail program itself can end it (RFC 8058).
    ONE_CLICK = "one click"


# About the service, and still no must: people may turn them off, but not with a slip of the finger.
PREFERENCE_PURPOSES = frozenset(
    {Purpose.OUTAGE, Purpose.FIELD_WORK, Purpose.ASSISTANCE, Purpose.DEMAND_RESPONSE}
)

# The purposes that are lists as a whole.
PURPOSE_LISTS = frozenset(
    str(purpose.value) for purpose in PREFERENCE_PURPOSES | OWN_CONSENT_PURPOSES
)


def alert_topic(type_id: int) -> str:
    return f"{ALERT_PREFIX}{type_id}"


def list_of(*, purpose: str, topic: str) -> str:
    """The list of a mail; "" where it can't be refused."""
    return "" if offer_of(purpose=purpose, topic=topic) is Offer.NOTHING else topic or purpose


def offer_of(*, purpose: str, topic: str) -> Offer:
    if purpose in (Purpose.EMERGENCY, Purpose.VERIFICATION):
        return Offer.NOTHING
    if topic or purpose in OWN_CONSENT_PURPOSES:
        return Offer.ONE_CLICK
    return Offer.PREFERENCES if purpose in PREFERENCE_PURPOSES else Offer.NOTHING


def complaint_lists(*, topic: str) -> frozenset[str]:
    """What a spam complaint about a mail with such a topic ends together.

    Every purpose that can be refused at all, and the alert that was complained about. The other
    alerts were chosen and go on; ebills and what must be told can't be complained away.
    """
    return PURPOSE_LISTS | {topic} if topic else PURPOSE_LISTS
