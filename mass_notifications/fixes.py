"""A correction to one cell of a file that was uploaded."""

from collections.abc import Iterator

from django.db import transaction
from django.utils.translation import gettext as _

from mass_notifications.checking import (
    columns_of_file,
    matching_of,
    opened,
    recount,
    stage,
)
from mass_notifications.choices import State
from mass_notifications.columns import editable_file
from mass_notifications.errors import Refused
from mass_notifications.matching import match_rows, staging
from mass_notifications.models import MassNotification, RecipientFile, RecipientRow


def cell_fix(
    *, notification: MassNotification, row: int, column: int, values: list[str]
) -> RecipientRow:
    """Read a cell as `values` say (two for "Use both"), and check its row again."""
    with transaction.atomic():
        file = editable_file(notification)
        if file.notification.state != State.CHECKED:
            raise Refused(_("The file is being checked. Try again in a moment."))
        before = RecipientRow.objects.filter(notification=notification, row=row).first()
        if before is None or not 0 <= column < len(file.headings):
            raise Refused(
                _("There is no row %(row)s with such a column in the file any more.") % {"row": row}
            )
        fixes = dict(file.fixes)
        fixes[str(row)] = {**fixes.get(str(row), {}), str(column): [v.strip() for v in values]}
        file.fixes = fixes
        file.save(update_fields=["fixes"])
        again = _to_read_again(before)
        read = [(row, before.cells)] if before.cells and len(again) == 1 else _cells_of(file, again)
        columns = columns_of_file(file)
        rows = list(read)
        RecipientRow.objects.filter(notification=notification, row__in=again).delete()
        with staging():
            stage(iter(rows), columns, wording=file.notification, fixes=fixes)
            match_rows(
                matching_of(
                    file.notification,
                    columns,
                    notification_id=notification.pk,
                    beside_others=True,
                )
            )
        recount(file.notification)
    notification.refresh_from_db()
    return RecipientRow.objects.get(notification=notification, row=row)


def _to_read_again(row: RecipientRow) -> set[int]:
    """The row, and those that were left out because it reaches the same people."""
    waiting = RecipientRow.objects.filter(
        notification_id=row.notification_id, left_out__contains=[{"first": row.row}]
    )
    return {row.row, *waiting.values_list("row", flat=True)}


def _cells_of(file: RecipientFile, rows: set[int]) -> Iterator[tuple[int, list[str]]]:
    left = len(rows)
    with opened(file) as (sheet, _columns):
        for number, cells in sheet.rows():
            if number in rows:
                yield number, cells
                left -= 1
                if not left:
                    return
    raise Refused(_("The file is not the one that was checked. Check it again."))
