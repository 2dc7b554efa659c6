"""What came of an import, for people and for programs."""

from dataclasses import dataclass, field
from typing import Any

from common.row_problems import Problem


@dataclass
class Report:
    """Rows are counted once: new, changed, unchanged or refused. A row of which one cell was
    refused is taken without that cell, and the cell is among the problems."""

    is_dry_run: bool = False
    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    new_members: int = 0
    long_emails: int = 0
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        return {
            "dry_run": self.is_dry_run,
            "rows": self.rows,
            "new": self.new,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "refused": self.refused,
            "new_members": self.new_members,
            "long_emails": self.long_emails,
            "problems": [problem._asdict() for problem in self.problems],
            "notes": self.notes,
        }
