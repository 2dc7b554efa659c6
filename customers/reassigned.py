"""Numbers that were given to somebody else (RULES 11): the question to the FCC's Reassigned Numbers
Database, and its answers.

`yes` turns a number off for texts and calls. Whose number it was stays on file, marked bad, so that
they can be asked for a new one.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from common.choices import Channel
from common.clock import now
from common.phones import read_phone
from common.spreadsheets import SpreadsheetError, open_sheet
from customers.address_health import hear_of_trouble
from customers.choices import AddressEventKind, ConsentSource

HEADINGS = ("Phone Number", "Date")
WORDS = "The FCC's database says that the number was reassigned."
_AT_ONCE = 5_000
_ANSWERS = {"yes": "yes", "no": "no", "nodata": "no data"}

# The last date on which the member gave the number or agreed; else since when we have it.
_NUMBERS = """
SELECT held.number, coalesce(max(e.at), min(held.since))
FROM (
    SELECT c.id, c.created_at AS since, n.number
    FROM customers_customer c, LATERAL (VALUES (c.mobile_number), (c.home_number)) AS n(number)
    WHERE n.number LIKE '+1%' AND EXISTS (
        SELECT FROM customers_account a WHERE a.customer_id = c.id AND a.status <> 'closed'
    )
) AS held
LEFT JOIN customers_consentevent e ON e.address = held.number AND e.action IN ('given', 'granted')
WHERE (
    SELECT count(*) FROM customers_suppression s
    WHERE s.address = held.number AND s.channel IN ('text', 'voice')
      AND s.reason = 'bad_address' AND s.purpose = ''
) < 2
GROUP BY held.number ORDER BY held.number
"""


@dataclass(slots=True)
class Answers:
    """What a file of answers said and did."""

    yes: int = 0
    no: int = 0
    no_data: int = 0
    # Numbers of the answers yes that were not off already.
    turned_off: list[str] = field(default_factory=list)
    # (row as the spreadsheet shows it, what is wrong with it)
    problems: list[tuple[int, str]] = field(default_factory=list)


def export_reassigned() -> Iterator[tuple[str, date]]:
    """(ten digits, date of the last consent) of every number in use, without repeats."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DECLARE numbers NO SCROLL CURSOR FOR {_NUMBERS}")
        while True:
            cursor.execute(f"FETCH {_AT_ONCE} FROM numbers")
            rows = cursor.fetchall()
            if not rows:
                return
            for number, at in rows:
                yield number[2:], timezone.localtime(at).date()


def write_reassigned(file: IO[str]) -> int:
    """The file for the database, as CSV; how many numbers are in it."""
    writer = csv.writer(file)
    writer.writerow(HEADINGS)
    count = 0
    for number, day in export_reassigned():
        writer.writerow((number, day.isoformat()))
        count += 1
    return count


def import_reassigned(path: Path, *, name: str = "") -> Answers:
    """Take the database's answers; rows with a problem are told and left out, the others taken.

    Taking the same file again changes nothing more. Raises SpreadsheetError where the file is no
    table or has no column of numbers or of answers.
    """
    sheet = open_sheet(path, name=name or path.name)
    numbers, answers, dates = _columns(sheet.headings)
    found = Answers()
    for row, cells in sheet.rows():
        number = read_phone(cells[numbers]).number
        said = _ANSWERS.get(re.sub(r"[^a-z]", "", cells[answers].lower()))
        if not number:
            found.problems.append((row, _("This is not a telephone number.")))
        elif said is None:
            found.problems.append((row, _("The answer is neither yes, no nor no data.")))
        elif said == "yes":
            found.yes += 1
            if _turn_off(number, cells[dates].strip() if dates is not None else ""):
                found.turned_off.append(number)
        elif said == "no":
            found.no += 1
        else:
            found.no_data += 1
    return found


def _turn_off(number: str, asked: str) -> bool:
    """True where it is new. An answer counts once for the date that was asked about: a member who
    gave the number again since then has it back."""
    heard = [
        hear_of_trouble(
            address=number,
            channel=channel,
            kind=AddressEventKind.BAD,
            cause=f"reassigned:{number}:{channel}:{asked}",
            at=now(),
            code="reassigned",
            words=WORDS,
            source=ConsentSource.IMPORT,
        )
        for channel in (Channel.TEXT, Channel.VOICE)
    ]
    return any(one.is_new for one in heard)


def _columns(headings: Sequence[str]) -> tuple[int, int, int | None]:
    """Where number, answer and date stand, by loose headings."""
    plain = [re.sub(r"[^a-z]", "", heading.lower()) for heading in headings]

    def find(*parts: str) -> int | None:
        return next(
            (i for i, name in enumerate(plain) if any(part in name for part in parts)), None
        )

    numbers = find("phone", "number", "tn")
    answers = find("response", "result", "answer", "status", "reassigned", "disconnected")
    if numbers is None or answers is None:
        raise SpreadsheetError(
            _("The file needs a column of phone numbers and one of answers (yes, no, no data).")
        )
    return numbers, answers, find("date")
