"""Facts from beginning to end: read, stage, apply in slices, report."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import chain, islice
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from billing.choices import Kind
from billing.facts.kinds import KINDS
from billing.facts.report import Outcome, Report
from billing.facts.rows import ACCOUNT, FACT_ID, RowReader
from billing.facts.tables import Statements
from billing.news import announce
from common.row_problems import Problem

ROWS_A_SLICE = 10_000
# Up to here rows are told in one transaction.
FEW = 1_001
_STATEMENTS = {kind: Statements(consists) for kind, consists in KINDS.items()}

Told = Mapping[str, str]


def tell_facts(kind: Kind, rows: Iterable[Told], *, keep_outcomes: bool = False) -> Report:
    """Take facts over, each a mapping of names to text as people write it; rows count from 1.

    A fact that is not known is made; a known one (by `fact_id`) that says something else is
    corrected; what it does not say stays. One that cannot be taken is refused in the report, and
    does not stop the others. `keep_outcomes`: the report says for each row how it came out.
    """
    report = Report(kind=kind, outcomes={} if keep_outcomes else None)
    return tell_numbered_facts(kind, enumerate(rows, start=1), report=report)


def tell_numbered_facts(
    kind: Kind,
    rows: Iterable[tuple[int, Told]],
    *,
    report: Report | None = None,
    labels: Mapping[str, str] | None = None,
    progress: Callable[[int], None] | None = None,
) -> Report:
    """The same for rows with numbers of their own, which grow. `labels`: what a file calls each
    name. `progress` is told the rows read so far. Where `report` is one of a dry run, nothing is
    written but the report, and nobody waits for it.

    Memory does not grow with the rows. A few are told in one transaction; of many, each slice of
    some thousands is one of its own, and the rooms above hear of it on its commit: where this is
    interrupted, tell all again.
    """
    report = report or Report(kind=kind)
    numbered = iter(rows)
    few = list(islice(numbered, FEW))
    if len(few) < FEW:
        # One transaction: a payment that is told by itself waits for one commit, not for several.
        with transaction.atomic():
            _tell(kind, few, report, labels or {}, progress)
    else:
        _tell(kind, chain(few, numbered), report, labels or {}, progress)
    report.problems.sort(key=lambda problem: problem.row)
    return report


def _tell(
    kind: Kind,
    rows: Iterable[tuple[int, Told]],
    report: Report,
    labels: Mapping[str, str],
    progress: Callable[[int], None] | None,
) -> None:
    statements = _STATEMENTS[kind]
    with connection.cursor() as cursor:
        cursor.execute(statements.create)
        cursor.execute(statements.empty)
        slices = _stage(
            cursor, statements.copy, RowReader(KINDS[kind], labels), rows, report, progress
        )
        staged = report.rows - report.refused
        if staged > FEW:
            cursor.execute(statements.analyze)
        if staged > 1:
            cursor.execute(statements.find_repeated)
        if report.is_dry_run and len(slices) > 1:
            for statement in statements.index_taken:
                cursor.execute(statement)
        for first, last in slices:
            with transaction.atomic():
                _apply(cursor, kind, first, last, report, labels)
        cursor.execute(statements.empty if staged <= FEW else statements.drop)


def _stage(
    cursor: Any,
    copy_statement: str,
    reader: RowReader,
    rows: Iterable[tuple[int, Told]],
    report: Report,
    progress: Callable[[int], None] | None,
) -> list[tuple[int, int]]:
    """Into the staging table; the first and the last row of each slice."""
    slices: list[tuple[int, int]] = []
    staged = first = last = 0
    with cursor.copy(copy_statement) as copy:
        for number, told in rows:
            report.rows += 1
            read = reader.read(number, told)
            if isinstance(read, Problem):
                report.refuse(read)
            else:
                copy.write_row(read)
                first, last = first or number, number
                staged += 1
                if staged % ROWS_A_SLICE == 0:
                    slices.append((first, last))
                    first = 0
            if progress and report.rows % 10_000 == 0:
                progress(report.rows)
    if first:
        slices.append((first, last))
    return slices


def _apply(
    cursor: Any, kind: Kind, first: int, last: int, report: Report, labels: Mapping[str, str]
) -> None:
    """One slice, in the caller's transaction."""
    statements = _STATEMENTS[kind]
    names: dict[str, Any] = {"first": first, "last": last, "now": timezone.now()}
    # A table that was empty when it was last looked at must not be read through for each row.
    cursor.execute("SET LOCAL enable_seqscan = off")
    make = (
        [*statements.find_taken_before, statements.would_make_new]
        if report.is_dry_run
        else statements.make_new
    )
    for statement in (*statements.resolve, *statements.find_taken, *make, statements.find_changed):
        cursor.execute(statement, names)
    differing = [known_id for (known_id,) in cursor.fetchall()]
    if differing and not report.is_dry_run:
        cursor.execute(statements.lock_changed, {"ids": differing})
        cursor.execute(statements.change, names)
        changed = [known_id for (known_id,) in cursor.fetchall()]
        if len(changed) < len(differing):
            cursor.execute(statements.not_changed_after_all, {**names, "ids": changed})
    cursor.execute(statements.tally, names)
    lines = cursor.fetchall()
    cursor.execute("SET LOCAL enable_seqscan TO DEFAULT")
    ids = []
    words = _Words(kind, labels, is_dry_run=report.is_dry_run)
    for line in map(_Line._make, lines):
        problem = words.problem(line)
        if problem is not None:
            report.refuse(problem)
            continue
        report.count(line.row, Outcome(line.outcome or Outcome.UNCHANGED))
        if line.outcome:
            ids.append(line.known_id)
            for remark in words.remarks(line):
                report.remark(remark)
    if not report.is_dry_run:
        announce(kind=kind, ids=sorted(ids))


class _Line(NamedTuple):
    """A line of the tally."""

    row: int
    fact_id: str
    account: str
    account_id: int | None
    known_id: int
    outcome: str
    problem: str
    note: str
    first_row: int | None
    due_date: date | None
    is_first_taken: bool
    is_closed: bool | None
    missing: list[bool]
    said: list[str]


class _Words:
    """What is said of a row that was refused, or that was taken with a remark."""

    def __init__(self, kind: Kind, labels: Mapping[str, str], *, is_dry_run: bool = False) -> None:
        self._is_dry_run = is_dry_run
        self._consists = KINDS[kind]
        self._labels = labels
        self._references = _STATEMENTS[kind].references
        self._required = {r.column for r in self._consists.references if r.is_required}
        # "bill", "payment", "arrangement": names of kinds too.
        self._label_of = {f.column: f.label.lower() for f in self._consists.fields}
        self._today = timezone.localdate()

    def problem(self, line: _Line) -> Problem | None:
        if line.problem == "differs":
            return self._about(
                line,
                FACT_ID,
                line.fact_id,
                _("Row %(row)s tells this fact with other values, and counts. Tell each fact once.")
                % {"row": line.first_row},
            )
        for name, is_missing, said in zip(self._references, line.missing, line.said, strict=True):
            if is_missing and name in self._required:
                if line.account and line.account_id is None:
                    break
                return self._about(
                    line,
                    name,
                    said,
                    _("There is no such %(what)s of account %(account)s. Tell it before this.")
                    % {"what": self._label_of[name], "account": line.account}
                    if line.account
                    else _("There is no such %(what)s of any account. Tell it before this.")
                    % {"what": self._label_of[name]},
                )
        if line.account_id is None:
            return self._about(
                line,
                ACCOUNT,
                line.account,
                _(
                    "There is no account with this number. "
                    "Correct it, or import the customers first."
                ),
            )
        if line.problem == "taken":
            return self._about(
                line,
                FACT_ID,
                line.fact_id,
                _(
                    "This %(what)s was told already, as %(id)s. "
                    "Correct it under that id, or leave it out."
                )
                % {"what": self._consists.name, "id": line.note},
            )
        if not line.is_first_taken:
            return self._about(
                line,
                "",
                "",
                _("Row %(row)s tells the same fact, and was refused.") % {"row": line.first_row},
            )
        if line.known_id is None and line.first_row is None and not self._is_dry_run:
            return self._about(
                line, "", "", _("Somebody else told the same at this moment. Tell it again.")
            )
        return None

    def remarks(self, line: _Line) -> list[Problem]:
        remarks = []
        if line.note:
            remarks.append(self._about(line, "", "", line.note))
        if line.is_closed:
            remarks.append(
                self._about(
                    line,
                    ACCOUNT,
                    line.account,
                    _("The account is closed: recorded, without alerts."),
                )
            )
        if line.outcome == Outcome.NEW and line.due_date and line.due_date < self._today:
            remarks.append(
                self._about(
                    line,
                    "due_date",
                    line.due_date.isoformat(),
                    _("The due date has passed: recorded, without a reminder before it."),
                )
            )
        for name, is_missing, said in zip(self._references, line.missing, line.said, strict=True):
            if is_missing:
                remarks.append(
                    self._about(
                        line,
                        name,
                        said,
                        _("The account has no such %(what)s: recorded without it.")
                        % {"what": self._label_of[name]},
                    )
                )
        return remarks

    def _about(self, line: _Line, name: str, value: str, words: str) -> Problem:
        return Problem(line.row, self._labels.get(name, name), value, words)
