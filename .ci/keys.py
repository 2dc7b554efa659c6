"""Print throw-away keys for the checks of a complete site, as assignments for a shell."""

import secrets

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid.utils import b64urlencode

key = ec.generate_private_key(ec.SECP256R1())
public = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
private = key.private_numbers().private_value.to_bytes(32, "big")
print(f"SECRET_KEY={secrets.token_urlsafe(64)}")
print(f"VAPID_PRIVATE_KEY={b64urlencode(private)}")
print(f"VAPID_PUBLIC_KEY={b64urlencode(public)}")
