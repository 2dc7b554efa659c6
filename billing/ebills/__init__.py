"""Ebills: which copies of a bill an account gets, and the bill itself as a page and as PDF."""
