"""One way of writing an address in the ledger, and locks that keep what hangs on it together."""

from collections.abc import Iterable

from django.db import connection
from phonenumber_field.phonenumber import PhoneNumber

# Arbitrary numbers, ours alone in the database.
_CONTACTS = 72_140_001
_ADDRESS = 72_140_002


def normal_address(address: str | PhoneNumber) -> str:
    """E.164, an email in lower case, or device:<id>: how Suppression and ConsentEvent write it."""
    if isinstance(address, PhoneNumber):
        return str(address.as_e164)
    address = address.strip()
    return address.lower() if "@" in address else address


def hold_addresses(addresses: Iterable[str]) -> None:
    """Until the end of the transaction, nobody else changes who holds these addresses or what
    may be sent to them.

    Do Not Call is turned on for a number while that number is given to another member: without
    the lock, neither would see the other. Take it before any row of a customer is changed.
    """
    keys = sorted(address for address in set(addresses) if address)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_CONTACTS])
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, hash) FROM ("
            "SELECT DISTINCT hashtext(address) AS hash FROM unnest(%s::text[]) AS address"
            " ORDER BY hash) AS hashes",
            [_ADDRESS, keys],
        )


def hold_all_addresses() -> None:
    """The same for every address, for set-based writes. Keep such transactions to a second."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CONTACTS])
