"""From recipient rows to messages in the outbox, step by step, each step committed.

A message's key comes from notification, row, channel and address, so a step that is done twice
makes nothing twice; a process that dies is followed by another that goes on where it was.
"""

from dataclasses import dataclass

from django.db import connection, transaction

from common.choices import Channel, Language, Purpose
from delivery.batches import batch_complete
from delivery.choices import Lane
from delivery.models import Sender
from delivery.outbox import enqueue_select
from delivery.selectors import default_sender
from mass_notifications.checking import ENQUEUEING, columns_of_file, locked
from mass_notifications.choices import State
from mass_notifications.models import MassNotification
from mass_notifications.placeholders import context_sql, used_placeholders

# The first step is small, so that the first message leaves at once.
FIRST_ROWS = 2_000
ROWS_AT_ONCE = 10_000
ENQUEUE_TASK = "mass_notifications.enqueue"
_GOES_ON = (State.SENDING, State.PAUSED)


def enqueue_rest(notification_id: int) -> None:
    """Put what is not yet in the outbox there. Does nothing where another process is at it."""
    while True:
        with transaction.atomic(), locked(notification_id, ENQUEUEING) as alone:
            if not alone or not enqueue_step(notification_id, rows=ROWS_AT_ONCE):
                return


def enqueue_step(notification_id: int, *, rows: int) -> bool:
    """The next rows. False where there are no more, or where it was cancelled. In a transaction,
    which a cancellation waits for."""
    notification = (
        MassNotification.objects.select_for_update(of=("self",))
        .select_related("batch", "file")
        .filter(pk=notification_id, state__in=_GOES_ON, batch__complete=False)
        .first()
    )
    if notification is None or notification.batch is None:
        return False
    through = _next_row(notification, rows)
    if through is None:
        batch_complete(notification.batch)
        return False
    _enqueue_between(notification, notification.enqueued_through, through)
    notification.enqueued_through = through
    notification.save(update_fields=["enqueued_through"])
    return True


def lane_of(notification: MassNotification) -> Lane:
    return Lane.URGENT if notification.purpose == Purpose.EMERGENCY else Lane.BULK


def _next_row(notification: MassNotification, rows: int) -> int | None:
    """The row with which the next step ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT max("row") FROM (SELECT "row" FROM mass_notifications_recipientrow '
            'WHERE notification_id = %s AND "row" > %s ORDER BY "row" LIMIT %s) next',
            [notification.pk, notification.enqueued_through, rows],
        )
        found = cursor.fetchone()
    return found[0] if found else None


@dataclass(frozen=True, slots=True)
class _Way:
    """How a channel's addresses come out of a row."""

    address: str
    source: str
    where: str


_WAYS = {
    Channel.EMAIL: _Way("to_.address", ", unnest(r.emails) AS to_(address)", "true"),
    Channel.TEXT: _Way("r.text_number", "", "r.text_number <> ''"),
    Channel.VOICE: _Way("r.voice_number", "", "r.voice_number <> ''"),
    Channel.PUSH: _Way("'device:' || to_.id", ", unnest(r.devices) AS to_(id)", "true"),
}


def _enqueue_between(notification: MassNotification, after: int, through: int) -> int:
    """The messages of the rows after one and through another, on all channels."""
    channels = [channel for channel in Channel if channel in notification.channels]
    senders: dict[Channel, Sender] = {channel: default_sender(channel) for channel in channels}
    keys = [used.key for used in used_placeholders(notification) if used.key]
    context = context_sql(keys, columns_of_file(notification.file))
    lane = lane_of(notification)
    query = " UNION ALL ".join(_select(channel, context) for channel in channels)
    params: dict[str, object] = {
        "notification": notification.pk,
        "batch": notification.batch_id,
        "content_en": notification.content_en_id,
        "content_es": notification.content_es_id or notification.content_en_id,
        "lane": lane.value,
        "purpose": notification.purpose,
        "after": after,
        "through": through,
        **{f"sender_{channel}": sender.pk for channel, sender in senders.items()},
    }
    return enqueue_select(query, params, senders=senders.values(), lane=lane)


def _select(channel: Channel, context: str) -> str:
    """A SELECT of `delivery.outbox.COLUMNS`. Members and accounts that are gone by now are NULL."""
    way = _WAYS[channel]
    cause = f"'mass:' || %(notification)s::bigint || ':' || r.\"row\" || ':{channel}:'"
    return f"""
SELECT md5({cause} || {way.address})::uuid,
    %(batch)s::bigint,
    CASE WHEN r.language = '{Language.SPANISH}' THEN %(content_es)s::bigint
         ELSE %(content_en)s::bigint END,
    %(sender_{channel})s::bigint, c.id, a.id, r."row"::bigint, '{channel}', %(lane)s::text,
    %(purpose)s::text, {way.address}, {context}, r.time_zone, now(), now()
FROM mass_notifications_recipientrow r
LEFT JOIN customers_account a ON a.id = r.account_id
LEFT JOIN customers_customer c ON c.id = r.customer_id{way.source}
WHERE r.notification_id = %(notification)s AND r."row" > %(after)s AND r."row" <= %(through)s
    AND r.good AND {way.where}
"""  # noqa: S608  (fragments of this module; every value is a parameter)
