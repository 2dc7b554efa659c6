"""What the pages and the command line ask about mass notifications before they are sent.

What became of the messages is in `progress.py` and `results.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.core.cache import cache
from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from common.headings import Field, match_headings, placeholder_key
from common.sentences import translated
from mass_notifications.checking import columns_of_file, progress_key
from mass_notifications.choices import STARTED, LeftOut
from mass_notifications.errors import Refused
from mass_notifications.file_columns import Columns
from mass_notifications.models import MassNotification, RecipientFile, RecipientRow
from mass_notifications.placeholders import (
    ACCOUNT_SHOWN,
    Missing,
    available_placeholders,
    missing_placeholders,
)
from mass_notifications.progress import (
    Lane,
    Look,
    Recipient,
    Sending,
    SentMessage,
    message_of,
    recipients_page,
    sending,
)
from mass_notifications.shown import shown_address
from mass_notifications.summary import Summary

__all__ = [
    "Lane",
    "Look",
    "Recipient",
    "Sending",
    "SentMessage",
    "message_of",
    "recipients_page",
    "sending",
]

T = TypeVar("T")
_SORTS = {"name": "name", "state": "state", "created": "id", "processed": "processed_at"}


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`next` is what the next page starts after; None at the end."""

    items: list[T]
    next: int | None


@dataclass(frozen=True, slots=True)
class CheckProgress:
    """`share` from 0 to 1; None where nobody knows how much there is."""

    rows: int
    share: float | None
    words: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One cell that keeps a row from being sent. `index` None: the row as a whole."""

    row: int
    column: str
    index: int | None
    value: str
    problem: str
    suggestion: str
    addresses: list[str]


@dataclass(frozen=True, slots=True)
class LeftOutRow:
    row: int
    name: str
    account: str
    channel: str
    address: str
    reason: str
    reason_label: str
    # The row that keeps the address, for one that is listed twice.
    first: int | None = None


@dataclass(frozen=True, slots=True)
class ColumnShown:
    """`field` is "" where the column is a placeholder only; `placeholder` how it is written."""

    index: int
    heading: str
    field: str
    field_label: str
    placeholder: str
    sample: str


def notifications(
    *, search: str = "", state: str = "", sort: str = "-created"
) -> QuerySet[MassNotification]:
    """For the list. `sort`: name, state, created or processed, with - for the last first."""
    found = MassNotification.objects.select_related("type", "created_by", "file", "batch")
    if search.strip():
        found = found.filter(name__icontains=search.strip())
    if state:
        found = found.filter(state=state)
    column = _SORTS.get(sort.lstrip("-"), "id")
    return found.order_by(f"-{column}" if sort.startswith("-") else column, "-id")


def check_progress(notification: MassNotification) -> CheckProgress:
    told: Mapping[str, object] = cache.get(progress_key(notification.pk)) or {}
    rows = int(str(told.get("rows") or 0))
    share = told.get("share")
    phase = str(told.get("phase") or "")
    words = {
        "reading": _("Reading the file: %(rows)s rows so far.") % {"rows": f"{rows:,}"},
        "matching": _("Looking the members up, what they agreed to, and who is listed twice."),
        "counting": _("Counting the messages."),
    }.get(phase, _("Waiting for a worker to open the file."))
    late = {"matching": 0.65, "counting": 0.9}
    return CheckProgress(rows, share if isinstance(share, float) else late.get(phase), words)


def summary_of(notification: MassNotification) -> Summary | None:
    return Summary.from_json(notification.summary) if notification.summary else None


def problems_page(
    notification: MassNotification, *, after_row: int = 0, size: int = 50
) -> Page[Problem]:
    """The problems of `size` rows; a row may have several."""
    rows = list(
        RecipientRow.objects.filter(notification=notification, good=False, row__gt=after_row)
        .order_by("row")
        .values_list("row", "problems")[: size + 1]
    )
    items = [
        Problem(
            row=row,
            column=found.get("column") or "",
            index=found.get("index"),
            value=found.get("value") or "",
            problem=translated(found["problem"]),
            suggestion=found.get("suggestion") or "",
            addresses=list(found.get("addresses") or []),
        )
        for row, problems in rows[:size]
        for found in problems or []
    ]
    return Page(items, rows[size - 1][0] if len(rows) > size else None)


# Of the channels on which the row gets nothing, or of an address beside one that is used.
LEFT_OUT_ROWS = f"""
SELECT r."row", r.name, {ACCOUNT_SHOWN}, x.channel, x.address, x.reason, x.first
FROM mass_notifications_recipientrow r
LEFT JOIN customers_account a ON a.id = r.account_id,
    jsonb_to_recordset(r.left_out) AS x(channel text, address text, reason text, first int)
WHERE r.notification_id = %(notification)s AND r.left_out IS NOT NULL
    AND (%(reason)s = '' OR x.reason = %(reason)s)
    AND (%(channel)s = '' OR x.channel = %(channel)s)
"""  # noqa: S608


def left_out_page(
    notification: MassNotification,
    *,
    reason: str = "",
    channel: str = "",
    after_row: int = 0,
    size: int = 50,
) -> Page[LeftOutRow]:
    """Who gets nothing on which channel, and why; about `size` entries, never half a row."""
    with connection.cursor() as cursor:
        cursor.execute(
            LEFT_OUT_ROWS + ' AND r."row" > %(after)s ORDER BY r."row", x.channel LIMIT %(limit)s',
            {
                "notification": notification.pk,
                "reason": reason,
                "channel": channel,
                "after": after_row,
                "limit": size + 9,
            },
        )
        found = [left_out_row(row) for row in cursor.fetchall()]
    if len(found) <= size:
        return Page(found, None)
    last = found[size - 1].row
    items = [item for item in found if item.row <= last]
    return Page(items, last)


def left_out_row(row: tuple[object, ...]) -> LeftOutRow:
    number, name, account, channel, address, reason, first = row
    return LeftOutRow(
        row=int(str(number)),
        name=str(name),
        account=str(account),
        channel=str(channel),
        address=shown_address(str(address or "")),
        reason=str(reason),
        reason_label=str(LeftOut(str(reason)).label),
        first=None if first is None else int(str(first)),
    )


def rows_page(
    notification: MassNotification, *, search: str = "", after_row: int = 0, size: int = 50
) -> Page[RecipientRow]:
    """The good rows, by row; `search` in names and accounts."""
    found = RecipientRow.objects.filter(notification=notification, good=True, row__gt=after_row)
    if wanted := search.strip():
        digits = "".join(filter(str.isdigit, wanted))
        by_name = found.filter(name__icontains=wanted)
        found = by_name | found.filter(account_text__startswith=digits) if digits else by_name
    rows = list(found.order_by("row")[: size + 1])
    return Page(rows[:size], rows[size - 1].row if len(rows) > size else None)


def sent_before(notification: MassNotification) -> list[MassNotification]:
    """What was sent from a file with the very same content, the latest first."""
    file = _file(notification)
    if file is None:
        return []
    return list(
        MassNotification.objects.filter(file__sha256=file.sha256, state__in=STARTED)
        .exclude(pk=notification.pk)
        .select_related("file", "processed_by")
        .order_by("-processed_at")[:20]
    )


def columns_of(notification: MassNotification) -> list[ColumnShown]:
    """The file's columns as they are read, each with a value from the first rows."""
    file = _file(notification)
    if file is None or not file.headings:
        return []
    columns = _columns(file) or Columns((), {})
    samples = _samples(notification)
    labels = {field.value: str(field.label) for field in Field}
    return [
        ColumnShown(
            index=index,
            heading=heading,
            field=(field := columns.fields[index].value if index in columns.fields else ""),
            field_label=labels.get(field, ""),
            placeholder="" if index not in columns.placeholders else heading,
            sample=_sample(samples, columns, index),
        )
        for index, heading in enumerate(columns.headings)
    ]


def missing(notification: MassNotification) -> list[Missing]:
    """Placeholders in the words that no column gives a value for."""
    file = _file(notification)
    return missing_placeholders(notification, _columns(file))


def placeholders_of(notification: MassNotification) -> list[tuple[str, str]]:
    """(how it is written, a value from the file) of each placeholder that may be used."""
    file = _file(notification)
    columns = _columns(file)
    samples = _samples(notification) if columns else []
    record = samples[0] if samples else None
    values = {
        "name": record.name if record else "",
        "firstname": record.first_name if record else "",
        "account": record.account_text if record else "",
    }
    return [
        (name, values.get(key) or next((v for s in samples if (v := s.context.get(key))), ""))
        for key, name in available_placeholders(columns).items()
    ]


def _file(notification: MassNotification) -> RecipientFile | None:
    return RecipientFile.objects.filter(notification=notification).first()


def _columns(file: RecipientFile | None) -> Columns | None:
    """As they are read, also where nobody could be reached by them; None before they are known."""
    if file is None or not file.headings:
        return None
    try:
        return columns_of_file(file)
    except Refused:
        return Columns(tuple(file.headings), dict(match_headings(file.headings)))


def _samples(notification: MassNotification) -> list[RecipientRow]:
    return list(RecipientRow.objects.filter(notification=notification).order_by("-good", "row")[:5])


def _sample(samples: list[RecipientRow], columns: Columns, index: int) -> str:
    """What stands in a column of the first good row that has something there."""
    field = columns.fields.get(index)
    for row in samples:
        value = (
            {
                Field.ACCOUNT: row.account_text,
                Field.NAME: row.name,
                Field.FIRST_NAME: row.first_name,
                Field.EMAIL_1: row.emails[0] if row.emails else "",
                Field.EMAIL_2: row.emails[1] if len(row.emails) > 1 else "",
                Field.MOBILE: shown_address(row.text_number or row.voice_number),
                Field.HOME: shown_address(row.voice_number),
            }.get(field, "")
            if field
            else row.context.get(placeholder_key(columns.headings[index]), "")
        )
        if value:
            return str(value)
    return ""
