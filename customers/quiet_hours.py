"""The hours in which a member wants texts and calls, within those that the law leaves (RULES 9)."""

from datetime import datetime, time

from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext as _

from common.area_codes import state_of_number, zones_of_number
from common.quiet_hours import OwnHours, Place, legal_hours
from customers.addresses import normal_address
from customers.choices import AccountStatus, ConsentSource
from customers.models import Account, ContactHours, Customer
from customers.time_zones import time_zones_of_address

# Fewer would hold a message for most of a day, and over the night in which the clock goes back
# for longer.
LEAST_HOURS = 2


class HoursRefusedError(ValueError):
    """The hours cannot be kept; the text says why, in words for the member."""


def places_of(customer: Customer) -> list[Place]:
    """Where the member's telephones are taken to be: at every service address that is open, else
    where their area codes are, else in the member's own time zone."""
    accounts = Account.objects.filter(customer=customer).exclude(status=AccountStatus.CLOSED)
    places = {
        Place(zone, state.strip().upper())
        for state, zip_code in accounts.values_list("state", "zip_code")
        for zone in time_zones_of_address(state, zip_code)
    }
    if not places:
        numbers = [n for n in (customer.mobile_number, customer.home_number) if n] or [""]
        for number in numbers:
            places.update(places_of_number(normal_address(number), customer.time_zone))
    return sorted(places, key=lambda place: (place.time_zone, place.state))


def places_of_number(number: str, time_zone: str) -> list[Place]:
    """By the area code of a number (E.164): all its zones, in its state. `time_zone`: where that
    says nothing, as of a toll-free number."""
    state = state_of_number(number)
    zones = zones_of_number(number) or time_zones_of_address(state, "") or (time_zone,)
    return [Place(zone, state) for zone in zones]


def legal_hours_of(customer: Customer) -> tuple[time, time]:
    """The hours that the law leaves at all of the member's places."""
    hours = [legal_hours(place.state) for place in places_of(customer)]
    return max(opens for opens, _closes in hours), min(closes for _opens, closes in hours)


def own_hours_of(customer: Customer) -> OwnHours | None:
    found = ContactHours.objects.filter(customer=customer).first()
    return OwnHours(found.opens, found.closes) if found else None


def hours_words(customer: Customer) -> str:
    """`8:00 AM to 9:00 PM`: when this member is texted and called."""
    opens, closes = legal_hours_of(customer)
    if own := own_hours_of(customer):
        narrow = max(opens, own.opens), min(closes, own.closes)
        if narrow[0] < narrow[1]:
            opens, closes = narrow
    return _("%(opens)s to %(closes)s") % {
        "opens": clock_words(opens),
        "closes": clock_words(closes),
    }


def set_own_hours(
    *,
    customer: Customer,
    opens: time,
    closes: time,
    source: ConsentSource,
    taken_by: AbstractBaseUser | None = None,
) -> ContactHours:
    """Texts and calls from `opens` until `closes`, by the member's clock.

    Raises HoursRefusedError where they reach over midnight, or leave too little of the day.
    """
    first, last = legal_hours_of(customer)
    words = {"first": clock_words(first), "last": clock_words(last), "least": LEAST_HOURS}
    if closes <= opens:
        raise HoursRefusedError(
            _(
                "The hours end before they begin. They can't reach over midnight: nobody may be "
                "called after %(last)s. Choose an end between the beginning and %(last)s."
            )
            % words
        )
    begins, ends = max(opens, first), min(closes, last)
    if _minutes(ends) - _minutes(begins) < LEAST_HOURS * 60:
        raise HoursRefusedError(
            _(
                "Texts and calls may go from %(first)s to %(last)s. Choose at least %(least)d "
                "hours of that time."
            )
            % words
        )
    hours, _is_new = ContactHours.objects.update_or_create(
        customer=customer,
        defaults={
            "opens": opens,
            "closes": closes,
            "source": source,
            "taken_by_id": taken_by.pk if taken_by else None,
        },
    )
    return hours


def remove_own_hours(*, customer: Customer) -> bool:
    """Back to the legal hours. False where there were no own ones."""
    removed, _by_model = ContactHours.objects.filter(customer=customer).delete()
    return bool(removed)


def clock_words(moment: time | datetime) -> str:
    """`8:00 AM`, as people in the United States write it in English and Spanish."""
    return f"{moment.hour % 12 or 12}:{moment.minute:02d} {'AM' if moment.hour < 12 else 'PM'}"


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute
