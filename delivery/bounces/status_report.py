"""The machine part of a delivery status notification (RFC 3464)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from delivery.bounces.addresses_in_words import typed_address
from delivery.bounces.verdicts import ENHANCED

_FIELD = re.compile(r"^([A-Za-z][A-Za-z0-9-]*)[ \t]*:[ \t]*(.*)$")
_OF_RECIPIENT = {"final-recipient", "original-recipient", "action", "status", "diagnostic-code"}
_NOT_FAILED = {"delivered", "relayed", "expanded"}
# `smtp; 550 …`: the type of what follows.
_DIAGNOSTIC_TYPE = re.compile(r"^\s*[\w-]+\s*;\s*")


@dataclass(frozen=True, slots=True)
class Report:
    """What the part says of one recipient."""

    original: str
    final: str
    action: str
    status: str
    diagnostic: str

    @property
    def has_arrived(self) -> bool:
        """A receipt, not a failure."""
        if self.action:
            return self.action in _NOT_FAILED
        return self.status.startswith("2.")

    @property
    def is_warning(self) -> bool:
        return self.action == "delayed"


def read_reports(part: str) -> list[Report]:
    """One for each recipient that the part names; those without an address where it names none."""
    reports = [_report(fields) for fields in _groups(part)]
    return [report for report in reports if report.original or report.final] or [
        report for report in reports if report.status or report.action
    ]


def _groups(part: str) -> Iterator[dict[str, str]]:
    """Fields by recipient. Blank lines part them, but servers forget those, or write too many: a
    field that the group has already begins the next."""
    group: dict[str, str] = {}
    for field in _fields(part):
        if field is None:
            if "final-recipient" in group or "original-recipient" in group:
                yield group
                group = {}
            continue
        name, value = field
        if name in group and name in ("final-recipient", "original-recipient"):
            yield group
            group = {}
        if name in _OF_RECIPIENT:
            group.setdefault(name, value)
    if group:
        yield group


def _fields(part: str) -> Iterator[tuple[str, str] | None]:
    """(name, unfolded value); None for a blank line."""
    name, value = "", ""
    for line in part.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if line[:1] in (" ", "\t") and line.strip() and name:
            value = f"{value} {line.strip()}"
            continue
        if name:
            yield name, value
            name = ""
        if match := _FIELD.match(line):
            name, value = match[1].lower(), match[2].strip()
        elif not line.strip():
            yield None
    if name:
        yield name, value


def _report(fields: dict[str, str]) -> Report:
    status = ENHANCED.search(fields.get("status", ""))
    return Report(
        original=typed_address(fields.get("original-recipient", "")),
        final=typed_address(fields.get("final-recipient", "")),
        action=fields.get("action", "").split("(")[0].strip().lower(),
        status=status.group() if status else "",
        diagnostic=_DIAGNOSTIC_TYPE.sub("", fields.get("diagnostic-code", "")).strip(),
    )
