"""Calls: each placing of one is an attempt with its own id and end; some ends call again."""
