"""Measurements of the whole system on this machine: `make bench`. A program, not a test."""
