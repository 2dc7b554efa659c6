"""What a person says about the columns of a file."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from common.headings import Field
from mass_notifications.checking import check_start
from mass_notifications.choices import EDITABLE, State
from mass_notifications.errors import Refused
from mass_notifications.file_columns import columns_of_headings
from mass_notifications.models import MassNotification, RecipientFile


def column_choices() -> list[tuple[str, str]]:
    """(value, label) for a person who says what a column is."""
    labels = {Field.ACCOUNT: _("Member separator (account)")}
    return [
        ("", _("Placeholder only")),
        *((field.value, str(labels.get(field, field.label))) for field in Field),
    ]


def columns_remap(*, notification: MassNotification, mapping: Mapping[int, str]) -> None:
    """Read the columns as a person says (column → field, "" for a placeholder only), and check
    again. Raises Refused where that leaves nobody to reach, or a field given twice."""
    with transaction.atomic():
        file = editable_file(notification)
        chosen = {str(column): value for column, value in mapping.items()}
        if file.headings:
            columns_of_headings(file.headings, chosen)
        file.mapping = chosen
        file.save(update_fields=["mapping"])
        check_start(file.notification)
    notification.refresh_from_db()


def editable_file(notification: MassNotification) -> RecipientFile:
    """The file, its notification locked. Raises Refused where there is none, or it is too late."""
    locked = MassNotification.objects.select_for_update().get(pk=notification.pk)
    if locked.state not in {*EDITABLE, State.CHECKING}:
        raise Refused(_("The file of a notification that is on its way cannot be changed."))
    file = RecipientFile.objects.filter(notification=locked).first()
    if file is None:
        raise Refused(_("There is no file yet. Upload one first."))
    file.notification = locked
    return file
