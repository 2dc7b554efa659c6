"""What the sandbox reports of a message after it took it, as a real provider's webhook would."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from common.choices import Channel
from delivery.choices import Status
from delivery.models import Message
from delivery.providers.sandbox.magic import Magic
from delivery.providers.sandbox.models import Callback, SandboxBehaviour, SandboxMessage
from delivery.reported import Report, apply_report

_SLICE = 200
_GIVE_UP = timedelta(minutes=10)
_BOUNCED_OF_100 = 5
_OPENED_OF_100 = 40


def first_report(behaviour: SandboxBehaviour, key: UUID, magic: Magic) -> Status | None:
    """What will be reported first; None where nothing will be."""
    if magic == Magic.BOUNCE:
        return Status.BOUNCED
    if behaviour.callback == Callback.NONE:
        return None
    if behaviour.callback == Callback.MIXED and key.int % 100 < _BOUNCED_OF_100:
        return Status.BOUNCED
    return Status.DELIVERED


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
            .only("key", "message_id", "channel", "received_at", "report_at", "report_status")[
                :_SLICE
            ]
        )
        providers = dict(
            Message.objects.filter(pk__in=[row.message_id for row in rows]).values_list(
                "pk", "provider"
            )
        )
        for row in rows:
            behaviour = behaviours.get(row.channel) or SandboxBehaviour(channel=row.channel)
            _give(row, behaviour, provider=providers.get(row.message_id, ""))
        SandboxMessage.objects.bulk_update(rows, ["report_at", "report_status"])
    return len(rows)


def _give(row: SandboxMessage, behaviour: SandboxBehaviour, *, provider: str) -> None:
    """Report one message, and write on the row what comes next.

    `provider` is the message's own: push has another name where the sandbox is its helper.
    """
    now = timezone.now()
    bounced = row.report_status == Status.BOUNCED
    known = apply_report(
        Report(
            provider=provider,
            provider_id=row.provider_id,
            status=Status(row.report_status),
            code="bounced" if bounced else "",
            reason="The sandbox was told to bounce this." if bounced else "",
            bad_address=bounced,
        )
    )
    following = _next_report(behaviour, row)
    if not known and now - row.received_at < _GIVE_UP:
        # Its hand-over is not recorded yet.
        row.report_at = now + timedelta(seconds=1)
    elif known and following is not None:
        row.report_at = now + timedelta(seconds=behaviour.callback_seconds)
        row.report_status = following
    else:
        row.report_at = None
