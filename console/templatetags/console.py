"""What every staff page shows around its content, and the states of sendings and messages."""

from datetime import datetime, time
from math import ceil
from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common.choices import OWN_CONSENT_PURPOSES, SERVICE_PURPOSES, Channel, Purpose
from common.phones import display_phone
from common.sentences import translated
from common.templatetags.components import chip, how_long, icon
from common.zone_names import clock_there, zone_name
from console.customers.shared import SEE as SEE_CUSTOMER
from console.navigation import READ_MASS, LinkedSection, sections_for
from console.roles import Role
from customers.quiet_hours import clock_words
from delivery.choices import RateUnit, Status
from delivery.held import HeldGroup
from delivery.models import Sender
from mass_notifications.choices import State
from mass_notifications.models import MassNotification
from mass_notifications.preview import Part
from mass_notifications.progress import LEFT_OUT_LATE
from mass_notifications.selectors import Lane, Look
from mass_notifications.summary import ChannelSummary, Summary

register = template.Library()

STATES = {
    State.DRAFT: ("", "pencil"),
    State.CHECKING: ("info", "search"),
    State.CHECKED: ("info", "check"),
    State.WAITING_APPROVAL: ("warn", "user"),
    State.SCHEDULED: ("info", "calendar"),
    State.SENDING: ("ok", "play"),
    State.PAUSED: ("warn", "pause"),
    State.CANCELLED: ("bad", "x"),
    State.FINISHED: ("ok", "check"),
}
STATUSES = {
    Status.QUEUED: ("", "clock"),
    Status.HELD: ("warn", "moon"),
    Status.SENDING: ("info", "play"),
    Status.SENT: ("info", "send"),
    Status.DELIVERED: ("ok", "check"),
    Status.OPENED: ("ok", "eye"),
    Status.FAILED: ("bad", "x"),
    Status.BOUNCED: ("bad", "x"),
    Status.SUPPRESSED: ("", "stop"),
    Status.CANCELLED: ("", "stop"),
    Status.UNKNOWN: ("warn", "question"),
}


@register.simple_tag(takes_context=True)
def console_navigation(context: template.Context) -> list[LinkedSection]:
    return sections_for(context["request"])


@register.simple_tag(takes_context=True)
def console_search(context: template.Context) -> dict[str, Any] | None:
    """Where the search box leads, and what it says; nothing where this person has no lists.

    Who may see members finds them from every page. What is typed then is personal: it is posted,
    and stands in no address (`console/customers/find.py`).
    """
    request: HttpRequest = context["request"]
    if request.user.has_perm(SEE_CUSTOMER):
        return {
            "href": reverse("console:customers"),
            "label": _("Find a member"),
            "words": _("Name, account, phone, email, address"),
            "posts": True,
        }
    if request.user.has_perm(READ_MASS):
        words = _("Find a mass notification")
        return {"href": reverse("console:mass_list"), "label": words, "words": words}
    return None


@register.simple_tag(takes_context=True)
def console_roles(context: template.Context) -> str:
    """The person's roles, in words."""
    names = context["request"].user.groups.order_by("name").values_list("name", flat=True)
    known = dict(Role.choices)
    return ", ".join(str(known.get(name, name)) for name in names)


@register.simple_tag
def state_chip(notification: MassNotification) -> SafeString:
    if notification.state == State.DRAFT and notification.check_error:
        return chip("bad", "file", _("File can't be used"))
    tone, drawing = STATES.get(State(notification.state), ("", "info"))
    return chip(tone, drawing, notification.get_state_display())


@register.simple_tag
def status_chip(status: str) -> SafeString:
    known = Status(status)
    return chip(*STATUSES[known], known.label)


@register.simple_tag
def channel_label(channel: str) -> str:
    return str(Channel(channel).label)


@register.simple_tag
def channel_icon(channel: str) -> SafeString:
    """The drawing with its word for those who don't see it."""
    label = Channel(channel).label
    return format_html(
        '<span title="{}">{}<span class="visually-hidden">{}</span></span>',
        label,
        icon(channel),
        label,
    )


@register.simple_tag
def when(moment: datetime | None, seconds: bool = False, day: bool = False) -> SafeString:
    """On the utility's clock: the time alone today, the day too before. `day`: always the day with
    its year, for what is printed and read years later."""
    if moment is None:
        return SafeString("–")
    local, today = timezone.localtime(moment), timezone.localdate()
    # Translators: a time of day; a format for dates, as Django's `date` filter takes it.
    words = local.strftime("%H:%M:%S") if seconds else formats.date_format(local, _("g:i A"))
    if day or local.year != today.year:
        words = f"{formats.date_format(local, 'SHORT_DATE_FORMAT')}, {words}"
    elif local.date() != today:
        # Translators: a day of this year; a format for dates, as Django's `date` filter takes it.
        words = f"{formats.date_format(local, _('M j'))}, {words}"
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="seconds"), words)


register.filter("translated", translated)


@register.simple_tag
def goes_at(moment: datetime, zone: str) -> SafeString:
    """When a message goes, on the clock of whoever gets it: `tomorrow, 8:00 AM Eastern`."""
    stamp = moment.isoformat(timespec="seconds")
    return format_html('<time datetime="{}">{}</time>', stamp, clock_there(moment, zone))


register.simple_tag(zone_name)


@register.filter
def reason_words(reason: str) -> str:
    """Why a message did not go: the codes of what is left out, else what the provider said."""
    return str(LEFT_OUT_LATE.get(reason) or translated(reason))


@register.filter
def by_channel(summary: Summary) -> list[tuple[str, ChannelSummary]]:
    """The channels in their own order; JSON in the database keeps none."""
    return [(c.value, summary.channels[c]) for c in Channel if c in summary.channels]


@register.filter
def add_one(number: int) -> int:
    return number + 1


@register.simple_tag
def parts(pieces: list[Part]) -> SafeString:
    """Words with the personal ones marked."""
    return format_html_join(
        "",
        "{}",
        ((format_html("<mark>{}</mark>", p.text) if p.personal else p.text,) for p in pieces),
    )


_DELIMITERS = {
    ",": gettext_lazy("comma between columns"),
    ";": gettext_lazy("semicolon between columns"),
    "\t": gettext_lazy("tab between columns"),
    "|": gettext_lazy("bar between columns"),
}


@register.filter
def together(addresses: str | list[str]) -> str:
    """One address or several, in a line."""
    return addresses if isinstance(addresses, str) else ", ".join(addresses)


@register.simple_tag
def delimiter_words(delimiter: str) -> str:
    return str(_DELIMITERS.get(delimiter, delimiter))


@register.simple_tag
def pace_words(channel: str, found: ChannelSummary) -> str:
    """How fast a channel goes, and whose limit that is (RULES 17)."""
    segments = found.rate_unit == RateUnit.SEGMENT
    values = {
        "channel": Channel(channel).label,
        "rate": formats.number_format(found.rate, decimal_pos=0 if found.rate % 1 == 0 else 1),
        "sender": display_phone(found.sender_address)
        if found.sender_address.startswith("+")
        else found.sender_address or found.sender,
    }
    words = (
        ngettext(
            "%(channel)s: %(rate)s segment a second, the limit of %(sender)s.",
            "%(channel)s: %(rate)s segments a second, the limit of %(sender)s.",
            ceil(found.rate),
        )
        if segments
        else ngettext(
            "%(channel)s: %(rate)s message a second, the limit of %(sender)s.",
            "%(channel)s: %(rate)s messages a second, the limit of %(sender)s.",
            ceil(found.rate),
        )
    )
    return words % values


@register.simple_tag
def rate_words(sender: Sender) -> str:
    """A sender's limit: "3 segments a second"."""
    rate = formats.number_format(sender.rate, decimal_pos=0 if sender.rate % 1 == 0 else 1)
    if sender.rate_unit == RateUnit.SEGMENT:
        words = ngettext(
            "%(rate)s segment a second", "%(rate)s segments a second", ceil(sender.rate)
        )
    else:
        words = ngettext(
            "%(rate)s message a second", "%(rate)s messages a second", ceil(sender.rate)
        )
    return words % {"rate": rate}


@register.simple_tag
def purpose_words(purpose: str) -> str:
    """What a purpose means for consent and hours, in a sentence (RULES 1 to 3, 9)."""
    if purpose in SERVICE_PURPOSES:
        consent = _("The number that a member gave is consent enough.")
    elif purpose in OWN_CONSENT_PURPOSES:
        consent = _("Only to those who agreed to this kind of message.")
    elif purpose == Purpose.EMERGENCY:
        consent = _("Restricted: it needs a reason, which is kept.")
    else:
        consent = _("Texts and calls only to those who opted in.")
    if purpose in settings.QUIET_HOURS_EXEMPT_PURPOSES:
        return f"{consent} " + _("It may go out at any hour.")
    return f"{consent} " + _(
        "Texts and calls keep to %(opens)s to %(closes)s where the phone rings."
    ) % {
        "opens": clock_words(time.fromisoformat(settings.QUIET_HOURS_OPEN)),
        "closes": clock_words(time.fromisoformat(settings.QUIET_HOURS_CLOSE)),
    }


@register.simple_tag
def lane_words(lane: Lane) -> str:
    """The second line of a channel's bar: the two or three counts that matter."""
    counts = [
        (lane.delivered, _("%(n)s delivered")),
        (lane.bounced, _("%(n)s bounced")),
        (lane.failed, _("%(n)s failed")),
        (lane.held, _("%(n)s held for quiet hours")),
        (lane.unknown, _("%(n)s in doubt")),
        (lane.suppressed, _("%(n)s left out")),
        (lane.cancelled, _("%(n)s cancelled")),
    ]
    words = [text % {"n": f"{count:,}"} for count, text in counts if count]
    if lane.waiting and lane.seconds_left:
        words.append(_("%(time)s left") % {"time": how_long(lane.seconds_left)})
    elif lane.waiting and not words:
        words.append(_("%(n)s waiting") % {"n": f"{lane.waiting:,}"})
    return ", ".join(words)


@register.simple_tag
def held_words(group: HeldGroup) -> str:
    """`1,240 texts wait until 8:00 AM Eastern`."""
    values = {"n": f"{group.count:,}", "when": clock_there(group.at, group.time_zone)}
    if group.channel == Channel.TEXT:
        words = ngettext(
            "%(n)s text waits until %(when)s", "%(n)s texts wait until %(when)s", group.count
        )
    else:
        words = ngettext(
            "%(n)s call waits until %(when)s", "%(n)s calls wait until %(when)s", group.count
        )
    return words % values


@register.simple_tag
def look_chip(look: Look) -> SafeString:
    return chip(look.tone, {"bad": "x", "warn": "clock"}.get(look.tone, "stop"), look.words)


@register.simple_tag(takes_context=True)
def recipients_query(context: template.Context) -> str:
    """The filters of the list of recipients, without where in it we are."""
    names = (("person", "search"), ("channel", "channel"), ("status", "status"))
    return urlencode([(name, context[key]) for name, key in names if context.get(key)])
