"""Writing a mass notification: from nothing to what can be processed."""

from collections.abc import Mapping
from functools import partial

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from common.choices import Channel, Purpose
from common.text_segments import plain
from mass_notifications.checking import CHECKING, RECOUNT_IN_REQUEST, check_start, locked, recount
from mass_notifications.choices import EDITABLE, State
from mass_notifications.errors import Refused
from mass_notifications.models import (
    MassNotification,
    NotificationType,
    RecipientFile,
    RecipientRow,
    WordingFields,
)
from mass_notifications.uploads import forget_file
from mass_notifications.wording_check import validate_wording

WORDING = tuple(field.name for field in WordingFields._meta.get_fields())
_CHANGEABLE = frozenset({*WORDING, "name", "type", "emergency_reason", "good_rows_only"})
# What the rows themselves depend on: who is left out, which cells matter.
_ROWS_DEPEND_ON = frozenset({"channels", "purpose"})
# What nothing that was counted depends on.
_COUNTS_NOTHING = frozenset({"name", "type", "emergency_reason", "good_rows_only"})


def notification_create(
    *, name: str, by: AbstractBaseUser | None, type: NotificationType | None = None
) -> MassNotification:
    """A draft, with the wording of its type."""
    notification = MassNotification(
        name=_name(name), type=type, created_by_id=by.pk if by else None
    )
    if type is not None:
        take_wording(source=type, target=notification)
    notification.save()
    return notification


def take_wording(*, source: WordingFields, target: WordingFields) -> None:
    for field in WORDING:
        value = getattr(source, field)
        setattr(target, field, list(value) if isinstance(value, list) else value)


def notification_update(
    *, notification: MassNotification, changes: Mapping[str, object]
) -> MassNotification:
    """Change what is given, and check or count again what depends on it.

    Raises ValidationError (field → words), and Refused once it is on its way.
    """
    unknown = set(changes) - _CHANGEABLE
    if unknown:
        raise ValueError(f"not changeable: {', '.join(sorted(unknown))}")
    with transaction.atomic():
        locked = MassNotification.objects.select_for_update().get(pk=notification.pk)
        if locked.state not in {*EDITABLE, State.CHECKING}:
            raise Refused(
                _("This notification is on its way. Its words cannot be changed any more.")
            )
        changed = {name for name, value in changes.items() if getattr(locked, name) != value}
        for name in changed:
            setattr(locked, name, changes[name])
        if "name" in changed:
            locked.name = _name(str(changes["name"]))
        _order_channels(locked)
        _refuse_purpose(locked)
        validate_wording(locked)
        locked.save()
        if RecipientFile.objects.filter(notification=locked).exists():
            if changed & _ROWS_DEPEND_ON or locked.state == State.CHECKING:
                check_start(locked)
            elif changed - _COUNTS_NOTHING and locked.state == State.CHECKED:
                if (locked.summary or {}).get("rows", 0) <= RECOUNT_IN_REQUEST:
                    recount(locked)
                else:
                    check_start(locked)
    notification.refresh_from_db()
    return notification


def notification_delete(*, notification: MassNotification) -> None:
    """Only what never went out. A check that is at it ends first."""
    with transaction.atomic(), locked(notification.pk, CHECKING, wait=True):
        current = MassNotification.objects.select_for_update().get(pk=notification.pk)
        if current.batch_id is not None or current.state not in {*EDITABLE, State.CHECKING}:
            raise Refused(_("What was sent, or is on its way, stays on record."))
        paths = list(
            RecipientFile.objects.filter(notification=current).values_list("path", flat=True)
        )
        RecipientRow.objects.filter(notification=current)._raw_delete("default")
        current.delete()
        for path in paths:
            transaction.on_commit(partial(forget_file, path))


def plain_quotes(*, notification: MassNotification) -> MassNotification:
    """Write the plain character for each that makes texts dearer, in what texts say (RULES 13)."""
    changes: dict[str, object] = {}
    for name, fallback in (("text_body", "body"), ("text_body_es", "body_es")):
        text = getattr(notification, name) or getattr(notification, fallback)
        if plain(text) != text:
            changes[name] = plain(text)
    return notification_update(notification=notification, changes=changes)


def _name(name: str) -> str:
    clean = " ".join(name.split())
    if not clean:
        raise ValidationError({"name": [_("Give it a name, such as “Lake Commons restoration”.")]})
    if len(clean) > 100:
        raise ValidationError(
            {
                "name": [
                    _("The name has %(count)s characters; 100 is the most.") % {"count": len(clean)}
                ]
            }
        )
    return clean


def _order_channels(notification: MassNotification) -> None:
    chosen = set(notification.channels)
    known = [channel for channel in Channel.values if channel in chosen]
    notification.channels = [*known, *sorted(chosen - set(known))]


def _refuse_purpose(notification: MassNotification) -> None:
    if notification.purpose not in Purpose.values or notification.purpose == Purpose.VERIFICATION:
        raise ValidationError(
            {"purpose": [_("Choose why it is sent; verification is never sent to many at once.")]}
        )
