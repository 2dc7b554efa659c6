"""Which column of a file is what: by its headings, or as a person said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from common.choices import Channel
from common.headings import Field, column_letters, match_headings, placeholder_key
from mass_notifications.errors import Refused

# What each channel is reached by, in a file.
FIELDS_OF_CHANNEL: dict[str, frozenset[Field]] = {
    Channel.EMAIL: frozenset({Field.EMAIL_1, Field.EMAIL_2}),
    Channel.TEXT: frozenset({Field.MOBILE}),
    Channel.VOICE: frozenset({Field.HOME, Field.MOBILE}),
    Channel.PUSH: frozenset(),
}
DETAILS = frozenset({Field.EMAIL_1, Field.EMAIL_2, Field.MOBILE, Field.HOME})
# What a recipient row has columns of its own for.
_NOT_IN_CONTEXT = DETAILS | {Field.ACCOUNT, Field.NAME, Field.FIRST_NAME, Field.LANGUAGE}


@dataclass(frozen=True)
class Columns:
    """The headings of a file and the field of each column that has one."""

    headings: tuple[str, ...]
    fields: dict[int, Field]
    notes: tuple[str, ...] = ()

    def index_of(self, field: Field) -> int | None:
        return next((index for index, found in self.fields.items() if found is field), None)

    def heading_of(self, field: Field) -> str:
        index = self.index_of(field)
        return "" if index is None else self.headings[index]

    @property
    def placeholders(self) -> dict[int, str]:
        """Column → key, of the columns that are kept for placeholders alone. Of two headings with
        one key the first counts."""
        found: dict[int, str] = {}
        taken: set[str] = set()
        for index, heading in enumerate(self.headings):
            if self.fields.get(index) in _NOT_IN_CONTEXT:
                continue
            key = placeholder_key(heading)
            if key and key not in taken:
                taken.add(key)
                found[index] = key
        return found


def columns_of_headings(
    headings: Sequence[str], mapping: Mapping[str, str] | None = None, *, shown: str = _("The file")
) -> Columns:
    """`mapping` (column as text → field, "" for none) overrules the headings as a whole.

    Raises Refused where nobody could be reached by any of the columns.
    """
    matched = match_headings(headings)
    notes = tuple(matched.notes)
    fields: dict[int, Field] = dict(matched)
    if mapping is not None:
        fields, notes = _as_mapped(headings, mapping), ()
    if not (DETAILS | {Field.ACCOUNT}) & set(fields.values()):
        names = ", ".join(f'"{heading}"' for heading in list(headings)[:8])
        words = _(
            "%(what)s has no column with a member separator, an email address or a phone number. "
            "Its headings are %(headings)s. Name one of them Member Separator, Email or "
            "Cell Phone, or match the columns here."
        )
        if len(headings) > 8:
            words = _(
                "%(what)s has no column with a member separator, an email address or a phone "
                "number. Its headings are %(headings)s and others. Name one of them "
                "Member Separator, Email or Cell Phone, or match the columns here."
            )
        raise Refused(words % {"what": shown, "headings": names})
    return Columns(tuple(headings), dict(sorted(fields.items())), notes)


def _as_mapped(headings: Sequence[str], mapping: Mapping[str, str]) -> dict[int, Field]:
    fields: dict[int, Field] = {}
    for column, value in mapping.items():
        index = int(column)
        if not value or not 0 <= index < len(headings):
            continue
        try:
            field = Field(value)
        except ValueError:
            raise Refused(
                _("A column cannot be “%(value)s”. Choose one of the list.") % {"value": value[:40]}
            ) from None
        if field in fields.values():
            first = next(i for i, found in fields.items() if found is field)
            raise Refused(
                _(
                    'Two columns are %(what)s: "%(first)s" (column %(first_column)s) and '
                    '"%(second)s" (column %(second_column)s). Keep one of them.'
                )
                % {
                    "what": field.label,
                    "first": headings[first],
                    "first_column": column_letters(first),
                    "second": headings[index],
                    "second_column": column_letters(index),
                }
            )
        fields[index] = field
    return fields
