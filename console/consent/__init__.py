"""The consent ledger of an address, for people who serve members, and for their lawyers."""
