"""A made-up co-operative, the same each time: for `make run`, for tours and for benches.

Addresses end in example.com, example.org or example.net, and numbers have 555-01xx: nobody is ever
reached by mistake.
"""

from customers.demo.load import load_members

__all__ = ["load_members"]
