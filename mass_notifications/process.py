"""Process and what comes after it: approve, schedule, start, pause, resume, cancel, retry."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.choices import Language, Purpose
from common.sentences import translated
from delivery.batches import (
    batch_counts,
    batch_open,
    batch_pause,
    batch_resend_doubtful,
    batch_resume,
    batch_retry_failed,
    batch_stop,
    cancel_waiting,
    waiting_in,
)
from delivery.choices import BatchState
from delivery.models import Batch, Content
from mass_notifications.checking import (
    check_in_transaction,
    columns_of_file,
    send_task,
)
from mass_notifications.choices import State
from mass_notifications.enqueueing import ENQUEUE_TASK, FIRST_ROWS, enqueue_step
from mass_notifications.errors import Refused
from mass_notifications.models import MassNotification
from mass_notifications.notices import tell_approvers, tell_sent_back
from mass_notifications.placeholders import has_spanish, missing_placeholders, wording_of
from mass_notifications.summary import Summary
from mass_notifications.try_out import send_test
from mass_notifications.wording_check import wording_errors

__all__ = [
    "approve",
    "blockers",
    "cancel",
    "finish",
    "needs_approval",
    "pause",
    "process",
    "resend_doubtful",
    "resume",
    "retry_failed",
    "send_back",
    "send_test",
    "start_scheduled",
    "unschedule",
]

EMERGENCY_PERMISSION = "mass_notifications.send_emergency"
# Messages that are marked as cancelled while the person waits.
_CANCELLED_IN_REQUEST = 5_000
# A check that is older when the hour comes is made again: members change their details.
_FRESH = timedelta(minutes=10)


def blockers(notification: MassNotification) -> list[str]:
    """Why it cannot be processed as it is, in words; empty where it can."""
    if not hasattr(notification, "file"):
        return [_("Upload the list of recipients first.")]
    if notification.state == State.CHECKING:
        return [_("The file is being checked.")]
    if notification.check_error or notification.summary is None:
        return [translated(notification.check_error) or _("The file was not checked yet.")]
    summary = Summary.from_json(notification.summary)
    found = [
        words for name in wording_errors(notification, complete=True).values() for words in name
    ]
    found += [
        missing.words
        for missing in missing_placeholders(notification, columns_of_file(notification.file))
    ]
    if notification.purpose == Purpose.EMERGENCY and not notification.emergency_reason.strip():
        found.append(_("Say why this is an emergency. The reason is kept with it."))
    if summary.problem_rows and not notification.good_rows_only:
        found.append(
            ngettext(
                "1 row has a problem. Correct the file, or choose to send the good rows.",
                "%(rows)s rows have a problem. Correct the file, or choose to send the good rows.",
                summary.problem_rows,
            )
            % {"rows": f"{summary.problem_rows:,}"}
        )
    if not summary.reached:
        found.append(_("Nobody in the file would get a message."))
    if summary.too_long_texts:
        found.append(
            ngettext(
                "1 text would be longer than the carrier takes. Write a shorter text message.",
                "%(texts)s texts would be longer than the carrier takes. "
                "Write a shorter text message.",
                summary.too_long_texts,
            )
            % {"texts": f"{summary.too_long_texts:,}"}
        )
    if summary.empty_texts:
        found.append(
            ngettext(
                "1 text would have no words.",
                "%(texts)s texts would have no words.",
                summary.empty_texts,
            )
            % {"texts": f"{summary.empty_texts:,}"}
        )
    return found


def process(
    *, notification: MassNotification, by: AbstractBaseUser | None, at: datetime | None = None
) -> State:
    """Send it, or have it sent at a moment, or ask for the second person's approval first.

    Raises Refused where it is not ready, or `by` may not.
    """
    with transaction.atomic():
        locked = _lock(notification)
        if locked.state != State.CHECKED:
            raise Refused(_wrong_state(locked))
        if words := blockers(locked):
            raise Refused(" ".join(words))
        _refuse_without_permission(locked, by)
        if at is not None and at <= timezone.now():
            raise Refused(_("That moment has passed. Choose a later one."), "at")
        locked.processed_by_id = by.pk if by else None
        locked.processed_at = timezone.now()
        locked.scheduled_at = at
        if needs_approval(locked):
            locked.state = State.WAITING_APPROVAL
            locked.save()
            tell_approvers(locked)
        else:
            _start_or_schedule(locked)
    notification.refresh_from_db()
    return State(notification.state)


def needs_approval(notification: MassNotification) -> bool:
    """More members than one person may send to alone."""
    above = settings.APPROVAL_ABOVE
    reached = (notification.summary or {}).get("reached", 0)
    return bool(above and reached > above)


def approve(*, notification: MassNotification, by: AbstractBaseUser) -> State:
    """The second person's yes. Raises Refused where it is the same person."""
    with transaction.atomic():
        locked = _lock(notification)
        if locked.state != State.WAITING_APPROVAL:
            raise Refused(_wrong_state(locked))
        if by.pk == locked.processed_by_id:
            raise Refused(_("You asked to send this yourself. Somebody else has to approve it."))
        _refuse_without_permission(locked, by)
        locked.approved_by_id, locked.approved_at = by.pk, timezone.now()
        _start_or_schedule(locked)
    notification.refresh_from_db()
    return State(notification.state)


def send_back(*, notification: MassNotification, by: AbstractBaseUser | None = None) -> None:
    """Not approved, or thought better of: it may be changed again."""
    with transaction.atomic():
        tell_sent_back(_lock(notification), by=by)
        _back_to_checked(notification, State.WAITING_APPROVAL)


def unschedule(*, notification: MassNotification) -> None:
    _back_to_checked(notification, State.SCHEDULED)


def start_scheduled(notification_id: int) -> None:
    """Start what is due, after a fresh check. Where that finds something new that holds it up,
    it waits for a person."""
    with transaction.atomic():
        found = MassNotification.objects.select_for_update(of=("self",), skip_locked=True)
        notification = found.filter(
            pk=notification_id, state=State.SCHEDULED, scheduled_at__lte=timezone.now()
        ).first()
        if notification is None:
            return
        checked = notification.checked_at
        if checked is None or timezone.now() - checked > _FRESH:
            check_in_transaction(notification)
        if blockers(notification):
            notification.state = State.CHECKED if notification.summary else State.DRAFT
            notification.save()
        else:
            _start(notification)


def pause(*, notification: MassNotification) -> None:
    if notification.batch is None or not batch_pause(notification.batch):
        raise Refused(_wrong_state(notification))
    with transaction.atomic():
        locked = _lock(notification)
        if locked.state == State.SENDING:
            locked.state = State.PAUSED
            locked.save(update_fields=["state"])
    notification.refresh_from_db()


def resume(*, notification: MassNotification) -> None:
    with transaction.atomic():
        locked = _lock(notification)
        if locked.state != State.PAUSED or locked.batch is None:
            raise Refused(_wrong_state(locked))
        locked.state = State.SENDING
        locked.save(update_fields=["state"])
        batch_resume(locked.batch)
    notification.refresh_from_db()


def cancel(*, notification: MassNotification) -> int:
    """Stop what is unsent, for good. Returns how many messages that was."""
    if notification.batch is None:
        if notification.state not in {State.SCHEDULED, State.WAITING_APPROVAL}:
            raise Refused(_wrong_state(notification))
        _back_to_checked(notification, State(notification.state))
        return 0
    if notification.state not in {State.SENDING, State.PAUSED}:
        raise Refused(_wrong_state(notification))
    # The batch first: that alone stops the drains, while a step of enqueueing may still run.
    batch_stop(notification.batch)
    with transaction.atomic():
        locked = _lock(notification)
        if locked.state in {State.SENDING, State.PAUSED}:
            locked.state, locked.finished_at = State.CANCELLED, timezone.now()
            locked.save(update_fields=["state", "finished_at"])
    waiting = waiting_in(batch_counts(notification.batch))
    if waiting <= _CANCELLED_IN_REQUEST:
        waiting = cancel_waiting(notification.batch.pk)
    # Of more, the rows are marked by the sweep; none of them is sent.
    notification.refresh_from_db()
    return waiting


def retry_failed(*, notification: MassNotification) -> int:
    """Queue what failed again. Returns how many messages that was."""
    return _again(notification, batch_retry_failed)


def resend_doubtful(*, notification: MassNotification) -> int:
    """Queue what is in doubt again: a person decided that twice is better than never. Returns
    how many messages that was."""
    return _again(notification, batch_resend_doubtful)


def _again(notification: MassNotification, queue_again: Callable[[Batch], int]) -> int:
    with transaction.atomic():
        locked = _lock(notification)
        if locked.batch is None or locked.state == State.CANCELLED:
            raise Refused(_wrong_state(locked))
        retried = queue_again(locked.batch)
        if retried and locked.state == State.FINISHED:
            locked.state, locked.finished_at = State.SENDING, None
            locked.save(update_fields=["state", "finished_at"])
    notification.refresh_from_db()
    return retried


def finish(notification_id: int) -> MassNotification | None:
    """Finished, where its batch is. Returns it where it was this call that did it."""
    with transaction.atomic():
        notification = (
            MassNotification.objects.select_for_update(of=("self",))
            .select_related("batch")
            .filter(pk=notification_id, state__in=[State.SENDING, State.PAUSED])
            .first()
        )
        if notification is None or notification.batch is None:
            return None
        if notification.batch.state != BatchState.FINISHED:
            return None
        notification.state = State.FINISHED
        notification.finished_at = notification.batch.finished_at or timezone.now()
        notification.save(update_fields=["state", "finished_at"])
    return notification


def _lock(notification: MassNotification) -> MassNotification:
    return (
        MassNotification.objects.select_for_update(of=("self",))
        .select_related("batch", "file")
        .get(pk=notification.pk)
    )


def _start_or_schedule(notification: MassNotification) -> None:
    if notification.scheduled_at and notification.scheduled_at > timezone.now():
        notification.state = State.SCHEDULED
        notification.save()
    else:
        _start(notification)


def _start(notification: MassNotification) -> None:
    """Batch, wording, and the first messages at once; a worker does the rest. In a transaction."""
    notification.batch = batch_open(name=notification.name[:120])
    notification.content_en = _content(notification, Language.ENGLISH.value)
    if has_spanish(notification):
        notification.content_es = _content(notification, Language.SPANISH.value)
    notification.state = State.SENDING
    notification.enqueued_through = 0
    notification.save()
    enqueue_step(notification.pk, rows=FIRST_ROWS)
    transaction.on_commit(lambda: send_task(ENQUEUE_TASK, notification.pk))


def _content(notification: MassNotification, language: str) -> Content:
    wording = wording_of(notification, language)
    return Content.objects.create(
        subject=wording.subject_source.strip(),
        body=wording.body_source,
        text_body=wording.text_source,
        voice_body=wording.voice_source,
        language=language,
        purpose=wording.purpose,
        topic=wording.topic,
        tracked=wording.tracked,
    )


def _refuse_without_permission(notification: MassNotification, by: AbstractBaseUser | None) -> None:
    """RULES 3: an emergency is for those who may; the machine never sends one by itself."""
    if notification.purpose != Purpose.EMERGENCY:
        return
    if not isinstance(by, PermissionsMixin) or not by.has_perm(EMERGENCY_PERMISSION):
        raise Refused(_("Your role does not include sending emergencies. Ask an administrator."))


def _back_to_checked(notification: MassNotification, state: State) -> None:
    with transaction.atomic():
        locked = _lock(notification)
        if locked.state != state:
            raise Refused(_wrong_state(locked))
        locked.state = State.CHECKED
        locked.scheduled_at = locked.processed_at = locked.approved_at = None
        locked.processed_by_id = locked.approved_by_id = None
        locked.save()
    notification.refresh_from_db()


def _wrong_state(notification: MassNotification) -> str:
    label = notification.get_state_display()
    return _("That cannot be done now: “%(name)s” is at “%(label)s”. Load the page again.") % {
        "name": notification.name,
        "label": label,
    }
