"""One row of the file, read into what the tables hold. What cannot be read is refused in words."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.conf import settings
from django.db import models

from common.accounts import read_account
from common.choices import Language
from common.emails import TOO_LONG, read_email
from common.headings import Field, placeholder_key
from common.phones import read_phone, time_zone_of_number
from common.row_problems import Problem
from customers.billing_import.columns import BillingField, Columns
from customers.choices import AccountStatus, RecurringPayment
from customers.models import Account, Customer
from customers.time_zones import STATES, time_zone_of_address

# Where an account is written without a hyphen, its last digits are the separator.
SEPARATOR_DIGITS = 3
_PARTS = re.compile(r"([0-9]+(?:[ \-/‐-―][0-9]+)*)[ \-/‐-―]+([0-9]{1,6})")
_ZIP = re.compile(r"([0-9]{5})(?:-?([0-9]{4}))?")


class StagedRow(NamedTuple):
    """A row as COPY takes it. "" means that the file says nothing: what we have stays."""

    row: int
    key: str
    number: str
    separator: str
    name: str = ""
    first_name: str = ""
    last_name: str = ""
    email_1: str = ""
    email_2: str = ""
    home_number: str = ""
    mobile_number: str = ""
    language: str = ""
    is_key_account: str = ""
    do_not_call: str = ""
    zone: str = ""
    zone_of_number: str = ""
    status: str = ""
    service_address: str = ""
    city: str = ""
    state: str = ""
    zip_code: str = ""
    meter: str = ""
    cycle: str = ""
    recurring_payment: str = ""


def _table(words: Mapping[str, str]) -> dict[str, str]:
    return {word: str(value) for value, text in words.items() for word in text.split()}


YES, NO = "t", "f"
_YES_NO = _table({YES: "yes y true t 1 on x si s", NO: "no n false f 0 off"})
_LANGUAGES = _table(
    {
        Language.ENGLISH: "english en eng e ingles",
        Language.SPANISH: "spanish es esp spa s sp espanol",
    }
)
_STATUSES = _table(
    {
        AccountStatus.ACTIVE: "active a open on current connected",
        AccountStatus.PENDING: "pending p new",
        AccountStatus.DISCONNECTED: "disconnected d disc disconnect off cutoff",
        AccountStatus.CLOSED: "closed c inactive i final finaled finalled terminated",
    }
)
_PAYMENTS = _table(
    {
        RecurringPayment.NONE: "none no n 0 false",
        RecurringPayment.BANK_DRAFT: "bankdraft draft bank ach eft checking savings b",
        RecurringPayment.CARD: "card creditcard cc credit debitcard debit visa mastercard",
    }
)


def _longest(model: type[models.Model], field: Field | BillingField) -> int:
    column = model._meta.get_field(field.value)
    return (isinstance(column, models.CharField) and column.max_length) or 0


# Field → the most characters that its column holds.
_LONGEST: dict[Field | BillingField, int] = {
    **{f: _longest(Customer, f) for f in (Field.NAME, Field.FIRST_NAME, Field.LAST_NAME)},
    BillingField.SERVICE_ADDRESS: _longest(Account, BillingField.SERVICE_ADDRESS),
    BillingField.CITY: _longest(Account, BillingField.CITY),
    BillingField.METER: _longest(Account, BillingField.METER),
    BillingField.CYCLE: _longest(Account, BillingField.CYCLE),
}


class RowReader:
    """Reads the rows of one file. `problems` and `long_emails` grow as it goes."""

    def __init__(self, columns: Columns, headings: Sequence[str]) -> None:
        self.problems: list[Problem] = []
        self.long_emails = 0
        self._columns = columns
        self._headings = headings
        self._seen: dict[str, int] = {}
        self._row = 0
        self._cells: Sequence[str] = ()

    def read(self, row: int, cells: Sequence[str]) -> StagedRow | None:
        """The row, without the cells that were refused; None where the account is no account."""
        self._row, self._cells = row, cells
        account = self._account()
        if account is None:
            return None
        key, number, separator = account
        if self._seen.setdefault(key, row) != row:
            self._refuse(
                Field.ACCOUNT, key, f"The account stands in row {self._seen[key]} already."
            )
            return None
        first_name = self._text(Field.FIRST_NAME)
        last_name = self._text(Field.LAST_NAME)
        name = self._text(Field.NAME)
        if not name and last_name:
            name = f"{last_name} {first_name}".strip()
        email_1 = self._email(Field.EMAIL_1)
        email_2 = self._email(Field.EMAIL_2)
        if email_2 and email_2.lower() == email_1.lower():
            email_2 = ""
        home, mobile = self._phone(Field.HOME), self._phone(Field.MOBILE)
        state, zip_code = self._state(), self._zip()
        return StagedRow(
            row=row,
            key=key,
            number=number,
            separator=separator,
            name=name,
            first_name=first_name,
            last_name=last_name,
            email_1=email_1,
            email_2=email_2,
            home_number=home,
            mobile_number=mobile,
            language=self._word(Field.LANGUAGE, _LANGUAGES, "English or Spanish"),
            is_key_account=self._word(BillingField.KEY_ACCOUNT, _YES_NO, "yes or no"),
            do_not_call=self._word(BillingField.DO_NOT_CALL, _YES_NO, "yes or no"),
            zone=time_zone_of_address(state, zip_code) if state else "",
            zone_of_number=_zone_of(mobile or home),
            status=self._word(
                BillingField.STATUS, _STATUSES, "active, pending, disconnected or closed"
            ),
            service_address=self._text(BillingField.SERVICE_ADDRESS),
            city=self._text(BillingField.CITY),
            state=state,
            zip_code=zip_code,
            meter=self._text(BillingField.METER),
            cycle=self._text(BillingField.CYCLE),
            recurring_payment=self._word(
                BillingField.RECURRING_PAYMENT, _PAYMENTS, "none, bank draft or card"
            ),
        )

    def _account(self) -> tuple[str, str, str] | None:
        """(key, member number, separator)."""
        written = self._cell(Field.ACCOUNT)
        if BillingField.SEPARATOR in self._columns:
            written = f"{written}-{self._cell(BillingField.SEPARATOR)}".strip("-")
        result = read_account(written)
        if result.problem:
            self._refuse(Field.ACCOUNT, written, result.problem)
            return None
        if not result.account:
            self._refuse(Field.ACCOUNT, "", "There is no account number in this row.")
            return None
        key = result.account
        parts = _PARTS.fullmatch(written)
        digits = len(parts.group(2)) if parts else SEPARATOR_DIGITS
        number, separator = key[:-digits], key[-digits:]
        if not number:
            self._refuse(
                Field.ACCOUNT,
                written,
                f"The account number is too short: it ends in a separator of {SEPARATOR_DIGITS} "
                "digits, such as 162033-001.",
            )
            return None
        return key, number, separator

    def _email(self, field: Field) -> str:
        written = self._cell(field)
        if not written:
            return ""
        result = read_email(written)
        if result.problem:
            self.long_emails += result.problem.endswith(TOO_LONG)
            self._refuse(field, written, result.problem)
        return result.address

    def _phone(self, field: Field) -> str:
        written = self._cell(field)
        if not written:
            return ""
        result = read_phone(written)
        if result.problem:
            self._refuse(field, written, result.problem)
        return result.number

    def _state(self) -> str:
        written = self._cell(BillingField.STATE).upper()
        if written and written not in STATES:
            self._refuse(
                BillingField.STATE, written, "Write the state with two letters, such as GA."
            )
            return ""
        return written

    def _zip(self) -> str:
        written = self._cell(BillingField.ZIP).removesuffix(".0")
        if not written:
            return ""
        # A spreadsheet takes the zero away that New England's begin with.
        match = _ZIP.fullmatch(written.zfill(5) if len(written) == 4 else written)
        if match is None:
            self._refuse(BillingField.ZIP, written, "A ZIP code has five digits, or nine.")
            return ""
        return "-".join(part for part in match.groups() if part)

    def _text(self, field: Field | BillingField) -> str:
        written = self._cell(field)
        if not written:
            return ""
        longest = _LONGEST[field]
        if len(written) > longest:
            self._refuse(
                field, written, f"This has {len(written)} characters, and {longest} is the most."
            )
            return ""
        return written

    def _word(self, field: Field | BillingField, words: Mapping[str, str], choices: str) -> str:
        written = self._cell(field)
        if not written:
            return ""
        value = words.get(placeholder_key(written))
        if value is None:
            self._refuse(field, written, f"This says neither {choices}. Correct it.")
            return ""
        return value

    def _cell(self, field: Field | BillingField) -> str:
        column = self._columns.get(field)
        if column is None:
            return ""
        return " ".join(self._cells[column].replace("\x00", "").split())

    def _refuse(self, field: Field | BillingField, value: str, problem: str) -> None:
        heading = self._headings[self._columns[field]] if field in self._columns else ""
        self.problems.append(Problem(self._row, heading, value, problem))


def default_time_zone() -> str:
    """Where the utility is."""
    return time_zone_of_address(settings.UTILITY_STATE, "") or settings.TIME_ZONE


def _zone_of(number: str) -> str:
    return (time_zone_of_number(number) or "") if number else ""
