"""How it stands with an address now: per channel and purpose, may it be used, and why."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import Exists, OuterRef
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from common.choices import OWN_CONSENT_PURPOSES, SERVICE_PURPOSES, Channel, Purpose
from customers.choices import ConsentAction, SuppressionReason
from customers.models import ConsentEvent, Suppression

# The one that weighs most is the one that is shown.
_WEIGHT = (
    SuppressionReason.DO_NOT_CALL,
    SuppressionReason.OPTED_OUT,
    SuppressionReason.BAD_ADDRESS,
    SuppressionReason.WAITING_YES,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Of one channel, for the purposes that stand alike."""

    channel: Channel
    purposes: tuple[Purpose, ...]
    may: bool
    why: str

    @property
    def purpose_words(self) -> str:
        if len(self.purposes) == len(Purpose):
            return _("Everything")
        return ", ".join(str(purpose.label) for purpose in self.purposes)


@dataclass(frozen=True, slots=True)
class DoNotCall:
    """Who turned it on, when and why. Empty words: from before words were kept."""

    at: datetime
    by: str
    source: str
    words: str


def channels_of(address: str) -> tuple[Channel, ...]:
    """What an address of this kind serves."""
    if "@" in address:
        return (Channel.EMAIL,)
    return (Channel.PUSH,) if address.startswith("device:") else (Channel.TEXT, Channel.VOICE)


def counting_lines(address: str) -> list[ConsentEvent]:
    """The lines of an address without those that were taken back, oldest first."""
    undone = ConsentEvent.objects.filter(corrects=OuterRef("pk"))
    lines = ConsentEvent.objects.filter(~Exists(undone), address=address)
    return list(lines.exclude(action=ConsentAction.UNDONE).order_by("id"))


def standing(address: str) -> list[Standing]:
    """Each channel of the address, purpose by purpose; those that stand alike in one."""
    lines = counting_lines(address)
    suppressions = list(Suppression.objects.filter(address=address))
    found: list[Standing] = []
    for channel in channels_of(address):
        of_channel = [line for line in lines if line.channel == channel]
        judged = [
            (*_judge(channel, purpose, of_channel, suppressions), purpose) for purpose in Purpose
        ]
        judged.sort(key=lambda one: (one[0], one[1]))
        for (may, why), group in groupby(judged, key=lambda one: one[:2]):
            found.append(Standing(channel, tuple(purpose for *_x, purpose in group), may, why))
    return found


def do_not_call_of(numbers: list[str]) -> dict[str, DoNotCall]:
    """Of those numbers (E.164) where it is on."""
    on = Suppression.objects.filter(address__in=numbers, reason=SuppressionReason.DO_NOT_CALL)
    since = {row.address: row.since for row in on}
    lines = (
        ConsentEvent.objects.filter(
            address__in=list(since), action=ConsentAction.DO_NOT_CALL_ON, channel=Channel.TEXT
        )
        .select_related("taken_by")
        .order_by("address", "-id")
        .distinct("address")
    )
    by_number = {line.address: line for line in lines}
    found = {}
    for number, moment in since.items():
        line = by_number.get(number)
        found[number] = DoNotCall(
            at=line.at if line else moment,
            by=taker(line) if line else "",
            source=line.get_source_display() if line else "",
            words=line.words if line else "",
        )
    return found


def taker(line: ConsentEvent) -> str:
    """Who took it; "" for what came to a machine."""
    person = line.taken_by
    return (person.get_full_name() or person.get_username()) if person else ""


def _judge(
    channel: Channel, purpose: Purpose, lines: list[ConsentEvent], suppressions: list[Suppression]
) -> tuple[bool, str]:
    against = [
        row for row in suppressions if row.channel == channel and row.purpose in ("", purpose)
    ]
    if against:
        worst = min(against, key=lambda row: _WEIGHT.index(SuppressionReason(row.reason)))
        return False, _("%(reason)s, since %(date)s.") % {
            "reason": worst.get_reason_display(),
            "date": _date(worst.since),
        }
    if purpose in OWN_CONSENT_PURPOSES:
        said = [
            line
            for line in lines
            if (line.action == ConsentAction.GRANTED and line.purpose == purpose)
            or (line.action == ConsentAction.REVOKED and line.purpose in ("", purpose))
        ]
        if said and said[-1].action == ConsentAction.GRANTED:
            return True, _("Agreed to this on %(date)s.") % {"date": _date(said[-1].at)}
        return False, _("Needs an agreement of its own, and there is none.")
    if purpose == Purpose.EMERGENCY:
        return True, _("Only by somebody who may send emergencies, with a reason.")
    if purpose == Purpose.VERIFICATION:
        return True, _("Only when the person asks for it just then.")
    if channel not in (Channel.TEXT, Channel.VOICE):
        return True, _("Messages about the account need no agreement by this channel.")
    given = [line for line in lines if line.action in (ConsentAction.GIVEN, ConsentAction.GRANTED)]
    if purpose in SERVICE_PURPOSES:
        if not given:
            return True, _("Nothing stands against it; no line says who gave us the number.")
        return True, _(
            "The number was given to us on %(date)s, which is enough for messages about the "
            "service."
        ) % {"date": _date(given[0].at)}
    return True, _("Only the alerts that the member turned on.")


def _date(moment: datetime) -> str:
    return formats.date_format(timezone.localtime(moment), "DATE_FORMAT")
