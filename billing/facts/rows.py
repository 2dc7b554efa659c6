"""One fact as it was told, read into what the staging table holds, or refused in words."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext_noop as _

from billing.facts.fields import KindOfFact
from billing.models import FACT_ID_LENGTH
from common.accounts import read_account
from common.row_problems import Problem

FACT_ID, ACCOUNT, SEPARATOR = "fact_id", "account", "separator"

# An account, an id and the field's own columns; what every staging table has.
COMMON_COLUMNS = ("row", "fact_id", "account", "note")


class Wrong(NamedTuple):
    name: str
    value: str
    problem: str


class RowReader:
    """Reads facts of one kind. `labels`: what the file calls each name, for problems in words."""

    def __init__(self, kind: KindOfFact, labels: Mapping[str, str] | None = None) -> None:
        self._kind = kind
        self._labels = labels or {}
        self._fields = tuple(
            (field, tuple((way.name, way.read) for way in field.ways)) for field in kind.fields
        )
        self.columns = (*COMMON_COLUMNS, *(field.column for field in kind.fields))

    def read(self, row: int, told: Mapping[str, str]) -> tuple[object, ...] | Problem:
        """The staged row, its cells in the order of `columns`; or why it cannot be taken."""
        values: dict[str, str | None] = {}
        note = ""
        try:
            account = self._account(told)
            values[ACCOUNT] = account
            for field, ways in self._fields:
                value: str | None = None
                for name, read in ways:
                    written = _tidy(told.get(name, ""))
                    if not written:
                        continue
                    cell = read(written)
                    if cell.problem:
                        raise _RefusedError(name, written, cell.problem)
                    value = cell.value
                    note = cell.note or note
                    break
                if value is None and field.is_required:
                    raise _RefusedError(
                        ways[0][0], "", _("%(what)s is missing. Add it.") % {"what": field.label}
                    )
                values[field.column] = value
            fact_id = self._fact_id(told, values)
            if self._kind.check is not None:
                name, problem = self._kind.check(values)
                if problem:
                    raise _RefusedError(name, _tidy(told.get(name, "")), problem)
        except _RefusedError as refused:
            label = self._labels.get(refused.name, refused.name)
            return Problem(row, label, refused.value, refused.problem)
        return (row, fact_id, account, note, *(values[f.column] for f, _ways in self._fields))

    def _account(self, told: Mapping[str, str]) -> str:
        written = _tidy(told.get(ACCOUNT, ""))
        if separator := _tidy(told.get(SEPARATOR, "")):
            written = f"{written}-{separator}".strip("-")
        result = _read_account(written)
        if result[1]:
            raise _RefusedError(ACCOUNT, written, result[1])
        if not result[0] and not self._kind.account_from:
            raise _RefusedError(ACCOUNT, "", _("The account is missing. Add it."))
        return result[0]

    def _fact_id(self, told: Mapping[str, str], values: Mapping[str, str | None]) -> str:
        fact_id = _tidy(told.get(FACT_ID, ""))
        derive, needed = self._kind.derived_id, self._kind.needed_for_id
        if not fact_id and derive is not None and all(values.get(name) for name in needed):
            fact_id = derive(values)
        if not fact_id:
            raise _RefusedError(
                FACT_ID,
                "",
                _("The fact's own id is missing: without it nothing can be corrected."),
            )
        if len(fact_id) > FACT_ID_LENGTH:
            raise _RefusedError(
                FACT_ID,
                fact_id,
                _("The id has more than %(most)s characters.") % {"most": FACT_ID_LENGTH},
            )
        return fact_id


class _RefusedError(Exception):
    def __init__(self, name: str, value: str, problem: str) -> None:
        super().__init__(problem)
        self.name, self.value, self.problem = name, value, problem


def _tidy(text: str) -> str:
    """Without the NUL, which PostgreSQL does not hold, and with single spaces."""
    if not text or text.isalnum():
        return text
    return " ".join(text.replace("\x00", "").split())


@lru_cache(maxsize=1_024)
def _read_account(text: str) -> tuple[str, str]:
    result = read_account(text)
    return result.account, result.problem
