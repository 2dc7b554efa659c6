"""What a kind of fact is made of, and the sorts of fields that kinds have."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import models

from billing.choices import Kind
from billing.facts import cells
from billing.models import FACT_ID_LENGTH, Fact

Values = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Way:
    """A name under which a value is told, and the loose headings that mean it in a file."""

    name: str
    read: cells.Reader
    headings: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactField:
    column: str
    """In the staging table and, but for references, in the fact's own."""
    label: str
    type: str
    """PostgreSQL's."""
    ways: tuple[Way, ...]
    is_required: bool = False
    when_new: str = "NULL"
    """SQL for a new fact that does not say it; `incoming` is the staged row."""
    when_known: str = ""
    """SQL for a known one that does not say it now; `known` is the fact. "": it stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A field that names another fact."""

    column: str
    """The field in the staging table; the fact's own column is `<column>_id`."""
    query: str
    """SQL that finds it; `incoming` is the staged row."""
    is_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KindOfFact:
    kind: Kind
    name: str
    """In English, marked for translation; within a sentence."""
    model: type[Fact]
    fields: tuple[FactField, ...]
    references: tuple[Reference, ...] = ()
    derived_id: Callable[[Values], str] | None = None
    """The id of a fact that came without one; None: it must have one."""
    needed_for_id: tuple[str, ...] = ()
    """The fields that a derived id is made of."""
    once_by: tuple[str, ...] = ()
    """Columns, besides the id, that no two facts may share."""
    account_from: str = ""
    """SQL for the account of a fact that names none."""
    check: Callable[[Values], tuple[str, str]] | None = None
    """(field, problem) where the values contradict each other; ("", "") where they do not."""

    @property
    def table(self) -> str:
        return self.model._meta.db_table


def money(
    column: str,
    label: str,
    headings: str,
    *,
    may_be_negative: bool = False,
    is_required: bool = False,
    when_new: str = "NULL",
    when_known: str = "",
) -> FactField:
    """Told as `amount` in dollars, or as `amount_cents`."""
    dollars, cents = (
        (cells.read_money, cells.read_cents)
        if may_be_negative
        else (cells.read_amount, cells.read_amount_in_cents)
    )
    return FactField(
        column=column,
        label=label,
        type="bigint",
        ways=(
            Way(column.removesuffix("_cents"), dollars, headings),
            Way(column, cents, " ".join(f"{word}cents" for word in headings.split())),
        ),
        is_required=is_required,
        when_new=when_new,
        when_known=when_known,
    )


def day(column: str, label: str, headings: str, *, is_required: bool = True) -> FactField:
    return FactField(
        column=column,
        label=label,
        type="date",
        ways=(Way(column, cells.read_date, headings),),
        is_required=is_required,
    )


def moment(
    column: str, label: str, headings: str, *, is_required: bool = True, is_erasable: bool = False
) -> FactField:
    reader = cells.read_erasable_moment if is_erasable else cells.read_moment
    return FactField(
        column=column,
        label=label,
        type="timestamptz",
        ways=(Way(column, reader, headings),),
        is_required=is_required,
    )


def text(
    column: str,
    label: str,
    headings: str,
    *,
    model: type[models.Model] | None = None,
    is_required: bool = False,
    when_new: str = "''",
) -> FactField:
    field = model._meta.get_field(column) if model else None
    longest = field.max_length if isinstance(field, models.CharField) else None
    return FactField(
        column=column,
        label=label,
        type="text",
        ways=(Way(column, cells.read_text(longest or FACT_ID_LENGTH), headings),),
        is_required=is_required,
        when_new=when_new,
    )


def kwh(headings: str, *, is_required: bool) -> FactField:
    return FactField(
        column="kwh",
        label="kWh",
        type="numeric(12,3)",
        ways=(Way("kwh", cells.read_kwh, headings),),
        is_required=is_required,
    )


def word(
    column: str, label: str, headings: str, words: Mapping[str, str], choices: str
) -> FactField:
    return FactField(
        column=column,
        label=label,
        type="text",
        ways=(Way(column, cells.read_word(words, choices), headings),),
        is_required=True,
    )
