"""Numbers that were given to somebody else (RULES 11): the question to the FCC's Reassigned Numbers
Database, and its answers.

`yes` turns a number off for texts and calls. Whose number it was stays on file, marked bad, so that
they can be asked for a new one.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import IO

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from common.clock import now
from common.phones import read_phone
from common.spreadsheets import Sheet, SpreadsheetError, open_sheet
from customers.address_health import hear_of_bad_ones
from customers.addresses import hold_all_addresses
from customers.choices import ConsentSource
from customers.consent import NUMBER_CHANNELS

HEADINGS = ("Phone Number", "Date")
# As many as the database takes in one file (reassigned.us, questions and answers for callers).
MOST_IN_A_FILE = 250_000
WORDS = "The FCC's database says that the number was reassigned."
_AT_ONCE = 5_000
_TURNED_OFF_AT_ONCE = 500
_ANSWERS = {"yes": "yes", "no": "no", "nodata": "no data"}
# The forms that the database itself takes (YYYY-MM-DD, M/D/YYYY, M/D/YY), and plain digits.
_DATES = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%Y%m%d")

# When we last heard that the number is the member's: given, agreed, verified. What a letter said
# counts from its day; what was a slip of ours does not.
_LAST_CONSENT = """
SELECT e.address, max(coalesce(e.said_at, e.at)) AS at
FROM customers_consentevent e
WHERE e.action IN ('given', 'granted', 'verified') AND e.channel IN ('text', 'voice')
    AND NOT EXISTS (SELECT FROM customers_consentevent c WHERE c.corrects_id = e.id){these}
GROUP BY e.address
"""
# Where no line says it: since when we have the member. Of today the database is not asked: it
# knows nothing newer than yesterday, and takes no such date.
_NUMBERS = f"""
WITH said AS ({_LAST_CONSENT.format(these="")})
SELECT held.number, coalesce(max(said.at), min(held.since)) AS day
FROM (
    SELECT c.id, c.created_at AS since, n.number
    FROM customers_customer c, LATERAL (VALUES (c.mobile_number), (c.home_number)) AS n(number)
    WHERE n.number LIKE '+1%%' AND EXISTS (
        SELECT FROM customers_account a WHERE a.customer_id = c.id AND a.status <> 'closed'
    )
) AS held
LEFT JOIN said ON said.address = held.number
WHERE (
    SELECT count(*) FROM customers_suppression s
    WHERE s.address = held.number AND s.channel IN ('text', 'voice')
      AND s.reason = 'bad_address' AND s.purpose = ''
) < 2
GROUP BY held.number HAVING coalesce(max(said.at), min(held.since)) < %(today)s
"""  # noqa: S608  (statements of our own)
_COUNT = f"SELECT count(*) FROM ({_NUMBERS}) AS numbers"  # noqa: S608
_PART = f"{_NUMBERS} ORDER BY number LIMIT %(most)s OFFSET %(skip)s"


@dataclass(slots=True)
class Answers:
    """What a file of answers said and did."""

    yes: int = 0
    no: int = 0
    no_data: int = 0
    # Numbers of the answers yes that were not off already.
    turned_off: list[str] = field(default_factory=list)
    # Of the answers yes: given or verified since the date that was asked about.
    given_since: int = 0
    # Members who were asked for another number.
    asked: int = 0
    # (row as the spreadsheet shows it, what is wrong with it)
    problems: list[tuple[int, str]] = field(default_factory=list)


def count_to_ask() -> int:
    """How many numbers `export_reassigned` gives."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"today": _today()})
        return int(cursor.fetchone()[0])


def parts_to_ask(*, most: int = MOST_IN_A_FILE) -> int:
    """How many files that makes."""
    return max(1, -(-count_to_ask() // most))


def export_reassigned(
    *, part: int = 1, most: int | None = MOST_IN_A_FILE
) -> Iterator[tuple[str, date]]:
    """(ten digits, date of the last consent) of every number in use, without repeats: of the
    `part`th file, from 1. `most` of a file; None: all of them in one."""
    values = {"today": _today(), "most": most, "skip": (part - 1) * (most or 0)}
    # A cursor of the server's: there may be hundreds of thousands.
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_PART, values)
        while rows := cursor.fetchmany(_AT_ONCE):
            for number, at in rows:
                yield number[2:], timezone.localtime(at).date()


def write_reassigned(file: IO[str], *, part: int = 1, most: int | None = MOST_IN_A_FILE) -> int:
    """The file for the database, as CSV; how many numbers are in it."""
    writer = csv.writer(file)
    writer.writerow(HEADINGS)
    count = 0
    for number, day in export_reassigned(part=part, most=most):
        writer.writerow((number, day.isoformat()))
        count += 1
    return count


def import_reassigned(
    path: Path, *, name: str = "", ask: Callable[[Sequence[str]], int]
) -> Answers:
    """Take the database's answers; rows with a problem are told and left out, the others taken.

    `ask`: asks the members who hold these numbers for others, and says how many it asked; in the
    transaction that turns the numbers off, so that both happen or neither. Taking the same file
    again changes nothing more, and goes on where it was broken off. Raises SpreadsheetError where
    the file is no table or has no column of numbers or of answers.
    """
    found = Answers()
    # The whole file is read before anything is done.
    answered_yes = _read(open_sheet(path, name=name or path.name), found)
    waiting = iter(sorted(answered_yes.items()))
    while some := dict(islice(waiting, _TURNED_OFF_AT_ONCE)):
        with transaction.atomic():
            hold_all_addresses()
            new = _turn_off(some, found)
            found.asked += ask(new) if new else 0
        found.turned_off += new
    return found


def _read(sheet: Sheet, found: Answers) -> dict[str, date | None]:
    """Number → the date that was asked about, of each `yes`; the newest where there are several."""
    numbers, answers, dates = _columns(sheet.headings)
    answered_yes: dict[str, date | None] = {}
    for row, cells in sheet.rows():
        number = read_phone(cells[numbers]).number
        said = _ANSWERS.get(re.sub(r"[^a-z]", "", cells[answers].lower()))
        day = _read_date(cells[dates]) if dates is not None else None
        if not number:
            found.problems.append((row, _("This is not a telephone number.")))
        elif said is None:
            found.problems.append((row, _("The answer is neither yes, no nor no data.")))
        elif said == "no":
            found.no += 1
        elif said == "no data":
            found.no_data += 1
        elif day is None and dates is not None and cells[dates].strip():
            found.problems.append((row, _("The date is not one, such as 2026-11-28.")))
        else:
            found.yes += 1
            days = [one for one in (day, answered_yes.get(number)) if one is not None]
            answered_yes[number] = max(days, default=None)
    return answered_yes


def _turn_off(answered: Mapping[str, date | None], found: Answers) -> list[str]:
    """Which of them were not off; the caller holds all addresses.

    An answer counts once for the date that was asked about. Who gave or verified the number since
    then is perhaps who has it now: of them the database knows nothing yet.
    """
    last = _last_consents(answered)
    causes = {}
    for number, asked in answered.items():
        consent = last.get(number)
        if asked is not None and consent is not None and consent > asked:
            found.given_since += 1
            continue
        about = asked or consent
        for channel in NUMBER_CHANNELS:
            causes[number, channel] = f"reassigned:{number}:{channel}:{about or ''}"
    new = hear_of_bad_ones(
        causes, at=now(), code="reassigned", words=WORDS, source=ConsentSource.IMPORT
    )
    return sorted({number for number, _channel in new})


def _last_consents(numbers: Iterable[str]) -> dict[str, date]:
    with connection.cursor() as cursor:
        cursor.execute(_LAST_CONSENT.format(these=" AND e.address = ANY(%s)"), [list(numbers)])
        return {number: timezone.localtime(at).date() for number, at in cursor.fetchall()}


def _read_date(text: str) -> date | None:
    """Without its time of day, if it has one; None where it is none."""
    words = re.split(r"[ T]", text.strip(), maxsplit=1)[0]
    for form in _DATES:
        try:
            return datetime.strptime(words, form).date()  # noqa: DTZ007  (a day has no zone)
        except ValueError:
            continue
    return None


def _today() -> datetime:
    """Midnight, on the utility's clock."""
    return timezone.make_aware(datetime.combine(timezone.localdate(), time()))


def _columns(headings: Sequence[str]) -> tuple[int, int, int | None]:
    """Where number, answer and date stand, by loose headings; the surest words first."""
    plain = [re.sub(r"[^a-z]", "", heading.lower()) for heading in headings]

    def find(*parts: str, but: int | None = None) -> int | None:
        return next(
            (i for part in parts for i, name in enumerate(plain) if part in name and i != but),
            None,
        )

    numbers = find("phone", "tn", "number")
    answers = find(
        "disconnected", "reassigned", "response", "result", "answer", "status", but=numbers
    )
    if numbers is None or answers is None:
        raise SpreadsheetError(
            _("The file needs a column of phone numbers and one of answers (yes, no, no data).")
        )
    dates = find("date")
    return numbers, answers, dates if dates not in (numbers, answers) else None
