"""The rows of a file, normalised, as lines for PostgreSQL's COPY.

This runs half a million times for a large file: it is one loop over local names on purpose, and
what is rare is done in functions of its own.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from json import dumps
from json.encoder import encode_basestring as json_string
from typing import TypedDict

from django.utils.translation import gettext_noop as _

from common.accounts import read_account
from common.choices import Language
from common.emails import read_email
from common.headings import Field
from common.phones import read_phone, time_zone_of_number
from mass_notifications.file_columns import FIELDS_OF_CHANNEL, Columns
from mass_notifications.names import first_name_of

# A cell that fills a placeholder; longer ones are somebody's notes by mistake.
LONGEST_VALUE = 1000
_LINES_AT_ONCE = 1000
Row = tuple[int, list[str]]
Fixes = Mapping[str, Mapping[str, list[str]]]


class CellProblem(TypedDict):
    column: str
    index: int | None
    value: str
    problem: str
    suggestion: str
    addresses: list[str]


def copy_lines(
    rows: Iterable[Row],
    columns: Columns,
    *,
    channels: Iterable[str],
    fixes: Fixes | None = None,
    progress: Callable[[int], None] | None = None,
) -> Iterator[bytes]:
    """Blocks of lines with `matching.STAGING_COLUMNS`. `progress` is told the rows so far."""
    line_of = _line_maker(columns, frozenset(channels))
    lines: list[str] = []
    done = 0
    for number, cells in rows:
        fix = fixes.get(str(number)) if fixes else None
        lines.append(line_of(number, cells, fix))
        if len(lines) >= _LINES_AT_ONCE:
            done += len(lines)
            yield "".join(lines).encode("utf-8", "replace")
            lines.clear()
            if progress:
                progress(done)
    if lines:
        yield "".join(lines).encode("utf-8", "replace")
    if progress:
        progress(done + len(lines))


def _line_maker(
    columns: Columns, channels: frozenset[str]
) -> Callable[[int, list[str], Mapping[str, list[str]] | None], str]:
    """The function that makes the line of a row."""
    width = len(columns.headings)
    account_at = columns.index_of(Field.ACCOUNT)
    email_at = [
        index
        for field in (Field.EMAIL_1, Field.EMAIL_2)
        if (index := columns.index_of(field)) is not None
    ]
    mobile_at = columns.index_of(Field.MOBILE)
    home_at = columns.index_of(Field.HOME)
    name_at = columns.index_of(Field.NAME)
    first_at = columns.index_of(Field.FIRST_NAME)
    last_at = columns.index_of(Field.LAST_NAME)
    language_at = columns.index_of(Field.LANGUAGE)
    # A damaged phone number is no trouble to a sending by email.
    used: set[Field] = set()
    for channel in channels:
        used |= FIELDS_OF_CHANNEL[channel]
    judge_email = Field.EMAIL_1 in used
    judge_mobile = Field.MOBILE in used
    judge_home = Field.HOME in used
    values_at = [(index, f"{json_string(key)}:") for index, key in columns.placeholders.items()]
    zones: dict[str, str] = {}

    def line_of(number: int, cells: list[str], fix: Mapping[str, list[str]] | None) -> str:
        problems: list[CellProblem] | None = None
        both: list[str] | None = None
        original = cells
        if fix:
            cells, both = _fixed(cells, fix, email_at)
        if len(cells) > width:
            problems = [_too_wide(cells, width)]
        account = name = first = language = zone = mobile = home = ""
        emails: tuple[str, ...] | list[str] = ()
        has_details = False
        if account_at is not None and (text := cells[account_at]):
            account, problem, _ = read_account(text)
            if problem:
                problems = problems or []
                problems.append(_problem(columns, account_at, text, problem))
        for at in email_at:
            text = cells[at]
            if text and not text.isspace():
                has_details = True
                if judge_email:
                    address, problem, suggestion, several, _ = read_email(text)
                    if problem:
                        problems = problems or []
                        problems.append(
                            _problem(columns, at, text, problem, suggestion, list(several))
                        )
                    elif not emails:
                        emails = (address,)
                    elif address.lower() != emails[0].lower():
                        emails = (emails[0], address)
        if both:
            has_details = True
            emails = both
        if mobile_at is not None and (text := cells[mobile_at]) and not text.isspace():
            has_details = True
            if judge_mobile:
                mobile, problem, suggestion, _ = read_phone(text)
                if problem:
                    problems = problems or []
                    problems.append(_problem(columns, mobile_at, text, problem, suggestion))
        if home_at is not None and (text := cells[home_at]) and not text.isspace():
            has_details = True
            if judge_home:
                home, problem, suggestion, _ = read_phone(text)
                if problem:
                    problems = problems or []
                    problems.append(_problem(columns, home_at, text, problem, suggestion))
        phone = mobile or home
        if phone:
            known = zones.get(phone[:8])
            if known is None:
                known = zones[phone[:8]] = time_zone_of_number(phone) or ""
            zone = known
        if name_at is not None:
            name = " ".join(cells[name_at].split())
        if first_at is not None:
            first = " ".join(cells[first_at].split())
            if not name and last_at is not None:
                name = f"{first} {' '.join(cells[last_at].split())}".strip()
        if not first and name:
            first = first_name_of(name)
        if language_at is not None:
            language = _language(cells[language_at])
        values = [prefix + json_string(cells[at].strip()) for at, prefix in values_at]
        context = "{" + ",".join(values) + "}"
        if len(context) > LONGEST_VALUE:
            for at, _ in values_at:
                if len(cells[at]) > LONGEST_VALUE:
                    problems = problems or []
                    problems.append(_too_long(columns, at, cells[at]))
                    context = "{}"
        texts = f"{name}\t{first}"
        if "\\" in texts:
            texts = texts.replace("\\", "\\\\")
        if "\\" in context:
            # JSON cannot hold a NUL in PostgreSQL, and COPY wants its backslashes twice.
            context = context.replace("\\u0000", "").replace("\\", "\\\\")
        addresses = ""
        if emails:
            addresses = '"' + '","'.join(emails) + '"'
        bad = (
            "\\N\t\\N"
            if problems is None
            else f"{_copy_json(problems)}\t{_copy_json(original[: width + 20])}"
        )
        return (
            f"{number}\t{account}\t{texts}\t{{{addresses}}}\t{mobile}\t{home}"
            f"\t{'t' if has_details else 'f'}\t{language}\t{zone}\t{context}\t{bad}\n"
        ).replace("\x00", "")

    return line_of


def _problem(
    columns: Columns,
    index: int,
    value: str,
    problem: str,
    suggestion: str = "",
    addresses: list[str] | None = None,
) -> CellProblem:
    return CellProblem(
        column=columns.headings[index],
        index=index,
        value=value.strip()[:200],
        problem=problem,
        suggestion=suggestion,
        addresses=addresses or [],
    )


def _too_wide(cells: list[str], width: int) -> CellProblem:
    extra = [cell.strip() for cell in cells[width:] if cell.strip()]
    return CellProblem(
        column="",
        index=None,
        value=", ".join(extra)[:200],
        problem=(
            _(
                "The row has %(cells)s cells, and the headings are %(width)s. A separator too "
                "many? Put text that holds one in quotes."
            )
            % {"cells": len(cells), "width": width}
        ),
        suggestion="",
        addresses=[],
    )


def _too_long(columns: Columns, index: int, value: str) -> CellProblem:
    return _problem(
        columns,
        index,
        value[:60] + "…",
        _(
            "The cell has %(count)s characters, and %(most)s is the most for a "
            "placeholder. Shorten it."
        )
        % {"count": f"{len(value):,}", "most": f"{LONGEST_VALUE:,}"},
    )


def _fixed(
    cells: list[str], fix: Mapping[str, list[str]], email_at: list[int]
) -> tuple[list[str], list[str] | None]:
    """The cells with a person's corrections; and, where one cell was to give two addresses, all
    the addresses of the row."""
    cells = list(cells)
    both: list[str] | None = None
    for column, values in fix.items():
        index = int(column)
        if index >= len(cells):
            continue
        if len(values) > 1:
            cells[index] = ""
            others = [read_email(cells[at]).address for at in email_at if at != index]
            every = dict.fromkeys([*values, *filter(None, others)])
            both = list(every)[:2]
        else:
            cells[index] = values[0] if values else ""
    return cells, both


def _copy_json(value: object) -> str:
    text = dumps(value, ensure_ascii=False)
    return text.replace("\\u0000", "").replace("\\", "\\\\")


_SPANISH = frozenset({"es", "spa", "sp", "spanish", "español", "espanol", "s"})
_ENGLISH = frozenset({"en", "eng", "english", "inglés", "ingles", "e"})


@lru_cache(maxsize=256)
def _language(text: str) -> str:
    """ "" for what says nothing: the member's own language counts then."""
    word = text.strip().lower()
    if word in _SPANISH:
        return Language.SPANISH.value
    return Language.ENGLISH.value if word in _ENGLISH else ""
