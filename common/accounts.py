"""Account numbers (member number + separator) as people and spreadsheets write them."""

import re
from typing import NamedTuple

from django.utils.translation import gettext_noop as _

from common.odd_characters import without_odd_characters

LONGEST_ACCOUNT = 20


class AccountResult(NamedTuple):
    """What a cell's text turned out to be. A blank cell has neither account nor problem."""

    account: str
    """Digits only, leading zeros kept: 162033001."""
    problem: str = ""
    mended: bool = False
    """The spreadsheet's damage was repaired: `.0`, thousands commas, an apostrophe."""


def read_account(text: str) -> AccountResult:
    """The account in `text`: 162033-001, 162033001, 162033001.0 and 162,033,001 are the same."""
    plain = _PLAIN(text)
    if plain is not None and len(text) <= LONGEST_ACCOUNT:
        return AccountResult("".join(plain.groups()))
    cleaned = without_odd_characters(text, dashes=True).strip().strip("'’`\"=").strip()
    if not cleaned:
        return AccountResult("")
    if _SCIENTIFIC.fullmatch(cleaned):
        return AccountResult(
            "",
            _(
                "The spreadsheet cut the account number. Format the column as text, type the "
                "number again and save."
            ),
        )
    grouped = _GROUPED.fullmatch(cleaned)
    if grouped is not None:
        digits, mended = grouped.group(1).replace(",", ""), True
    else:
        plain = _SEPARATED.fullmatch(cleaned)
        if plain is None:
            return AccountResult(
                "", _("This is not an account number. Give digits, such as 162033-001.")
            )
        digits = _NOT_A_DIGIT.sub("", plain.group(1))
        mended = plain.group(2) is not None or cleaned != text.strip()
    if len(digits) > LONGEST_ACCOUNT:
        return AccountResult(
            "", _("An account number has at most %(most)s digits.") % {"most": LONGEST_ACCOUNT}
        )
    return AccountResult(digits, "", mended)


# Nearly every account is one of these.
_PLAIN = re.compile(r"([0-9]+)(?:-(?=[0-9]))?([0-9]*)").fullmatch
_SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+")
_GROUPED = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+)(?:\.0+)?")
# 162033.001 is left out: it may be a separator, it may be a number that was divided.
_SEPARATED = re.compile(r"([0-9]+(?:[ \-/]+[0-9]+)*)(\.0+)?")
_NOT_A_DIGIT = re.compile(r"[^0-9]")
