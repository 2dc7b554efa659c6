"""What the preference page lists: the same for everybody, so that it tells nothing of anybody."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from alerts.models import AlertType
from alerts.types import topic_of
from common.choices import Channel, Purpose
from delivery.lists import NOTICES
from delivery.unsubscribing import is_refused


@dataclass(frozen=True, slots=True)
class Row:
    """Something that may be sent to the address, and whether it is stopped."""

    list: str
    name: str
    about: str
    stopped: bool
    # The mail whose link was followed is of this list.
    is_this: bool


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    rows: list[Row]


def sections(*, refused: Collection[str], this: str) -> list[Section]:
    """`refused`: what the address has refused; `this`: the list of the mail that led here."""

    def row(list_name: str, name: str, about: str = "") -> Row:
        return Row(list_name, name, about, is_refused(list_name, refused), list_name == this)

    news = [
        row(Purpose.NEWSLETTER, _("Newsletter"), _("Our news and events.")),
        row(Purpose.MARKETING, _("Offers and programs"), _("Rebates, products and programs.")),
    ]
    service = [
        row(Purpose.OUTAGE, _("Power outages"), _("When power is out, and when it is back.")),
        row(Purpose.FIELD_WORK, _("Work near you"), _("Tree trimming, poles, lines and meters.")),
        row(
            Purpose.DEMAND_RESPONSE,
            _("Energy saving events"),
            _("When using less for some hours helps everybody."),
        ),
        row(Purpose.ASSISTANCE, _("Help with bills"), _("Programs that help to pay.")),
    ]
    alerts = [row(topic, name) for topic, name in alert_topics()]
    alerts.append(row(NOTICES, _("Other letters about your account")))
    return [
        Section(_("News and offers"), news),
        Section(_("About your service"), service),
        Section(_("Alerts and reminders"), alerts),
    ]


def alert_topics() -> list[tuple[str, str]]:
    """The alerts that go by email and may be turned off: topic and name."""
    spanish = (get_language() or "").startswith("es")
    types = AlertType.objects.filter(enabled=True, channels__contains=[Channel.EMAIL.value])
    return [
        (topic, (type.name_es if spanish else "") or type.name)
        for type in types
        if (topic := topic_of(type))
    ]
