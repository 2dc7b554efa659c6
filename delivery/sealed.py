"""Values that nobody reads in the outbox: a code, a link that is for one person alone.

They are sealed before they are queued and opened for the provider alone. Staff who look at what
was sent see dots in their place.
"""

import base64
import hashlib
from collections.abc import Mapping
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

HIDDEN = "••••••"
_MARK = "sealed:"


def seal(value: str) -> str:
    """The value as it may stand in a message's context."""
    return _MARK + _seal_of(settings.SECRET_KEY).encrypt(value.encode()).decode()


def opened(context: Mapping[str, str]) -> dict[str, str]:
    """For the hand-over. What was sealed with another SECRET_KEY is empty."""
    return {key: _open(value) if _is_sealed(value) else value for key, value in context.items()}


def hidden(context: Mapping[str, str]) -> dict[str, str]:
    """For people who look at what was sent."""
    return {key: HIDDEN if _is_sealed(value) else value for key, value in context.items()}


def _is_sealed(value: object) -> bool:
    return isinstance(value, str) and value.startswith(_MARK)


def _open(value: str) -> str:
    try:
        return _seal_of(settings.SECRET_KEY).decrypt(value[len(_MARK) :].encode()).decode()
    except InvalidToken:
        return ""


@lru_cache(maxsize=4)
def _seal_of(secret: str) -> Fernet:
    digest = hashlib.sha256(f"delivery.sealed:{secret}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
