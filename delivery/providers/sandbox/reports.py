"""What the sandbox reports of a message after it took it, as a real provider's webhook would."""

from datetime import timedelta
from zlib import crc32

from django.db import transaction
from django.utils import timezone

from common.choices import Channel
from delivery.calls.endings import Call, take_ending
from delivery.calls.models import Ending
from delivery.choices import Status
from delivery.models import Message
from delivery.providers.sandbox.magic import Magic, ending_by_number, magic_of
from delivery.providers.sandbox.models import Callback, SandboxBehaviour, SandboxMessage
from delivery.rendering import Outgoing
from delivery.reported import Report, apply_report

_SLICE = 200
_READ = (
    "key", "message_id", "channel", "headers", "received_at", "report_at", "report_status",
)  # fmt: skip
_GIVE_UP = timedelta(minutes=10)
_BOUNCED_OF_100 = 5
_OPENED_OF_100 = 40


def first_report(
    behaviour: SandboxBehaviour, channel: Channel, message: Outgoing
) -> Status | Ending | None:
    """What will be reported first: of a call, how it ends. None where nothing will be."""
    key, magic = message.key, magic_of(channel, message.address)
    if channel == Channel.VOICE:
        return _ending(behaviour, message, magic)
    if magic == Magic.BOUNCE:
        return Status.BOUNCED
    if behaviour.callback == Callback.NONE:
        return None
    if behaviour.callback == Callback.MIXED and key.int % 100 < _BOUNCED_OF_100:
        return Status.BOUNCED
    return Status.DELIVERED


# Of a hundred calls that end in all ways, at the first attempt.
_MIXED_ENDINGS = (
    (5, Ending.NOBODY),
    (15, Ending.BUSY),
    (30, Ending.NO_ANSWER),
    (55, Ending.MACHINE),
)


def _ending(behaviour: SandboxBehaviour, message: Outgoing, magic: Magic) -> Ending | None:
    if magic == Magic.BOUNCE:
        return Ending.NOBODY
    if by_number := ending_by_number(message.address, message.attempt):
        return by_number
    if behaviour.callback == Callback.NONE:
        return None
    if behaviour.callback == Callback.MIXED:
        # Who is not there the first time may be the next time.
        chance = crc32(message.key.bytes + bytes([message.attempt % 256])) % 100
        return next((end for below, end in _MIXED_ENDINGS if chance < below), Ending.ANSWERED)
    return Ending.ANSWERED


def _next_report(behaviour: SandboxBehaviour, row: SandboxMessage) -> Status | None:
    """What follows once `row.report_status` is reported: some of the mixed emails are opened."""
    opened = _BOUNCED_OF_100 <= row.key.int % 100 < _BOUNCED_OF_100 + _OPENED_OF_100
    if (
        row.report_status == Status.DELIVERED
        and row.channel == Channel.EMAIL
        and behaviour.callback == Callback.MIXED
        and opened
    ):
        return Status.OPENED
    return None


def give_due_reports() -> int:
    """Give a slice of what is due; returns how many. Several may run at once."""
    now = timezone.now()
    behaviours = SandboxBehaviour.objects.in_bulk()
    with transaction.atomic():
        rows = list(
            SandboxMessage.objects.select_for_update(skip_locked=True)
            .filter(report_at__lte=now)
            .order_by("report_at")
            .only(*_READ)[:_SLICE]
        )
        providers = dict(
            Message.objects.filter(pk__in=[row.message_id for row in rows]).values_list(
                "pk", "provider"
            )
        )
        for row in rows:
            behaviour = behaviours.get(row.channel) or SandboxBehaviour(channel=row.channel)
            _give(row, behaviour, provider=providers.get(row.message_id, ""))
        SandboxMessage.objects.bulk_update(rows, ["headers", "report_at", "report_status"])
    return len(rows)


def _give(row: SandboxMessage, behaviour: SandboxBehaviour, *, provider: str) -> None:
    """Report one message, and write on the row what comes next.

    `provider` is the message's own: push has another name where the sandbox is its helper.
    """
    now = timezone.now()
    known = _tell_ending(row, provider) if row.channel == Channel.VOICE else _tell(row, provider)
    following = _next_report(behaviour, row)
    if not known and now - row.received_at < _GIVE_UP:
        # Its hand-over is not recorded yet.
        row.report_at = now + timedelta(seconds=1)
    elif known and following is not None:
        row.report_at = now + timedelta(seconds=behaviour.callback_seconds)
        row.report_status = following
    else:
        row.report_at = None


def _tell_ending(row: SandboxMessage, provider: str) -> bool:
    ending = Ending(row.report_status)
    known = take_ending(call=Call(provider, row.provider_id), ending=ending)
    if known:
        row.headers = f"{row.headers}\nEnded: {ending}"  # what the page of the call shows
    return known


def _tell(row: SandboxMessage, provider: str) -> bool:
    bounced = row.report_status == Status.BOUNCED
    return apply_report(
        Report(
            provider=provider,
            provider_id=row.provider_id,
            status=Status(row.report_status),
            code="bounced" if bounced else "",
            reason="The sandbox was told to bounce this." if bounced else "",
            bad_address=bounced,
        )
    )
