"""SQL for what the wording of an alert names, in the member's language.

`f` is the fact, `a` its account, `c` the member. `%(today)s` is the utility's local date. No
fragment holds a value from outside.
"""

from dataclasses import dataclass

_MONTHS = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
    *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
)
_MONTH_LIST = ", ".join(f"'{month}'" for month in _MONTHS)


@dataclass(frozen=True, slots=True)
class Value:
    """A placeholder's value: as it is shown, and bare, so that a correction can be told from a
    repetition whatever the language. `raw` is "" for what is not the fact's own."""

    shown: str
    raw: str = ""
    # For the console: what it is, and an example.
    words: str = ""
    example: str = ""


def in_language(english: str, spanish: str) -> str:
    return f"CASE WHEN c.language = 'es' THEN {spanish} ELSE {english} END"


def money(cents: str) -> str:
    """`$1,142.18`, `-$3.00`: the same in both languages, as it is written in this country."""
    amount = f"to_char(abs({cents}) / 100.0, 'FM999,999,999,990.00')"
    return f"CASE WHEN ({cents}) < 0 THEN '-$' ELSE '$' END || {amount}"


def date(day: str) -> str:
    """`December 5, 2026` or `5 de diciembre de 2026`."""
    spanish = (
        f"to_char({day}, 'FMDD') || ' de ' || "
        f"(ARRAY[{_MONTH_LIST}])[extract(month FROM {day})::int] || ' de ' || "
        f"to_char({day}, 'YYYY')"
    )
    return in_language(f"to_char({day}, 'FMMonth FMDD, YYYY')", spanish)


def number(value: str) -> str:
    """`52`, `52.4`: at most one decimal."""
    return f"trim_scale(round(({value})::numeric, 1))::text"


def when(day: str) -> str:
    """`today`, `tomorrow`, `in 3 days`, and in Spanish."""
    ahead = f"({day} - %(today)s::date)"
    return in_language(
        f"CASE {ahead} WHEN 0 THEN 'today' WHEN 1 THEN 'tomorrow' "
        f"ELSE 'in ' || {ahead} || ' days' END",
        f"CASE {ahead} WHEN 0 THEN 'hoy' WHEN 1 THEN 'mañana' ELSE 'en ' || {ahead} || ' días' END",
    )


def days(day: str) -> str:
    """How many days lie between the date and today, whichever side."""
    return f"abs({day} - %(today)s::date)::text"


def money_value(cents: str, *, words: str, example: str = "$142.18") -> Value:
    return Value(money(cents), f"({cents})::text", words, example)


def date_value(day: str, *, words: str, example: str = "December 5, 2026") -> Value:
    return Value(date(day), f"({day})::text", words, example)


def number_value(value: str, *, words: str, example: str) -> Value:
    return Value(number(value), f"trim_scale(({value})::numeric)::text", words, example)


def text_value(value: str, *, words: str, example: str) -> Value:
    return Value(f"coalesce({value}, '')", f"coalesce({value}, '')", words, example)


_NO_ADDRESS = in_language("'address on file'", "'dirección registrada'")
ACCOUNT_NUMBER = "left(a.key, -length(a.separator)) || '-' || a.separator"
OF_EVERYBODY: dict[str, Value] = {
    "name": Value("c.name", words="Name as billed", example="SAPP RUTH"),
    "firstname": Value(
        "coalesce(nullif(c.first_name, ''), c.name)", words="First name", example="Ruth"
    ),
    "account": Value(ACCOUNT_NUMBER, words="Account", example="162033-001"),
    "serviceaddress": Value(
        f"coalesce(nullif(a.service_address, ''), {_NO_ADDRESS})",
        words="Service address",
        example="241 Rentz Rd",
    ),
}
