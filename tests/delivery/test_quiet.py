"""The hours of states and members at the hand-over (RULES 9), by a clock that the test sets."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from common.choices import Channel, Purpose
from common.quiet_hours import legal_hours
from customers.choices import AccountStatus, ConsentSource
from customers.models import Account, ContactHours, Customer
from customers.quiet_hours import (
    HoursRefusedError,
    hours_words,
    legal_hours_of,
    remove_own_hours,
    set_own_hours,
)
from customers.quiet_hours import places_of as places_of_member
from delivery.choices import Status
from delivery.held import held_groups, held_messages
from delivery.models import Message, Sender
from delivery.quiet import Hours, look_again, may_go_from, places_of
from tests.delivery.making import Script, drain_once, make_content, queue_messages
from tests.factories import make_customer

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = "+14785550111"
TOLL_FREE = "+18005550111"
EASTERN = ZoneInfo("America/New_York")


def message_to(
    customer: Customer | None, *, channel: Channel = Channel.TEXT, purpose: str = "field_work"
) -> Message:
    content = make_content(purpose=purpose)
    batch = queue_messages(1, channel=channel, cause=f"q{Message.objects.count()}", content=content)
    Sender.objects.update(rate=0)
    Message.objects.filter(batch=batch).update(
        customer=customer, address=NUMBER, time_zone="America/New_York"
    )
    return Message.objects.get(batch=batch)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 6, 3, hour, minute, tzinfo=EASTERN)


def member(**account: str) -> Customer:
    customer = make_customer(mobile_number=NUMBER, time_zone="America/New_York")
    Account.objects.filter(customer=customer).update(
        **{"state": "GA", "zip_code": "31201", **account}
    )
    return customer


def own(customer: Customer, opens: int, closes: int) -> None:
    set_own_hours(
        customer=customer, opens=time(opens), closes=time(closes), source=ConsentSource.CSR
    )


@pytest.mark.parametrize(("state", "last"), [("GA", 20), ("FL", 19), ("", 20), ("ga", 20)])
def test_the_hours_of_the_state_of_the_service_address(state: str, last: int) -> None:
    message = message_to(member(state=state))
    assert may_go_from(message.pk, at(last, 58)) == at(last, 58)
    assert may_go_from(message.pk, at(last + 1)) == at(8) + timedelta(days=1)


def test_the_clock_is_that_of_the_service_address_and_then_the_area_codes() -> None:
    """The message says Eastern; the service is in Alabama."""
    message = message_to(member(state="AL", zip_code="35203"))
    assert may_go_from(message.pk, at(8, 30)) == at(9)
    assert may_go_from(in_state("+14785550112").pk, at(8, 30)) == at(8, 30)


def test_the_last_minute_is_left_to_the_way_there() -> None:
    """What is claimed at 20:59:59 would ring after nine."""
    message = message_to(member())
    before, closing = at(20, 58) + timedelta(seconds=59), at(20, 59) + timedelta(seconds=1)
    assert may_go_from(message.pk, before) == before
    assert may_go_from(message.pk, closing) == at(8) + timedelta(days=1)


def test_hours_of_a_minute_are_hours_too(settings: Any) -> None:
    settings.QUIET_HOURS_OF_STATES = ["GA=12:00-12:01"]
    message = message_to(member())
    assert may_go_from(message.pk, at(12)) == at(12)
    assert may_go_from(message.pk, at(12, 1)) == at(12) + timedelta(days=1)


def next_monday(message: Message, weekday: int, hour: int) -> str:
    """When it may go that is ready on a day of the week of 1 June 2026, a Monday."""
    ready = datetime(2026, 6, 1 + weekday, hour, tzinfo=EASTERN)
    return may_go_from(message.pk, ready).astimezone(EASTERN).strftime("%a %H:%M")


@pytest.mark.parametrize(
    ("state", "purpose", "expected"),
    [
        ("MS", "marketing", ["Fri 12:00", "Sat 12:00", "Mon 09:00", "Mon 09:00"]),
        ("MS", "newsletter", ["Fri 12:00", "Sat 12:00", "Mon 09:00", "Mon 09:00"]),
        ("MS", "field_work", ["Fri 12:00", "Sat 12:00", "Sun 09:00", "Sun 12:00"]),
        ("SD", "marketing", ["Fri 12:00", "Mon 10:00", "Mon 10:00", "Mon 10:00"]),
        ("GA", "marketing", ["Fri 12:00", "Sat 12:00", "Sun 08:00", "Sun 12:00"]),
    ],
)
def test_solicitations_wait_out_a_states_days_without_them(
    state: str, purpose: str, expected: list[str]
) -> None:
    zips = {"MS": "39201", "SD": "57104", "GA": "31201"}
    message = message_to(member(state=state, zip_code=zips[state]), purpose=purpose)
    ready = ((4, 12), (5, 12), (5, 22), (6, 12))
    assert [next_monday(message, *one) for one in ready] == expected


def test_a_last_minute_before_a_sunday_without_solicitations_waits_too(settings: Any) -> None:
    customer = member(state="AL", zip_code="35203")
    message = message_to(customer, purpose="marketing")
    saturday = datetime(2026, 6, 6, 20, 59, 30, tzinfo=EASTERN)
    assert may_go_from(message.pk, saturday) == datetime(2026, 6, 8, 9, tzinfo=EASTERN)
    settings.QUIET_DAYS = False
    assert may_go_from(message.pk, saturday) == datetime(2026, 6, 7, 9, tzinfo=EASTERN)


def test_solicitations_to_two_states_wait_for_a_day_of_both() -> None:
    customer = member(state="SD", zip_code="57104")
    Account.objects.create(
        customer=customer, separator="002", key="1002", state="MS", zip_code="39201"
    )
    message = message_to(customer, purpose="marketing")
    assert next_monday(message, 5, 12) == "Mon 10:00"
    own(customer, 10, 12)
    assert next_monday(message, 5, 12) == "Mon 11:00"


def in_state(number: str, time_zone: str = "America/New_York") -> Message:
    """To a number on nobody's record, from a file."""
    message = message_to(None)
    Message.objects.filter(pk=message.pk).update(address=number, time_zone=time_zone)
    return message


@pytest.mark.parametrize(
    ("number", "opens", "closes"),
    [
        ("+14785550111", 8, 21),
        ("+13055550111", 8, 20),  # Florida
        ("+18505550111", 9, 20),  # Florida, on both sides of the border: 8:00 Central
        ("+18085550111", 14, 3),  # Hawaii, 8:00 to 21:00 there
        ("+18005550111", 8, 21),  # toll-free: the message's own zone
        ("+12085550111", 11, 23),  # Idaho: 8:00 Pacific to 21:00 Mountain
        ("+19285550111", 11, 23),  # Arizona, where the Navajo Nation has summer time: 21:00 there
        ("+17875550111", 8, 21),  # Puerto Rico, Atlantic time all the year
        ("+16715550111", 18, 7),  # Guam
    ],
)
def test_where_no_address_is_known_the_area_code_says_zone_and_state(
    number: str, opens: int, closes: int
) -> None:
    message = in_state(number)
    [first] = [
        hour
        for hour in range(24)
        if may_go_from(message.pk, at(hour)) == at(hour)
        and may_go_from(message.pk, at(hour) - timedelta(minutes=1)) == at(hour)
    ]
    last = at(first) + timedelta(hours=(closes - opens) % 24)
    assert first == opens
    assert may_go_from(message.pk, last - timedelta(minutes=2)) == last - timedelta(minutes=2)
    assert may_go_from(message.pk, last) > last


def test_a_number_of_a_file_is_where_the_member_who_has_it_lives() -> None:
    member(state="AL", zip_code="35203")
    message = message_to(None)
    assert may_go_from(message.pk, at(8, 30)) == at(9)


@pytest.mark.parametrize(
    ("state", "zip_code", "opens"),
    [
        ("TN", "37398", 9),  # Winchester lies in Central time, Chattanooga's 373 in Eastern too
        ("TN", "37402", 8),
        ("TN", "38501", 9),
        ("TN", "", 9),
        ("FL", "32301", 8),
        ("FL", "32456", 9),
        ("FL", "32501", 9),
        ("IN", "47978", 9),
        ("IN", "46204", 8),
        ("NE", "69101", 10),
        ("AK", "99501", 12),
        ("AK", "99546", 13),
        ("AZ", "85001", 11),
        ("AZ", "86515", 11),
        ("HI", "96813", 14),
        ("TX", "79901", 11),  # 9:00 there
        ("TX", "78701", 10),
        ("PR", "00901", 8),
    ],
)
def test_a_state_with_two_zones_is_right_in_both_where_the_zip_does_not_tell(
    state: str, zip_code: str, opens: int
) -> None:
    message = message_to(member(state=state, zip_code=zip_code))
    assert may_go_from(message.pk, at(6)) == at(opens)


def test_of_several_accounts_the_strictest_counts_and_closed_ones_do_not() -> None:
    customer = member()
    other = Account.objects.create(
        customer=customer, separator="002", key="1002", state="AL", zip_code="35203"
    )
    message = message_to(customer)
    assert may_go_from(message.pk, at(8, 30)) == at(9)
    Account.objects.filter(pk=other.pk).update(status=AccountStatus.CLOSED)
    assert may_go_from(message.pk, at(8, 30)) == at(8, 30)


def test_the_members_own_hours_are_within_the_legal_ones() -> None:
    customer = member()
    own(customer, 10, 18)
    message = message_to(customer)
    assert may_go_from(message.pk, at(9, 59)) == at(10)
    assert may_go_from(message.pk, at(17, 58)) == at(17, 58)
    assert may_go_from(message.pk, at(18)) == at(10) + timedelta(days=1)
    remove_own_hours(customer=customer)
    assert may_go_from(message.pk, at(9, 59)) == at(9, 59)


def test_hours_are_the_telephones_whoever_of_the_house_is_written_to() -> None:
    """The message is to the other member who has this number, or to a row of a file."""
    own(member(), 10, 18)
    other = make_customer(home_number=NUMBER)
    for customer in (other, None):
        assert may_go_from(message_to(customer).pk, at(9)) == at(10)


@pytest.mark.parametrize("purpose", Purpose.values)
def test_which_purposes_keep_to_the_hours_is_a_setting(settings: Any, purpose: str) -> None:
    settings.QUIET_HOURS_EXEMPT_PURPOSES = ["emergency", "outage"]
    customer = member()
    own(customer, 10, 18)
    message = message_to(customer, purpose=purpose)
    free = purpose in ("emergency", "outage")
    assert may_go_from(message.pk, at(3)) == (at(3) if free else at(10))


def test_email_and_push_have_no_hours() -> None:
    for channel in (Channel.EMAIL, Channel.PUSH):
        assert may_go_from(message_to(member(), channel=channel).pk, at(3)) == at(3)


def now_here() -> datetime:
    return timezone.now().astimezone(UTC)


def zone_at(hour: int) -> str:
    """A zone in which it is that hour now."""
    offset = (hour - now_here().hour + 12) % 24 - 12
    return f"Etc/GMT{-offset:+d}"


@pytest.mark.parametrize("channel", [Channel.TEXT, Channel.VOICE])
def test_a_drain_holds_what_the_members_hours_exclude_and_lets_the_rest_go(
    settings: Any, channel: Channel
) -> None:
    settings.CALLS_WITHOUT_CONSENT = 100
    customer = make_customer(mobile_number=NUMBER)
    Account.objects.all().update(state="")
    ContactHours.objects.create(
        customer=customer, opens=time(15), closes=time(17), source=ConsentSource.PORTAL
    )
    held, free = message_to(customer, channel=channel), message_to(customer, channel=channel)
    # A toll-free number says nothing of where it is.
    Customer.objects.update(mobile_number=TOLL_FREE)
    Message.objects.filter(pk=held.pk).update(time_zone=zone_at(12), address=TOLL_FREE)
    Message.objects.filter(pk=free.pk).update(time_zone=zone_at(15), address=TOLL_FREE)
    provider = Script(channel=channel)
    drain_once(provider, channel=channel)
    assert [message.id for message in provider.handed] == [free.pk]
    held.refresh_from_db()
    assert held.status == Status.HELD
    there = held.due_at.astimezone(ZoneInfo(held.time_zone))
    assert (there.hour, there.minute) == (15, 0)
    [group] = held_groups()
    assert (group.at, group.count, group.channel) == (held.due_at, 1, channel)
    assert [one.pk for one in held_messages().messages] == [held.pk]

    # The member wants them at any hour after all: they need not wait for the old time.
    remove_own_hours(customer=customer)
    assert look_again(customer.pk) == 1
    drain_once(provider, channel=channel)
    assert len(provider.handed) == 2
    assert held_groups() == []


def test_the_claim_asks_for_the_hours_of_a_whole_window_at_once() -> None:
    """A statement a window, not one a message."""
    from delivery.claims import Cursor, claim, open_batches
    from delivery.database import connect

    queue_messages(40, channel=Channel.TEXT, content=make_content(purpose="emergency"))
    Sender.objects.update(rate=0)
    executed: list[str] = []
    message = Message.objects.latest("pk")
    with connect() as db:
        real = db.execute

        def counted(query: Any, *args: Any, **kwargs: Any) -> Any:
            executed.append(str(query))
            return real(query, *args, **kwargs)

        db.execute = counted  # type: ignore[method-assign]
        claimed, _ = claim(
            db,
            sender_id=message.sender_id,
            channel=Channel.TEXT,
            lane=message.lane,  # type: ignore[arg-type]
            batch_id=open_batches(db)[0],
            cursor=Cursor(),
            limit=40,
            provider="script",
        )
    assert len(claimed) == 40
    assert len([one for one in executed if "delivery_message" in one]) == 2


# ── what a member may choose ────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("opens", "closes", "words"),
    [
        (time(20), time(9), "can't reach over midnight"),
        (time(10), time(10), "end before they begin"),
        (time(8), time(9, 59), "at least 2 hours"),
        (time(20), time(23), "8:00 AM to 9:00 PM"),
        (time(0), time(8), "8:00 AM to 9:00 PM"),
    ],
)
def test_hours_that_cannot_be_are_refused_in_words(opens: time, closes: time, words: str) -> None:
    customer = member()
    with pytest.raises(HoursRefusedError, match=words):
        set_own_hours(customer=customer, opens=opens, closes=closes, source=ConsentSource.PORTAL)
    assert not ContactHours.objects.exists()


def test_hours_are_those_of_the_members_states() -> None:
    customer = member(state="FL", zip_code="32003")
    assert legal_hours_of(customer) == (time(8), time(20))
    own(customer, 6, 19)
    assert hours_words(customer) == "8:00 AM to 7:00 PM"
    with pytest.raises(HoursRefusedError, match="8:00 AM to 8:00 PM"):
        own(customer, 19, 21)


def test_hours_without_a_service_address_are_those_of_both_numbers_area_codes() -> None:
    customer = make_customer(mobile_number="+13055550111", home_number="+12085550111")
    Account.objects.filter(customer=customer).delete()
    customer = Customer.objects.get()
    assert [(place.time_zone, place.state) for place in places_of_member(customer)] == [
        ("America/Boise", "ID"),
        ("America/Los_Angeles", "ID"),
        ("America/New_York", "FL"),
    ]
    assert legal_hours_of(customer) == (time(8), time(20))


# ── both nights in which the clocks change ──────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("places", "number"),
    [
        (["GA31201"], "+14785550111"),
        (["FL32456"], "+18505550111"),
        (["TN37398", "AL35203"], "+19315550111"),
        (["AZ86515"], "+19285550111"),
        ([], "+12085550111"),
        ([], "+18085550111"),
        ([], "+13055550111"),
        (["AK99547"], "+19075550111"),
    ],
)
@pytest.mark.parametrize(
    "night", [datetime(2026, 3, 8, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)]
)
@pytest.mark.parametrize("own_hours", [None, (time(10), time(12)), (time(17, 30), time(19, 30))])
def test_nothing_goes_outside_of_the_hours_and_nothing_waits_for_ever_when_clocks_change(
    places: list[str], number: str, night: datetime, own_hours: tuple[time, time] | None
) -> None:
    """Every ten minutes of three days, by a reckoning of the test's own."""
    found_at = places_of(places, number, "America/New_York")
    opens, closes = own_hours or (None, None)

    def allowed(moment: datetime) -> bool:
        for place in found_at:
            first, last = legal_hours(place.state)
            clock = moment.astimezone(ZoneInfo(place.time_zone)).time()
            if not first <= clock < last:
                return False
            if own_hours and not own_hours[0] <= clock < own_hours[1]:
                return False
        return True

    step = timedelta(minutes=10)
    moments = [night - timedelta(days=1) + step * n for n in range(3 * 24 * 6)]
    assert any(allowed(moment) for moment in moments)
    for moment in moments:
        until = Hours(moment).quiet_until(
            purpose="field_work",
            lane="bulk",
            number=number,
            time_zone="America/New_York",
            places=places,
            opens=opens,
            closes=closes,
        )
        goes = until or moment
        assert allowed(goes), (moment, goes)
        assert goes - moment <= timedelta(hours=25)
        if until is not None:
            # It never waits longer than it must.
            assert not any(
                allowed(moment + step * n) and allowed(moment + step * n + timedelta(minutes=1))
                for n in range(int((until - moment) / step))
            )
