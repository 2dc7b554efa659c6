"""Addresses as people write them."""

from common.phones import display_phone


def shown_address(address: str) -> str:
    """A phone number as people write it; other addresses as they are."""
    return display_phone(address) if address.startswith("+") else address
