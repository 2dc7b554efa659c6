"""Making a key, knowing it again, taking it back."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.contrib.auth.models import Permission
from django.db import transaction
from django.utils import timezone

from api.models import ApiKey

# So that a key found in a file or a log can be told for what it is.
PREFIX = "upn_"
# "Last used" is as exact as this; a write for each request would be a price for nothing.
_USED_EXACTNESS = timedelta(minutes=1)


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


def key_of(secret: str) -> ApiKey | None:
    key = ApiKey.objects.filter(digest=_digest(secret), revoked_at=None).first()
    now = timezone.now()
    if key is not None and (key.used_at is None or key.used_at < now - _USED_EXACTNESS):
        ApiKey.objects.filter(pk=key.pk).update(used_at=now)
    return key


def key_may(key: ApiKey, permission: str) -> bool:
    app_label, _dot, codename = permission.partition(".")
    return key.permissions.filter(content_type__app_label=app_label, codename=codename).exists()


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
