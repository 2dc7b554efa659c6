"""Which column of a billing system's file is what, by headings that are matched loosely."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from billing.choices import Kind
from billing.facts.fields import KindOfFact
from billing.facts.kinds import KINDS
from billing.facts.rows import ACCOUNT, FACT_ID, SEPARATOR
from common.headings import Field, match_headings, placeholder_key
from common.spreadsheets import SpreadsheetError

_ID = "factid id recordid uniqueid"
_IDS = {
    Kind.BILL: "billid invoiceid statementid",
    Kind.PAYMENT: (
        "paymentid paymentno paymentnumber transactionid transaction transactionnumber transno "
        "confirmation confirmationnumber receipt receiptnumber receiptno reference"
    ),
    Kind.RETURNED_CHECK: "returnedcheckid returnid nsfid transactionid transaction reference",
    Kind.ARRANGEMENT: "arrangementid arrangementnumber arrangementno arrangement agreementid",
    Kind.INSTALLMENT: "installmentid",
    Kind.USAGE_READ: "readid readingid usageid",
    Kind.PENDING_DISCONNECT: "disconnectid pendingdisconnectid orderid ordernumber",
    Kind.ACCOUNT_CHANGE: "changeid auditid logid",
}
_SEPARATOR = "separator sep separatornumber sepno suffix accountsuffix"

_MEMBER = "member mbr customer consumer"


@dataclass(frozen=True, slots=True)
class Columns:
    names: dict[str, int]
    """The name under which a value is told → its column (0-based)."""
    labels: dict[str, str]
    """The same name → the file's heading."""
    notes: list[str]


def match_columns(kind: Kind, headings: Sequence[str]) -> Columns:
    """Raises SpreadsheetError, in words, where a column is missing that every fact must have."""
    consists = KINDS[kind]
    column_of: dict[str, int] = {}
    for column, heading in enumerate(headings):
        column_of.setdefault(placeholder_key(heading), column)
    names: dict[str, int] = {}
    used: set[int] = set()

    def take(name: str, words: str) -> None:
        for word in words.split():
            column = column_of.get(word)
            if column is not None and column not in used:
                names[name] = column
                used.add(column)
                return

    account, separator = _account(headings)
    if account is not None:
        names[ACCOUNT] = account
        used.add(account)
        if separator is not None:
            names[SEPARATOR] = separator
            used.add(separator)
    take(FACT_ID, f"{_ID} {_IDS[kind]}")
    for field in consists.fields:
        for way in field.ways:
            if not any(other.name in names for other in field.ways):
                take(way.name, way.headings)
    _demand(consists, names, headings)
    unused = [f'"{h.strip()}"' for c, h in enumerate(headings) if c not in used and h.strip()]
    notes = [_("Not used: %(names)s.") % {"names": ", ".join(unused)}] if unused else []
    return Columns(names, {name: headings[c].strip() for name, c in names.items()}, notes)


def _account(headings: Sequence[str]) -> tuple[int | None, int | None]:
    """The account's column, and that of a separator which stands apart."""
    separators = [c for c, h in enumerate(headings) if placeholder_key(h) in _SEPARATOR.split()]
    others = ["" if c in separators else heading for c, heading in enumerate(headings)]
    found = {field: column for column, field in match_headings(others).items()}
    account = found.get(Field.ACCOUNT)
    if account is None and separators:
        # "Member" beside "Separator" is its number, elsewhere it may be the name.
        keys = [placeholder_key(heading) for heading in headings]
        account = next((c for c, key in enumerate(keys) if key in _MEMBER.split()), None)
    if account is None and separators:
        return separators[0], None
    return account, separators[0] if separators else None


def _demand(consists: KindOfFact, names: Mapping[str, int], headings: Sequence[str]) -> None:
    missing = []
    if ACCOUNT not in names and not consists.account_from:
        missing.append("Account")
    missing += [
        field.label
        for field in consists.fields
        if field.is_required and not any(way.name in names for way in field.ways)
    ]
    told = {f.column for f in consists.fields if any(way.name in names for way in f.ways)}
    is_derivable = consists.derived_id is not None and told | set(names) >= set(
        consists.needed_for_id
    )
    if FACT_ID not in names and not is_derivable:
        missing.append(_id_label(consists))
    if missing:
        expected = ", ".join(
            [_id_label(consists), "Account", *(field.label for field in consists.fields)]
        )
        raise SpreadsheetError(
            _(
                "This is not a file of the kind %(what)s: no column is called %(missing)s. "
                "Expected are: %(expected)s. The file has: %(headings)s."
            )
            % {
                "what": consists.name,
                "missing": _either(missing),
                "expected": expected,
                "headings": ", ".join(heading.strip() for heading in headings),
            }
        )


def _id_label(consists: KindOfFact) -> str:
    return {Kind.BILL: "Bill ID", Kind.PAYMENT: "Payment ID"}.get(consists.kind, "ID")


def _either(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
