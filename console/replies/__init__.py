"""Pages about what members text to us."""
