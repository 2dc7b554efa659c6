"""The facts that messages and tasks follow from, by kind and row."""

from collections.abc import Iterable
from typing import Any

from billing.choices import Kind
from billing.facts.kinds import KINDS


def facts_of(wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Any]:
    """(kind, row) → the fact, as far as it is there; a query a kind."""
    ids: dict[str, set[int]] = {}
    for kind, pk in wanted:
        ids.setdefault(kind, set()).add(pk)
    return {
        (kind, pk): fact
        for kind, rows in ids.items()
        for pk, fact in KINDS[Kind(kind)].model._default_manager.in_bulk(rows).items()
    }
