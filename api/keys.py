"""Making a key, knowing it again, taking it back."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import Permission
from django.contrib.postgres.aggregates import ArrayAgg
from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Concat
from django.utils import timezone

from api.models import ApiKey

# So that a key found in a file or a log can be told for what it is.
PREFIX = "upn_"
# "Last used" is as exact as this; a write for each request would be a price for nothing.
_USED_EXACTNESS = timedelta(minutes=1)
_MAY = ArrayAgg(
    Concat("permissions__content_type__app_label", Value("."), "permissions__codename"),
    filter=Q(permissions__isnull=False),
    default=Value([]),
)


class NoSuchPermissionError(ValueError):
    pass


@transaction.atomic
def key_make(*, name: str, permissions: Iterable[str]) -> str:
    """The key, which nobody can see again. `permissions`: "billing.tell_facts" and the like.

    Raises NoSuchPermissionError in words; IntegrityError where the name is taken.
    """
    secret = PREFIX + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(name=name, digest=_digest(secret))
    for permission in permissions:
        app_label, _dot, codename = permission.partition(".")
        known = Permission.objects.filter(content_type__app_label=app_label, codename=codename)
        if not known:
            raise NoSuchPermissionError(f"There is no permission {permission}.")
        key.permissions.add(*known)
    return secret


def key_revoke(*, name: str) -> bool:
    """From now on it opens nothing; its name stays taken. False where there is no such key."""
    open_keys = ApiKey.objects.filter(name=name, revoked_at=None)
    return bool(open_keys.update(revoked_at=timezone.now()))


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key that was shown, and what it may: "billing.tell_facts" and the like."""

    pk: int
    permissions: frozenset[str]


def key_of(secret: str) -> KnownKey | None:
    """In one query: each request asks."""
    row = (
        ApiKey.objects.filter(digest=_digest(secret), revoked_at=None)
        .values_list("pk", "used_at")
        .annotate(may=_MAY)
        .first()
    )
    if row is None:
        return None
    pk, used_at, may = row
    now = timezone.now()
    if used_at is None or used_at < now - _USED_EXACTNESS:
        ApiKey.objects.filter(pk=pk).update(used_at=now)
    return KnownKey(pk, frozenset(may))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
