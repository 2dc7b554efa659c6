"""Downloads: what became of everybody, which rows had a problem, who was left out. As streams."""

from collections.abc import Iterator, Mapping

from django.db import connection

from common.choices import Channel
from common.safe_exports import Cell, stream_csv
from common.spreadsheets import SpreadsheetError
from delivery.choices import Status
from mass_notifications.checking import opened
from mass_notifications.choices import LeftOut
from mass_notifications.errors import Refused
from mass_notifications.models import MassNotification
from mass_notifications.placeholders import ACCOUNT_SHOWN, ROW_OF_MESSAGE
from mass_notifications.selectors import LEFT_OUT_ROWS, left_out_row
from mass_notifications.shown import shown_address

REASON_HEADING = "What is wrong"
_AT_ONCE = 2_000
_LEFT_OUT = "left_out"
_PROBLEM = "problem"

# One row a recipient and channel: the messages, then who got none, and why.
_RESULTS = f"""
SELECT r."row", {ACCOUNT_SHOWN}, r.name, m.channel, m.address, m.status, m.reason, m.code,
    m.queued_at, m.handed_at, m.settled_at
FROM delivery_message m {ROW_OF_MESSAGE}
WHERE m.batch_id = %(batch)s
UNION ALL
SELECT r."row", {ACCOUNT_SHOWN}, r.name, x.channel, x.address, '{_LEFT_OUT}', x.reason, '',
    NULL, NULL, NULL
FROM mass_notifications_recipientrow r
LEFT JOIN customers_account a ON a.id = r.account_id,
    jsonb_to_recordset(r.left_out) AS x(channel text, address text, reason text)
WHERE r.notification_id = %(notification)s AND r.left_out IS NOT NULL
UNION ALL
SELECT r."row", {ACCOUNT_SHOWN}, r.name, '', '', '{_PROBLEM}',
    (SELECT string_agg(p->>'problem', ' ') FROM jsonb_array_elements(r.problems) p), '',
    NULL, NULL, NULL
FROM mass_notifications_recipientrow r
LEFT JOIN customers_account a ON a.id = r.account_id
WHERE r.notification_id = %(notification)s AND NOT r.good
ORDER BY 1, 4, 5
"""  # noqa: S608
_RESULT_HEADINGS = (
    "Row", "Account", "Name", "Channel", "Address", "Status", "Reason", "Code", "Queued",
    "Handed over", "Settled",
)  # fmt: skip


def results_csv(notification: MassNotification) -> Iterator[bytes]:
    """One row a recipient and channel, in the order of the file."""
    params = {"notification": notification.pk, "batch": notification.batch_id}
    return stream_csv(_RESULT_HEADINGS, (_result(row) for row in _rows(_RESULTS, params)))


def left_out_csv(notification: MassNotification) -> Iterator[bytes]:
    params: dict[str, str | int | None] = {
        "notification": notification.pk,
        "reason": "",
        "channel": "",
    }
    rows = (
        left_out_row(row) for row in _rows(f'{LEFT_OUT_ROWS} ORDER BY r."row", x.channel', params)
    )
    return stream_csv(
        ("Row", "Account", "Name", "Channel", "Address", "Left out because"),
        (
            (
                row.row,
                row.account,
                row.name,
                str(Channel(row.channel).label),
                row.address,
                row.reason_label + (f" (as row {row.first})" if row.first else ""),
            )
            for row in rows
        ),
    )


def problems_csv(notification: MassNotification) -> Iterator[bytes]:
    """The rows with a problem as they came, with what is wrong in a column of its own: to be
    corrected and uploaded."""
    problems = _rows(
        "SELECT r.\"row\", (SELECT string_agg(CASE WHEN p->>'column' <> '' "
        "THEN (p->>'column') || ': ' ELSE '' END || (p->>'problem'), ' ') "
        "FROM jsonb_array_elements(r.problems) p) "
        "FROM mass_notifications_recipientrow r "
        'WHERE r.notification_id = %(notification)s AND NOT r.good ORDER BY r."row"',
        {"notification": notification.pk},
    )
    headings = (*notification.file.headings, REASON_HEADING, "Row in your file")
    return stream_csv(headings, _problem_rows(notification, problems))


def _problem_rows(
    notification: MassNotification, problems: Iterator[tuple[object, ...]]
) -> Iterator[list[Cell]]:
    """File and problems are both in the order of the rows: they are read side by side."""
    wanted = next(problems, None)
    if wanted is None:
        return
    width = len(notification.file.headings)
    try:
        with opened(notification.file) as (sheet, _):
            for number, cells in sheet.rows():
                if number != wanted[0]:
                    continue
                yield [*cells[:width], str(wanted[1] or ""), number]
                wanted = next(problems, None)
                if wanted is None:
                    return
    except (SpreadsheetError, Refused) as error:  # the stored file was damaged since
        yield [f"The file cannot be read any more: {error}"]


def _result(row: tuple[object, ...]) -> list[Cell]:
    number, account, name, channel, address, status, reason, code, *times = row
    if status == _LEFT_OUT:
        label, why = "Left out", str(LeftOut(str(reason)).label)
    elif status == _PROBLEM:
        label, why = "Not sent: the row has a problem", str(reason or "")
    else:
        label, why = str(Status(str(status)).label), str(reason or "")
        if why in LeftOut.values:
            why = str(LeftOut(why).label)
    return [
        int(str(number)),
        str(account),
        str(name),
        str(Channel(str(channel)).label) if channel else "",
        shown_address(str(address or "")),
        label,
        why,
        str(code),
        *(time for time in times),  # type: ignore[list-item]
    ]


def _rows(query: str, params: Mapping[str, str | int | None]) -> Iterator[tuple[object, ...]]:
    """The rows of a query, held by the server and fetched as they are needed."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, params)
        while rows := cursor.fetchmany(_AT_ONCE):
            yield from rows
