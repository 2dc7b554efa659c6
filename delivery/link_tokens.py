"""Tokens in the links of a mail: opaque, signed, and as cheap as two hashes a message.

A token names one number (a message's id) for one use. It holds no address, and without the site's
secret key nobody can make one or read one. It has no end: a link in a mail works for as long as the
message is on record (RULES 18 asks for 30 days). Keys follow SECRET_KEY; those of
SECRET_KEY_FALLBACKS are still read, so that a change of the key breaks no link in anybody's inbox.

Layout: the version "1", then 24 bytes in base64url: a keyed BLAKE2b tag of the number (16), and the
number (8) under a pad that follows from the tag.
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from enum import Enum
from functools import lru_cache

from django.conf import settings

VERSION = "1"
TOKEN_LENGTH = 33
LARGEST = 2**63 - 1
_TOKEN = re.compile(r"1([A-Za-z0-9_-]{32})")
_TAG = 16


class Use(Enum):
    """What a token is good for; one made for one use is nothing for another."""

    PREFERENCES = b"preferences"
    CLICK = b"click"
    OPEN = b"open"


def make_token(use: Use, number: int) -> str:
    """The same number makes the same token, so that a mail sent again has the same links."""
    tag_key, pad_key = _keys(settings.SECRET_KEY, use)
    tag = hashlib.blake2b(number.to_bytes(8), key=tag_key, digest_size=_TAG).digest()
    pad = hashlib.blake2b(tag, key=pad_key, digest_size=8).digest()
    hidden = (int.from_bytes(pad) ^ number).to_bytes(8)
    return VERSION + urlsafe_b64encode(tag + hidden).decode("ascii")


def read_token(use: Use, token: str) -> int | None:
    """The number; None where we did not make the token, or not for this use."""
    match = _TOKEN.fullmatch(token)
    if match is None:
        return None
    # 24 bytes are 32 characters exactly: no two spellings of a token.
    raw = urlsafe_b64decode(match[1])
    tag, hidden = raw[:_TAG], raw[_TAG:]
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        tag_key, pad_key = _keys(secret, use)
        pad = hashlib.blake2b(tag, key=pad_key, digest_size=8).digest()
        number = int.from_bytes(hidden) ^ int.from_bytes(pad)
        expected = hashlib.blake2b(number.to_bytes(8), key=tag_key, digest_size=_TAG).digest()
        if hmac.compare_digest(expected, tag) and number <= LARGEST:
            return number
    return None


@lru_cache(maxsize=32)
def _keys(secret: str, use: Use) -> tuple[bytes, bytes]:
    """Keys of their own for each use, which tell nothing of each other or of the site's key."""
    tag_key, pad_key = (
        hmac.digest(secret.encode(), b"upn.mail-links.1." + use.value + part, hashlib.sha256)
        for part in (b".tag", b".pad")
    )
    return tag_key, pad_key
