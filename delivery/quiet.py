"""When a message may go where its telephone is: looked up with the claim, in one statement.

The places are the member's open service addresses, or those of whoever has a number that was not
matched to a member; the hours must be right at all of them. Where none is known, the number's area
code says in which zones and in which state it may be, and last the message's own time zone. The
member's own hours are those of everybody who has this number: it is one telephone.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta

from django.db import connection

from common.choices import Channel, Purpose
from common.quiet_hours import OwnHours, Place, earliest, is_exempt, is_solicitation
from customers.quiet_hours import places_of_number
from customers.time_zones import time_zones_of_address
from delivery.choices import Lane

PHONES = (Channel.TEXT, Channel.VOICE)
# A number that nobody has, in a hundred records: whose hours it is does not matter then.
_MOST_HOLDERS = 50
# What is claimed now is handed over, and rings, within a minute: by then it must still be time.
_ON_ITS_WAY = timedelta(minutes=1)
# For a statement in which `m` is the message.
COLUMNS = "coalesce(place.found, '{}'), own.opens, own.closes"
JOINS = f"""
LEFT JOIN LATERAL (
    SELECT array_agg(DISTINCT x.state || left(x.zip_code, 5)) AS found FROM (
        SELECT a.state, a.zip_code FROM customers_account a
        WHERE a.customer_id = m.customer_id AND a.status <> 'closed'
        UNION ALL
        SELECT a.state, a.zip_code FROM customers_account a WHERE a.id = m.account_id
        UNION ALL
        (SELECT a.state, a.zip_code
         FROM customers_customer c JOIN customers_account a ON a.customer_id = c.id
         WHERE m.customer_id IS NULL AND a.status <> 'closed'
           AND (c.mobile_number = m.address OR c.home_number = m.address)
         LIMIT {_MOST_HOLDERS})
    ) x WHERE x.state <> ''
) place ON true
LEFT JOIN LATERAL (
    SELECT max(h.opens) AS opens, min(h.closes) AS closes FROM (
        SELECT c.id FROM customers_customer c
        WHERE c.mobile_number = m.address OR c.home_number = m.address OR c.id = m.customer_id
        LIMIT {_MOST_HOLDERS}
    ) holder JOIN customers_contacthours h ON h.customer_id = holder.id
) own ON true
"""  # noqa: S608


class Hours:
    """Answers for many messages at one moment; each place and pair of hours is reckoned once."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._known: dict[tuple[object, ...], datetime] = {}

    def quiet_until(
        self,
        *,
        purpose: str,
        lane: str,
        number: str,
        time_zone: str,
        places: Sequence[str],
        opens: time | None,
        closes: time | None,
    ) -> datetime | None:
        """When the message may go; None where it may now. `places`: as COLUMNS gives them."""
        # Somebody waits for a code. Nobody does for a question that many are asked.
        is_waited_for = purpose != Purpose.VERIFICATION or lane == Lane.URGENT
        if is_waited_for and is_exempt(purpose):
            return None
        solicits = is_solicitation(purpose)
        there = tuple(places_of(places, number, time_zone))
        key = (there, opens, closes, solicits)
        found = self._known.get(key)
        if found is None:
            own = OwnHours(opens, closes) if opens and closes and opens < closes else None
            found = self._known[key] = self._first(there, own, solicits=solicits)
        return found if found > self.now else None

    def _first(self, places: Sequence[Place], own: OwnHours | None, *, solicits: bool) -> datetime:
        def first(at: datetime) -> datetime:
            return earliest(at, places, own, solicits=solicits)

        found = first(self.now)
        if found > self.now:
            return found
        soon, just_now = self.now + _ON_ITS_WAY, self.now - _ON_ITS_WAY
        later = first(soon)
        # Hours that have only begun are long enough, however short they are.
        is_closing = later > soon and first(just_now) == just_now
        return later if is_closing else self.now


def places_of(written: Iterable[str], number: str, time_zone: str) -> list[Place]:
    """`GA31020` is a place in the state of Georgia, by its ZIP. `number`: E.164."""
    places = [
        Place(zone, one[:2].upper())
        for one in written
        for zone in time_zones_of_address(one[:2], one[2:])
    ]
    return list(dict.fromkeys(places)) or places_of_number(number, time_zone)


def may_go_from(message_id: int, at: datetime) -> datetime:
    """The first moment, not before `at`, at which this one message may go."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT m.channel, m.purpose, m.lane, m.address, m.time_zone, {COLUMNS} "  # noqa: S608
            f"FROM delivery_message m {JOINS} "
            "WHERE m.id = %s",
            [message_id],
        )
        row = cursor.fetchone()
    if row is None or row[0] not in PHONES:
        return at
    _channel, purpose, lane, number, zone, places, opens, closes = row
    later = Hours(at).quiet_until(
        purpose=purpose,
        lane=lane,
        number=number,
        time_zone=zone,
        places=places,
        opens=opens,
        closes=closes,
    )
    return later or at


def look_again(customer_id: int) -> int:
    """The member's hours have changed: what is held for them is looked at anew. Returns how many.

    The claim decides; here their turn is only called forward.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE delivery_message SET due_at = now() "
            "WHERE customer_id = %s AND status = 'held' AND due_at > now()",
            [customer_id],
        )
        return int(cursor.rowcount)
