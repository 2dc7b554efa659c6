"""What beat does every ten seconds, so that nothing depends on a hint having arrived, or on the
process that took it having lived."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.choices import Purpose
from common.steps import run_each
from delivery.choices import BatchState
from mass_notifications.checking import CHECK_TASK, send_task
from mass_notifications.choices import State
from mass_notifications.enqueueing import ENQUEUE_TASK
from mass_notifications.errors import Refused
from mass_notifications.models import MassNotification, RecipientFile
from mass_notifications.notices import tell_finished, tell_waiting
from mass_notifications.process import blockers, finish, process
from mass_notifications.summary import Summary
from mass_notifications.types import run_types

START_TASK = "mass_notifications.start"


def run_due() -> None:
    """Resume what died, start what is due, finish what is done; each of it, whatever fails."""
    run_each((make_runs, follow_batches, resume_died, start_due, process_by_itself, finish_done))


def follow_batches() -> None:
    """Who pauses or cancels stops the batch first, and may die before the notification says so."""
    sending = MassNotification.objects.filter(state=State.SENDING)
    sending.filter(batch__state=BatchState.PAUSED).update(state=State.PAUSED)
    MassNotification.objects.filter(
        state__in=[State.SENDING, State.PAUSED], batch__state=BatchState.CANCELLED
    ).update(state=State.CANCELLED, finished_at=timezone.now())


def resume_died() -> None:
    for notification in MassNotification.objects.filter(state=State.CHECKING):
        send_task(CHECK_TASK, notification.pk)
    unfinished = MassNotification.objects.filter(
        state__in=[State.SENDING, State.PAUSED], batch__complete=False
    )
    for notification in unfinished:
        send_task(ENQUEUE_TASK, notification.pk)


def start_due() -> None:
    for notification in MassNotification.objects.filter(
        state=State.SCHEDULED, scheduled_at__lte=timezone.now()
    ):
        send_task(START_TASK, notification.pk)


def make_runs() -> None:
    for made in run_types(timezone.now()):
        _tell_made(made)


def finish_done() -> int:
    """Mark what was sent to the last, and tell who sent it; returns how many."""
    done = MassNotification.objects.filter(
        state__in=[State.SENDING, State.PAUSED], batch__state=BatchState.FINISHED
    ).values_list("pk", flat=True)
    finished = 0
    for pk in done:
        if (notification := finish(pk)) is not None:
            tell_finished(notification)
            finished += 1
    return finished


def process_by_itself() -> None:
    """The runs of types that may: processed where every row is good, else a person is told."""
    waiting = MassNotification.objects.filter(
        run_for__isnull=False,
        type__auto_process=True,
        type__active=True,
        state__in=[State.CHECKED, State.DRAFT],
        checked_at__isnull=False,
        processed_at__isnull=True,
    ).select_related("file", "created_by")
    for notification in waiting:
        why = _why_not(notification)
        if not why:
            try:
                process(notification=notification, by=notification.created_by)
            except Refused as refused:
                why = refused.words
        if why:
            tell_waiting(notification, why)


def _tell_made(notification: MassNotification) -> None:
    """A run that will not be processed by itself is somebody's to look at, from now on."""
    if not RecipientFile.objects.filter(notification=notification).exists():
        tell_waiting(notification, _("It has no list of recipients yet: upload one."))
    elif notification.type is not None and not notification.type.auto_process:
        tell_waiting(notification, _("It was made from the last one, with the same list."))


def _why_not(notification: MassNotification) -> str:
    if notification.purpose == Purpose.EMERGENCY:
        return _("An emergency is never sent without a person.")
    if words := blockers(notification):
        return " ".join(words)
    summary = Summary.from_json(notification.summary or {})
    if summary.problem_rows:
        return ngettext(
            "1 row of its file has a problem.",
            "%(rows)s rows of its file have a problem.",
            summary.problem_rows,
        ) % {"rows": f"{summary.problem_rows:,}"}
    if summary.gaps:
        return _("Some rows have no value for: %(names)s.") % {"names": ", ".join(summary.gaps)}
    return ""
