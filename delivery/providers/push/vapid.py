"""VAPID (RFC 8292): who we are to a push service. A token names the service and lives 12 hours."""

import threading
import time

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02, VapidException
from py_vapid.utils import b64urlencode

# RULES 23: at most 24 hours. Half of that leaves room for clocks that are wrong.
LIFETIME = 12 * 3600
RENEW_BEFORE = 3600
# Audiences come from browsers, so there is no end to them.
MOST_AUDIENCES = 200


class VapidTokens:
    """Authorization headers by audience (`https://host[:port]`), signed once and kept."""

    def __init__(self, *, private_key: str, contact: str) -> None:
        """`private_key`: base64url of the raw 32 bytes or of DER, or PEM; `contact`: mailto: URL.

        Raises ValueError, in words, where one of them is no good.
        """
        self._contact = contact
        self._vapid = read_private_key(private_key)
        self._lock = threading.Lock()
        self._headers: dict[str, tuple[float, str]] = {}
        try:
            self.authorization("https://push.example.com")
        except ValueError as error:
            raise ValueError("VAPID_CONTACT must be a mailto: or an https: address.") from error

    def authorization(self, audience: str) -> str:
        """Raises ValueError where the audience is not a plain `https://host[:port]`."""
        now = time.time()
        with self._lock:
            kept = self._headers.get(audience)
            if kept and kept[0] - RENEW_BEFORE > now:
                return kept[1]
            expires = int(now) + LIFETIME
            claims = {"aud": audience, "sub": self._contact, "exp": expires}
            try:
                header = str(self._vapid.sign(claims)["Authorization"])
            except VapidException as error:
                raise ValueError("py_vapid does not sign such claims.") from error
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
        raise ValueError("that is not a key; manage.py make_vapid_keys makes one.") from error


def public_key_of(vapid: Vapid02) -> str:
    """The public key as browsers want it (`applicationServerKey`): base64url of the point."""
    point = vapid.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return str(b64urlencode(point))


def make_keys() -> tuple[str, str]:
    """A new private key, base64url of its 32 bytes, and the public one."""
    vapid = Vapid02()
    vapid.generate_keys()
    private = vapid.private_key.private_numbers().private_value.to_bytes(32, "big")
    return str(b64urlencode(private)), public_key_of(vapid)
