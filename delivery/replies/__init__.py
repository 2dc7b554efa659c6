"""Texts that members send to us: what they mean, what follows, what we answer."""
