"""The staff pages' name for the guards that every view carries (common/access.py)."""

from common.access import public, requires

__all__ = ["public", "requires"]
