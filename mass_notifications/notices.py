"""Mails to the people who work with mass notifications, in the language of the installation."""

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext, gettext_noop

from common.choices import Channel, Purpose
from delivery.batches import batch_counts, standing_batch
from delivery.choices import Lane, Status
from delivery.models import Content
from delivery.outbox import enqueue
from mass_notifications.models import MassNotification

_BATCH = "Notices to staff"
_DONE = (
    gettext_noop("“{{ name }}” has been sent"),
    gettext_noop(
        "Hello,\n\n“{{ name }}” is done. {{ figures }}\n\n"
        "Recipients and results: {{ link }}\n\nYou get this mail because you processed it."
    ),
)
_WAITS = (
    gettext_noop("“{{ name }}” waits for you"),
    gettext_noop(
        "Hello,\n\n“{{ name }}” is due, and was not sent by itself. {{ figures }}\n\n"
        "Look at it here: {{ link }}"
    ),
)


def tell_finished(notification: MassNotification) -> None:
    """Once for each time it is finished: a retry of the failed may finish it again."""
    counts: dict[str, int] = {}
    if notification.batch is not None:
        for of_channel in batch_counts(notification.batch).values():
            for status, count in of_channel.items():
                counts[status] = counts.get(status, 0) + count
    failed = counts.get(Status.FAILED, 0) + counts.get(Status.BOUNCED, 0)
    unsent = counts.get(Status.SUPPRESSED, 0) + counts.get(Status.CANCELLED, 0)
    reached = sum(counts.values()) - failed - unsent - counts.get(Status.UNKNOWN, 0)
    figures = gettext("%(reached)s messages went out, %(failed)s failed.") % {
        "reached": f"{reached:,}",
        "failed": f"{failed:,}",
    }
    if counts.get(Status.UNKNOWN):
        figures += " " + gettext("%(count)s are in doubt.") % {
            "count": f"{counts[Status.UNKNOWN]:,}"
        }
    _tell(notification, _DONE, figures, f"finished:{notification.finished_at}")


def tell_waiting(notification: MassNotification, why: str) -> None:
    _tell(notification, _WAITS, why, f"waits:{notification.check_number}")


def _tell(notification: MassNotification, words: tuple[str, str], figures: str, what: str) -> None:
    person: AbstractBaseUser | None = notification.processed_by or notification.created_by
    address = getattr(person, "email", "")
    if not address:
        return
    subject, body = (gettext(text) for text in words)
    content = Content.objects.filter(
        subject=subject, body=body, purpose=Purpose.ACCOUNT
    ).first() or Content.objects.create(
        subject=subject, body=body, purpose=Purpose.ACCOUNT, resend_in_doubt=True
    )
    enqueue(
        batch=standing_batch(_BATCH),
        content=content,
        cause=f"mass-notice:{notification.pk}:{what}",
        channel=Channel.EMAIL,
        address=address,
        lane=Lane.URGENT,
        context={
            "name": notification.name,
            "figures": figures,
            "link": f"{settings.PUBLIC_URL}/console/mass-notifications/{notification.pk}/",
        },
    )
