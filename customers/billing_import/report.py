"""What came of an import, for people and for programs."""

from dataclasses import dataclass
from typing import Any

from common.file_reports import FileReport


@dataclass(kw_only=True)
class Report(FileReport):
    """A row of which one cell was refused is taken without that cell, and the cell is among the
    problems."""

    new_members: int = 0
    long_emails: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            **super().as_json(),
            "new_members": self.new_members,
            "long_emails": self.long_emails,
        }
