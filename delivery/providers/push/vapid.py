"""VAPID (RFC 8292): who we are to a push service. A token names the service and lives 12 hours."""

import threading
import time

from py_vapid import Vapid02

# RULES 23: at most 24 hours. Half of that leaves room for clocks that are wrong.
LIFETIME = 12 * 3600
RENEW_BEFORE = 3600
# Audiences come from browsers, so there is no end to them.
MOST_AUDIENCES = 200


class VapidTokens:
    """Authorization headers by audience (`https://host[:port]`), signed once and kept."""

    def __init__(self, *, private_key: str, contact: str) -> None:
        """`private_key`: base64url of the raw 32 bytes or of DER, or PEM; `contact`: mailto: URL.

        Raises ValueError where the key can't be read.
        """
        self._contact = contact
        self._vapid = read_private_key(private_key)
        self._lock = threading.Lock()
        self._headers: dict[str, tuple[float, str]] = {}

    def authorization(self, audience: str) -> str:
        now = time.time()
        with self._lock:
            kept = self._headers.get(audience)
            if kept and kept[0] - RENEW_BEFORE > now:
                return kept[1]
            expires = int(now) + LIFETIME
            claims = {"aud": audience, "sub": self._contact, "exp": expires}
            header = str(self._vapid.sign(claims)["Authorization"])
            if len(self._headers) >= MOST_AUDIENCES:
                self._headers.clear()
            self._headers[audience] = (expires, header)
            return header


def read_private_key(text: str) -> Vapid02:
    text = text.strip()
    try:
        if text.startswith("-----BEGIN"):
            return Vapid02.from_pem(text.encode())
        return Vapid02.from_string(text)
    except Exception as error:  # py_vapid lets whatever went wrong through
        raise ValueError("that is not a key; `manage.py make_vapid_keys` makes one.") from error
