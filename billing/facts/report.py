"""What came of telling facts, for people and for programs."""

from dataclasses import dataclass, field
from typing import Any

from django.db import models

from billing.choices import Kind
from common.file_reports import FileReport
from common.row_problems import Problem

# Problems and notes are kept in words up to here; all are counted. Memory stays flat by that.
MOST_KEPT = 10_000


class Outcome(models.TextChoices):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(kw_only=True)
class Report(FileReport):
    """`problems` say why rows were refused."""

    kind: Kind
    remarks: list[Problem] = field(default_factory=list)
    """What should be known about rows that were taken."""
    remarked: int = 0
    outcomes: dict[int, Outcome] | None = None
    """By row, where they were asked for."""

    @property
    def is_good(self) -> bool:
        return not self.refused

    @property
    def all_problems(self) -> int:
        return self.refused

    def count(self, row: int, outcome: Outcome) -> None:
        setattr(self, outcome.value, getattr(self, outcome.value) + 1)
        if self.outcomes is not None:
            self.outcomes[row] = outcome

    def refuse(self, problem: Problem) -> None:
        self.count(problem.row, Outcome.REFUSED)
        if len(self.problems) < MOST_KEPT:
            self.problems.append(problem)

    def remark(self, remark: Problem) -> None:
        self.remarked += 1
        if len(self.remarks) < MOST_KEPT:
            self.remarks.append(remark)

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind.value,
            **super().as_json(),
            "problems_left_out": self.refused - len(self.problems),
            "remarks": [remark._asdict() for remark in self.remarks],
            "remarks_left_out": self.remarked - len(self.remarks),
        }
