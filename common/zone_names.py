"""Time zones and times of day as members say them: 8:00 AM Eastern."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

NAMES: Mapping[str, Promise] = MappingProxyType(
    {
        "America/New_York": gettext_lazy("Eastern"),
        "America/Chicago": gettext_lazy("Central"),
        "America/Denver": gettext_lazy("Mountain"),
        "America/Phoenix": gettext_lazy("Arizona time"),
        "America/Los_Angeles": gettext_lazy("Pacific"),
        "America/Anchorage": gettext_lazy("Alaska"),
        "Pacific/Honolulu": gettext_lazy("Hawaii"),
        "America/Puerto_Rico": gettext_lazy("Atlantic"),
        "Pacific/Guam": gettext_lazy("Guam time"),
        "Pacific/Pago_Pago": gettext_lazy("Samoa time"),
    }
)


def zone_name(zone: str) -> str:
    """`Eastern`; the city where the zone has no name of its own here."""
    if zone in NAMES:
        return str(NAMES[zone])
    return zone.rpartition("/")[2].replace("_", " ")


def known_zone(zone: str) -> str:
    """The zone, or the utility's where there is none by that name."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return str(settings.TIME_ZONE)
    return zone


def clock_there(at: datetime, zone: str) -> str:
    """`8:00 AM Eastern`, with the day where it is not today there."""
    zone = known_zone(zone)
    local = at.astimezone(ZoneInfo(zone))
    today = timezone.now().astimezone(ZoneInfo(zone)).date()
    half = "AM" if local.hour < 12 else "PM"
    clock = f"{local.hour % 12 or 12}:{local.minute:02d} {half} {zone_name(zone)}"
    days = (local.date() - today).days
    if days == 0:
        return clock
    if days == 1:
        return _("tomorrow, %(clock)s") % {"clock": clock}
    return f"{formats.date_format(local, 'SHORT_DATE_FORMAT')}, {clock}"
