"""How it stands with some of the made-up members, so that each page has something to show: hours
of their own, refusals by letter and at the counter, mailboxes that are full, reassigned numbers."""

from datetime import time, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from common.choices import Channel
from common.clock import now
from customers.address_health import hear_of_trouble
from customers.choices import AddressEventKind, ConsentSource
from customers.consent import opt_out, set_do_not_call
from customers.demo.sample_members import SAMPLE_NUMBERS
from customers.models import Customer, Suppression
from customers.quiet_hours import set_own_hours

_HOURS = (
    (time(10), time(18)),
    (time(9), time(20)),
    (time(17), time(20)),
    (time(8), time(12)),
)
# How it came, how many days ago, in which words.
_LETTERS = (
    (ConsentSource.LETTER, 4, "Please take my number off your list. I do not want calls."),
    (ConsentSource.VOICEMAIL, 2, "This is about your texts. Stop them, please."),
    (ConsentSource.COUNTER, 1, "No more calls to this phone. It is my work phone."),
)
_BUSY = "4.2.2 mailbox full"
_REASSIGNED = "The FCC's database says that the number was reassigned."


@transaction.atomic
def load_states(*, taken_by: User | None) -> int:
    """After the members are there, once. Returns how many members have something to show."""
    free = iter(_nobodys_trouble())
    chosen = 0
    for opens, closes in _HOURS * 3:
        if (member := next(free, None)) is None:
            return chosen
        set_own_hours(
            customer=member,
            opens=opens,
            closes=closes,
            source=ConsentSource.CSR,
            taken_by=taken_by,
        )
        chosen += 1
    for number, (source, days, words) in enumerate(_LETTERS):
        if (member := next(free, None)) is None:
            return chosen
        said_at = now() - timedelta(days=days)
        mobile = str(member.mobile_number.as_e164)
        if number == 1:
            opt_out(
                address=mobile,
                channels=[Channel.TEXT, Channel.VOICE],
                source=source,
                words=words,
                customer=member,
                taken_by=taken_by,
                said_at=said_at,
            )
        else:
            set_do_not_call(
                mobile,
                True,
                source=source,
                words=words,
                customer=member,
                taken_by=taken_by,
                said_at=said_at,
            )
        chosen += 1
    for number in range(6):
        if (member := next(free, None)) is None:
            return chosen
        if number < 3:
            _hear(member.email_1, Channel.EMAIL, AddressEventKind.SOFT, _BUSY, days=number + 1)
        else:
            for channel in (Channel.TEXT, Channel.VOICE):
                mobile = str(member.mobile_number.as_e164)
                _hear(mobile, channel, AddressEventKind.BAD, _REASSIGNED, days=number)
        chosen += 1
    return chosen


def _nobodys_trouble() -> list[Customer]:
    """Members with an email and a number of their own, about whom nothing is known yet; none of the
    sample file's."""
    return list(
        Customer.objects.exclude(email_1="")
        .filter(mobile_number__startswith="+1", do_not_call=False)
        .exclude(mobile_number__in=SAMPLE_NUMBERS)
        .exclude(mobile_number__in=Suppression.objects.values("address"))
        .exclude(email_1__in=Suppression.objects.values("address"))
        .order_by("-pk")[:40]
    )


def _hear(address: str, channel: Channel, kind: AddressEventKind, words: str, *, days: int) -> None:
    hear_of_trouble(
        address=address,
        channel=channel,
        kind=kind,
        cause=f"demo:{address}:{channel}",
        at=now() - timedelta(days=days),
        words=words,
        source=ConsentSource.IMPORT if words == _REASSIGNED else ConsentSource.PROVIDER,
    )
