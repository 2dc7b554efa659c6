"""A correction to one cell of a file that was uploaded."""

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
from mass_notifications.matching import leave_out_duplicates, match_rows, staging
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
        cells = before.cells or _cells_of(file, row)
        columns = columns_of_file(file)
        before.delete()
        matching = matching_of(file.notification, columns, notification_id=notification.pk)
        with staging():
            stage(iter([(row, cells)]), columns, wording=file.notification, fixes=fixes)
            match_rows(matching)
        leave_out_duplicates(matching)
        recount(file.notification)
    notification.refresh_from_db()
    return RecipientRow.objects.get(notification=notification, row=row)


def _cells_of(file: RecipientFile, row: int) -> list[str]:
    with opened(file) as (sheet, _columns):
        for number, cells in sheet.rows():
            if number == row:
                return cells
    raise Refused(_("There is no row %(row)s in the file.") % {"row": row})
