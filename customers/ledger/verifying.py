"""Does the ledger still say what was written? Recomputes everything from the rows themselves.

Nothing here asks a function or a trigger of the database: who could alter the rows could alter
those. Reads in slices, so that the memory stays flat however long the ledger is.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from customers.ledger.chain import BEFORE_THE_FIRST, Head, head, link
from customers.ledger.digests import (
    FIELDS,
    MICROSECOND,
    line_digest,
    microseconds,
    moment_words,
)
from customers.ledger.following import unexplained_suppressions
from customers.ledger.raw_rows import fetch

SLICE = 10_000
MOST_PROBLEMS = 100
# A seal is made every few seconds; an event that waits longer has no sealer, or was slipped in.
PATIENCE = timedelta(minutes=15)
# Lines are sealed in the order in which they are written, or nearly: a long transaction is sealed
# at its end, and the clocks of two machines are never quite the same. A line that says that it is
# older than those before it by more than this was not written when it says.
OLDER_BY = timedelta(hours=6)
YOUNGER_BY = timedelta(hours=1)

_AT = FIELDS.index("at")
_LINE = ", ".join(f"e.{name}" for name in FIELDS)
_SEALED = f"""
SELECT s.seq, s.event_id, s.digest, s.prev_hash, s.hash, s.sealed_at, {_LINE}
FROM customers_ledgerseal s LEFT JOIN customers_consentevent e ON e.id = s.event_id
WHERE s.seq >= %s AND s.seq <= %s ORDER BY s.seq LIMIT %s
"""  # noqa: S608  (names of our own columns)
_WAITING = f"""
SELECT w.event_id, w.digest, s.seq IS NOT NULL, {_LINE}
FROM customers_ledgerwaiting w
LEFT JOIN customers_consentevent e ON e.id = w.event_id
LEFT JOIN customers_ledgerseal s ON s.event_id = w.event_id
WHERE w.event_id > %s ORDER BY w.event_id LIMIT %s
"""  # noqa: S608
_SLIPPED_IN = """
SELECT e.id FROM customers_consentevent e
WHERE NOT EXISTS (SELECT FROM customers_ledgerseal s WHERE s.event_id = e.id)
    AND NOT EXISTS (SELECT FROM customers_ledgerwaiting w WHERE w.event_id = e.id)
ORDER BY e.id LIMIT %s
"""


class Kind(models.TextChoices):
    ALTERED = "altered"
    MISSING = "missing"
    INSERTED = "inserted"
    REORDERED = "reordered"
    UNSEALED = "unsealed"
    ANCHOR = "anchor"
    SUPPRESSION = "suppression"


@dataclass(frozen=True, slots=True)
class Problem:
    kind: Kind
    words: str
    seq: int | None = None
    event_id: int | None = None


@dataclass
class Verdict:
    """What verify_ledger found. `problems` has the first hundred, in the order of the chain."""

    head: Head
    first: int
    sealed: int = 0
    waiting: int = 0
    found: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.found

    def add(self, problem: Problem) -> None:
        self.found += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)


def verify(
    *,
    first: int = 1,
    anchors: Mapping[int, bytes] | None = None,
    now: datetime | None = None,
    progress: Callable[[int], None] | None = None,
) -> Verdict:
    """Check the chain from the seal `first` on, what waits, and the suppressions.

    `anchors`: seq → hash, as they were printed or written down elsewhere. Before `first`, the
    chain is believed.
    """
    with _at_one_moment():
        verdict = Verdict(head=head(), first=first)
        _check_chain(verdict, dict(anchors or {}), progress)
        _check_waiting(verdict, now or timezone.now())
        for (event_id,) in fetch(_SLIPPED_IN, [MOST_PROBLEMS]):
            words = f"Event {event_id} has no seal and waits for none: it was slipped in."
            verdict.add(Problem(Kind.INSERTED, words, event_id=event_id))
        for words in unexplained_suppressions():
            verdict.add(Problem(Kind.SUPPRESSION, words))
    return verdict


@contextmanager
def _at_one_moment() -> Iterator[None]:
    """All questions see the tables as they were at the first, while others go on writing."""
    if connection.in_atomic_block:
        yield  # the caller's moment
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _check_chain(
    verdict: Verdict, anchors: dict[int, bytes], progress: Callable[[int], None] | None
) -> None:
    expected, prev_hash = verdict.first, _hash_before(verdict)
    written = _Written()
    for row in _rows(verdict.first, verdict.head.seq):
        seq, event_id, digest, its_prev, its_hash, sealed_at = row[:6]
        if seq != expected:
            lone = seq == expected + 1
            gone = f"Seal {expected} is" if lone else f"Seals {expected} to {seq - 1} are"
            verdict.add(Problem(Kind.MISSING, f"{gone} missing from the chain.", expected))
        elif prev_hash is not None and its_prev != prev_hash:
            words = f"Seal {seq} does not follow the one before it: the order was changed here."
            verdict.add(Problem(Kind.REORDERED, words, seq, event_id))
        if its_hash != link(its_prev, seq, event_id, sealed_at, digest):
            words = f"Seal {seq} (event {event_id}) is not what was sealed: it was altered."
            verdict.add(Problem(Kind.ALTERED, words, seq, event_id))
        line = row[6:]
        if _check_line(verdict, line, event_id, digest, seq) and (
            words := written.in_turn(event_id, line[_AT], sealed_at)
        ):
            verdict.add(Problem(Kind.INSERTED, words, seq, event_id))
        if anchors.pop(seq, its_hash) != its_hash:
            words = f"Seal {seq} has another hash than the one that was kept elsewhere."
            verdict.add(Problem(Kind.ANCHOR, words, seq, event_id))
        expected, prev_hash = seq + 1, its_hash
        verdict.sealed += 1
        if progress and verdict.sealed % SLICE == 0:
            progress(verdict.sealed)
    for seq in sorted(seq for seq in anchors if seq >= verdict.first):
        words = f"Seal {seq} was kept elsewhere and is not in the chain: its end was cut off."
        verdict.add(Problem(Kind.MISSING, words, seq))


class _Written:
    """Whether lines were written when they say, as far as the order of their seals tells.

    Who may write lines may write one with an old date; the seal keeps that, and so must be asked.
    """

    def __init__(self) -> None:
        self._latest = 0
        self._older_by = OLDER_BY // MICROSECOND
        self._younger_by = YOUNGER_BY // MICROSECOND

    def in_turn(self, event_id: int, at: int, sealed_at: int) -> str:
        """What is wrong with it, in words; "" where nothing is. Moments in microseconds."""
        if at > sealed_at + self._younger_by:
            return (
                f"Event {event_id} says {moment_words(at)}, and was sealed before that, on "
                f"{moment_words(sealed_at)}: it was slipped in with a date to come."
            )
        # Where the clock was ahead for a while, the lines of that time are not the measure of all
        # that came when it was right again; each seal says what its own clock was.
        latest = min(self._latest, sealed_at)
        if at < latest - self._older_by:
            return (
                f"Event {event_id} says {moment_words(at)}, and was sealed after one of "
                f"{moment_words(latest)}: it was slipped in with an old date."
            )
        self._latest = max(self._latest, at)
        return ""


def _check_waiting(verdict: Verdict, now: datetime) -> None:
    after, moment = -1, microseconds(now)
    while rows := fetch(_WAITING, [after, SLICE]):
        for event_id, digest, is_sealed, *line in rows:
            after = event_id
            verdict.waiting += 1
            if is_sealed:
                words = f"Event {event_id} is sealed and waits for a seal again: it was slipped in."
                verdict.add(Problem(Kind.INSERTED, words, event_id=event_id))
            if not _check_line(verdict, tuple(line), event_id, digest):
                continue
            at = line[_AT]
            if moment - at > PATIENCE // MICROSECOND:
                words = (
                    f"Event {event_id} has waited for its seal since {moment_words(at)}: nobody "
                    "seals, or it was slipped in with an old date."
                )
                verdict.add(Problem(Kind.UNSEALED, words, event_id=event_id))
            elif words := _Written().in_turn(event_id, at, moment):
                verdict.add(Problem(Kind.INSERTED, words, event_id=event_id))


def _check_line(
    verdict: Verdict, line: tuple[Any, ...], event_id: int, digest: bytes, seq: int | None = None
) -> bool:
    if line[0] is None:
        words = f"Event {event_id} is missing: it was removed."
        verdict.add(Problem(Kind.MISSING, words, seq, event_id))
        return False
    if line_digest(line) != digest:
        words = f"Event {event_id} is not what was written: it was altered."
        verdict.add(Problem(Kind.ALTERED, words, seq, event_id))
        return False
    return True


def _hash_before(verdict: Verdict) -> bytes | None:
    """Of the seal before the first; None where it is gone."""
    if verdict.first == 1:
        return BEFORE_THE_FIRST
    rows = fetch("SELECT hash FROM customers_ledgerseal WHERE seq = %s", [verdict.first - 1])
    return rows[0][0] if rows else None


def _rows(first: int, last: int) -> Iterator[tuple[Any, ...]]:
    while first <= last:
        rows = fetch(_SEALED, [first, last, SLICE])
        if not rows:
            return
        yield from rows
        first = rows[-1][0] + 1
