"""What makes the consent ledger believable: digests, a chain of seals, and what checks them."""
