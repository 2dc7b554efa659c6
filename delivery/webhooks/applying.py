"""Kept events are applied: reports in batches, a few statements for each; the rest one by one.

An event whose message isn't known yet is looked at again later and later, until it is forgotten.
Several processes may apply at once.
"""

import json
import logging
import time
from collections.abc import Sequence
from datetime import timedelta

from django.db import connection, transaction

from delivery.reported import Heard, Report, apply_reports
from delivery.webhooks.acting import NotYetError, act
from delivery.webhooks.choices import EventKind
from delivery.webhooks.models import WebhookEvent
from delivery.webhooks.readings import About, read

log = logging.getLogger(__name__)
_AT_ONCE = 500
# After so long nobody will record the id any more: it is no message of ours.
LOOKED_FOR = timedelta(days=7)

_DUE = """
SELECT id, provider, kind, provider_id, message_key, address, payload, told_at, received_at
FROM delivery_webhookevent WHERE try_at <= now() {only} ORDER BY try_at LIMIT %s
FOR UPDATE SKIP LOCKED
"""
_APPLIED = """
UPDATE delivery_webhookevent SET applied_at = now(), try_at = NULL WHERE id = ANY(%s)
"""
# Twice as old each time, so that what is nobody's costs next to nothing.
_LATER = """
UPDATE delivery_webhookevent
SET try_at = CASE WHEN received_at > now() - make_interval(secs => %s) THEN
    now() + least(greatest(now() - received_at, interval '2 seconds'), interval '1 hour')
END WHERE id = ANY(%s)
"""


def apply_due(seconds: float = 10.0) -> int:
    """Apply what is due; returns how many events were looked at.

    What comes in meanwhile is left to the next hint: to look at once for the few that came since
    would make batches of a handful, whose statements cost as much as those of hundreds.
    """
    deadline = time.monotonic() + seconds
    looked_at = 0
    while time.monotonic() < deadline:
        count = _apply_batch()
        looked_at += count
        if count < _AT_ONCE:
            break
    return looked_at


def _apply_batch() -> int:
    """Reports together, the rest one by one; where one makes them fail together, all of them so."""
    events: list[WebhookEvent] = []
    try:
        with transaction.atomic():
            events = _due(_AT_ONCE)
            alone = _apply_together(events)
    except Exception:
        if not events:
            raise
        log.exception("%d events could not be applied together.", len(events))
        alone = [event.pk for event in events]
    for event_id in alone:
        _apply_alone(event_id)
    return len(events)


def _apply_together(events: Sequence[WebhookEvent]) -> list[int]:
    """Apply and mark the plain reports; returns the ids of the rest."""
    applied: list[int] = []
    later: list[int] = []
    alone: list[int] = []
    plain: list[tuple[WebhookEvent, Report]] = []
    for event in events:
        if event.kind != EventKind.REPORT:
            alone.append(event.pk)
            continue
        reading = read(event)
        if reading.about is not About.NOTHING:
            alone.append(event.pk)
        elif reading.report is None:
            applied.append(event.pk)
        else:
            plain.append((event, reading.report))
    heard = apply_reports([report for _, report in plain])
    for (event, _), what in zip(plain, heard, strict=True):
        (applied if what is Heard.TAKEN else later).append(event.pk)
    _mark(applied=applied, later=later)
    return alone


def _apply_alone(event_id: int) -> None:
    """What one event does to an address is its own transaction: its failure holds up no other."""
    try:
        with transaction.atomic():
            events = _due(1, only=event_id)
            for event in events:
                act(event)
            _mark(applied=[event.pk for event in events], later=[])
        return
    except NotYetError:
        pass
    except Exception:
        log.exception("Event %s could not be applied and is tried again.", event_id)
    with transaction.atomic():
        _mark(applied=[], later=[event_id])


def _due(most: int, only: int | None = None) -> list[WebhookEvent]:
    with connection.cursor() as cursor:
        if only is None:
            cursor.execute(_DUE.format(only=""), [most])
        else:
            cursor.execute(_DUE.format(only="AND id = %s"), [only, most])
        return [
            WebhookEvent(
                id=row[0],
                provider=row[1],
                kind=row[2],
                provider_id=row[3],
                message_key=row[4],
                address=row[5],
                payload=json.loads(row[6]),
                told_at=row[7],
                received_at=row[8],
            )
            for row in cursor.fetchall()
        ]


def _mark(*, applied: list[int], later: list[int]) -> None:
    with connection.cursor() as cursor:
        if applied:
            cursor.execute(_APPLIED, [applied])
        if later:
            cursor.execute(_LATER, [LOOKED_FOR.total_seconds(), later])
