"""Whether an address is the member's own: a link for an email, a code or a YES for a number."""
