"""Notification types: keeping them, and making a notification when one comes round."""

import logging
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.choices import Purpose
from mass_notifications.checking import check_start
from mass_notifications.choices import Frequency, State
from mass_notifications.drafts import take_wording
from mass_notifications.models import MassNotification, NotificationType, RecipientFile
from mass_notifications.recurrence import next_run_after
from mass_notifications.wording_check import wording_errors

log = logging.getLogger(__name__)


def type_save(*, type: NotificationType) -> NotificationType:
    """Save a type, with its next run. Raises ValidationError (field → words)."""
    errors = wording_errors(type, complete=False)
    if type.frequency != Frequency.ONCE and type.first_run is None:
        errors["first_run"] = [_("Say when it is due for the first time.")]
    if type.auto_process and type.purpose == Purpose.EMERGENCY:
        errors["auto_process"] = [_("An emergency is never sent without a person.")]
    if type.purpose == Purpose.VERIFICATION:
        errors["purpose"] = [_("Verification is never sent to many at once.")]
    if errors:
        raise ValidationError(errors)
    type.next_run = None
    if type.active and type.first_run is not None:
        type.next_run = next_run_after(type.first_run, type.frequency, timezone.now())
    type.full_clean()
    type.save()
    return type


def run_types(now: datetime) -> list[MassNotification]:
    """Make the notifications of the types that are due, each once, and set their next run."""
    made = []
    due = NotificationType.objects.filter(active=True, next_run__lte=now).values_list(
        "pk", flat=True
    )
    for pk in due:
        with transaction.atomic():
            found = NotificationType.objects.select_for_update(skip_locked=True)
            type = found.filter(pk=pk, active=True, next_run__lte=now).first()
            if type is None or type.next_run is None:
                continue
            notification = _make_run(type, type.next_run)
            first = type.first_run or type.next_run
            # Runs that nobody was there for are not made up for: one is enough.
            type.next_run = next_run_after(first, type.frequency, now)
            type.save(update_fields=["next_run"])
        if notification is not None:
            made.append(notification)
    return made


def _make_run(type: NotificationType, run: datetime) -> MassNotification | None:
    """A notification like the last of the type: its words if they were changed, and its file,
    which is checked anew."""
    if MassNotification.objects.filter(type=type, run_for=run).exists():
        return None
    last = (
        MassNotification.objects.filter(type=type, file__isnull=False)
        .select_related("file")
        .order_by("-id")
        .first()
    )
    day = timezone.localtime(run).date().isoformat()
    notification = MassNotification(
        type=type, run_for=run, name=f"{type.name[:100]}, {day}", state=State.DRAFT
    )
    take_wording(source=type if last is None else last, target=notification)
    if last is not None:
        notification.created_by_id = last.created_by_id
        notification.good_rows_only = last.good_rows_only
    notification.save()
    if last is not None:
        _same_file(last.file, notification)
        check_start(notification)
    return notification


def _same_file(file: RecipientFile, notification: MassNotification) -> None:
    copy = RecipientFile.objects.get(pk=file.pk)
    copy.pk = None
    copy.notification = notification
    copy._state.adding = True
    copy.save()
