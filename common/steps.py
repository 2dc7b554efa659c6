"""Work in steps that do not depend on each other."""

import logging
from collections.abc import Callable, Iterable

from django.db import OperationalError

log = logging.getLogger(__name__)


def run_each(steps: Iterable[Callable[[], object]]) -> None:
    """Run each step, and the next ones where one fails; that is logged.

    Raises OperationalError: while the database is away, no step can do anything.
    """
    for step in steps:
        try:
            step()
        except OperationalError:
            raise
        except Exception:
            log.exception("A step failed: %s", getattr(step, "__name__", step))
