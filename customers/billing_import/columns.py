"""Which column of a billing system's file is what."""

from collections.abc import Sequence

from django.db import models

from common.headings import Field, match_headings, placeholder_key


class BillingField(models.TextChoices):
    """What a billing system's file has beside the columns that every list may have."""

    SEPARATOR = "separator", "Separator"
    SERVICE_ADDRESS = "service_address", "Service address"
    CITY = "city", "City"
    STATE = "state", "State"
    ZIP = "zip_code", "ZIP"
    METER = "meter", "Meter"
    CYCLE = "cycle", "Billing cycle"
    RECURRING_PAYMENT = "recurring_payment", "Recurring payment"
    STATUS = "status", "Status"
    DO_NOT_CALL = "do_not_call", "Do Not Call"
    KEY_ACCOUNT = "is_key_account", "Key account"


class Columns(dict[Field | BillingField, int]):
    """Field → column (0-based), and what people should know about how it was decided."""

    notes: list[str]


_WORDS = {
    BillingField.SEPARATOR: "separator sep separatornumber sepno suffix accountsuffix",
    BillingField.SERVICE_ADDRESS: (
        "serviceaddress serviceaddr svcaddress svcaddr address address1 street streetaddress "
        "location locationaddress servicelocation premiseaddress serviceaddress1"
    ),
    BillingField.CITY: "city servicecity svccity town",
    BillingField.STATE: "state st servicestate svcstate",
    BillingField.ZIP: "zip zipcode servicezip svczip zip5 zip4 postalcode zippostalcode",
    BillingField.METER: "meter meternumber meterno meternum meterid mtr mtrno mtrnumber",
    BillingField.CYCLE: "cycle billingcycle billcycle cyclecode cycleno cyclenumber",
    BillingField.RECURRING_PAYMENT: (
        "recurringpayment recurringpaymentmethod recurring autopay autopayment autopaymethod "
        "paymentmethod bankdraft draft"
    ),
    BillingField.STATUS: "status accountstatus acctstatus memberstatus servicestatus",
    BillingField.DO_NOT_CALL: "donotcall dnc donotcallflag dncflag donottext",
    BillingField.KEY_ACCOUNT: "keyaccount keyacct iskeyaccount keyaccountflag keyaccounts",
}
_FIELD_OF = {word: field for field, words in _WORDS.items() for word in words.split()}


def match_columns(headings: Sequence[str]) -> Columns:
    """The column of each field that the file has."""
    matched = match_headings(headings)
    columns = Columns({field: column for column, field in matched.items()})
    columns.notes = list(matched.notes)
    for column, heading in enumerate(headings):
        field = _FIELD_OF.get(placeholder_key(heading))
        if field is None or field in columns or column in matched:
            continue
        columns[field] = column
    if BillingField.SEPARATOR in columns:
        # "Member" and "Separator" in columns of their own, which is no doubt about the account.
        separator = headings[columns[BillingField.SEPARATOR]].strip()
        columns.notes = [note for note in columns.notes if not note.startswith(f'"{separator}"')]
    return columns
