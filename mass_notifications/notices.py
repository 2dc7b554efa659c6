"""Mails to the people who work with mass notifications, in the language of the installation."""

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, User
from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_noop

from common.choices import Channel, Purpose
from delivery.batches import batch_counts, standing_batch
from delivery.choices import Lane, Status
from delivery.outbox import enqueue
from delivery.selectors import standing_content
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

_ASKS = (
    gettext_noop("“{{ name }}” waits for your approval"),
    gettext_noop(
        "Hello,\n\n{{ figures }} It needs a second person's yes before it goes out.\n\n"
        "Look at it, and approve it or send it back: {{ link }}"
    ),
)
_SENT_BACK = (
    gettext_noop("“{{ name }}” was not approved"),
    gettext_noop(
        "Hello,\n\n{{ figures }} Nothing was sent. Change it, and process it again: {{ link }}"
    ),
)


def tell_approvers(notification: MassNotification) -> None:
    """All who may approve it, but for whoever asks."""
    asker = notification.processed_by
    figures = gettext("%(asker)s wants to send “%(name)s” to %(members)s members.") % {
        "asker": _name_of(asker),
        "name": notification.name,
        "members": f"{(notification.summary or {}).get('reached', 0):,}",
    }
    what = f"asks:{notification.processed_at}"
    for person in _approvers():
        if person == asker:
            continue
        _tell(notification, _ASKS, figures, f"{what}:{person.pk}", person=person)


def tell_sent_back(notification: MassNotification, *, by: AbstractBaseUser | None) -> None:
    """Whoever had asked, unless it is who takes it back."""
    if by is None or by.pk == notification.processed_by_id:
        return
    figures = gettext("%(name)s sent it back.") % {"name": _name_of(by)}
    _tell(notification, _SENT_BACK, figures, f"sent-back:{notification.processed_at}")


def _approvers() -> QuerySet[User]:
    return User.objects.with_perm(
        "mass_notifications.approve_massnotification",
        backend="django.contrib.auth.backends.ModelBackend",
    ).order_by("pk")


def _name_of(person: AbstractBaseUser | None) -> str:
    name: str = person.get_full_name() if isinstance(person, User) else ""
    return name or getattr(person, "email", "") or gettext("A colleague")


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


def _tell(
    notification: MassNotification,
    words: tuple[str, str],
    figures: str,
    what: str,
    *,
    person: AbstractBaseUser | None = None,
) -> None:
    """`person`: without one, whoever processed it."""
    person = person or notification.processed_by or notification.created_by
    address = getattr(person, "email", "")
    if not address:
        return
    subject, body = (gettext(text) for text in words)
    content = standing_content(
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
