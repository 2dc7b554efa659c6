"""Providers' reports on their way to `results.apply_report`; those that come too early are kept.

A report may overtake the provider's answer to our request: then nobody knows its id yet. Whoever
records ids asks `take_early` for them **after** committing them; `apply_kept`, in the sweep, finds
what fell between. Between them no report is lost.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from delivery.choices import Status
from delivery.models import Message
from delivery.results import apply_report
from delivery.webhooks.models import WebhookReport

KEPT_FOR = timedelta(days=7)
_AT_ONCE = 1000


def take(
    *,
    provider: str,
    provider_id: str,
    status: Status,
    code: str = "",
    reason: str = "",
    bad_address: bool = False,
) -> None:
    """Apply a report, or keep it until its message is known."""
    if apply_report(
        provider=provider,
        provider_id=provider_id,
        status=status,
        code=code,
        reason=reason,
        bad_address=bad_address,
    ):
        return
    WebhookReport.objects.create(
        provider=provider,
        provider_id=provider_id,
        status=status,
        code=code[:40],
        reason=reason[:200],
        bad_address=bad_address,
        at=timezone.now(),
    )
    # Was the id recorded in between? Then its recorder has looked already, and in vain.
    if Message.objects.filter(provider=provider, provider_id=provider_id).exists():
        with transaction.atomic():
            for report in take_early(provider, [provider_id]):
                apply_kept_report(report)


def take_early(provider: str, ids: Sequence[str]) -> list[WebhookReport]:
    """The reports that came before these ids were known, oldest first; they are no longer kept.

    Apply each with `apply_kept_report`, in the same transaction.
    """
    if not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM delivery_webhookreport WHERE provider = %s AND provider_id = ANY(%s)
            RETURNING id, provider, provider_id, status, code, reason, bad_address, at
            """,
            [provider, list(ids)],
        )
        return sorted((WebhookReport(*row) for row in cursor.fetchall()), key=lambda r: r.at)


def apply_kept_report(report: WebhookReport) -> bool:
    return apply_report(
        provider=report.provider,
        provider_id=report.provider_id,
        status=Status(report.status),
        code=report.code,
        reason=report.reason,
        bad_address=report.bad_address,
    )


def apply_kept() -> int:
    """For the sweep: apply what is kept and has its message by now; forget what never gets one."""
    WebhookReport.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT r.provider, r.provider_id FROM delivery_webhookreport r
            JOIN delivery_message m ON m.provider_id = r.provider_id AND m.provider = r.provider
            WHERE m.provider_id <> '' LIMIT %s
            """,
            [_AT_ONCE],
        )
        found = cursor.fetchall()
    applied = 0
    for provider, provider_id in found:
        # A process that dies in between must not have taken the report with it.
        with transaction.atomic():
            for report in take_early(provider, [provider_id]):
                applied += apply_kept_report(report)
    return applied
