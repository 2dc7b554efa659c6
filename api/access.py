"""Who may come in (a key), what for (its permissions), and how often."""

import time
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from api.keys import KnownKey, key_of

_MINUTE = 60


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer upn_…`. No cookie, hence nothing that another site could abuse."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, KnownKey] | None:
        parts = get_authorization_header(request).split()
        if not parts:
            return None
        if len(parts) != 2 or parts[0].lower() != b"bearer":
            raise AuthenticationFailed("Write the header as: Authorization: Bearer KEY.")
        key = key_of(parts[1].decode("latin-1"))
        if key is None:
            raise AuthenticationFailed("This key is unknown or revoked.")
        return AnonymousUser(), key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class MayTellFacts(BasePermission):
    message = "This key may not do that: it lacks billing.tell_facts."
    permission = "billing.tell_facts"

    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.auth, KnownKey) and self.permission in request.auth.permissions


class KeyThrottle(BaseThrottle):
    """So many requests a minute for each key, counted in the cache for all processes together."""

    def allow_request(self, request: Request, view: Any) -> bool:
        if not isinstance(request.auth, KnownKey):
            return True
        name = f"api:{request.auth.pk}:{int(time.time()) // _MINUTE}"
        cache.add(name, 0, timeout=2 * _MINUTE)
        return bool(cache.incr(name) <= settings.API_REQUESTS_A_MINUTE)

    def wait(self) -> float:
        return _MINUTE - time.time() % _MINUTE
