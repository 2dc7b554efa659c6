"""Why an address fails, in words for who answers members: what a code says (RULES 15, 21)."""

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, gettext_noop

from common.sentences import translated
from delivery.bounces.verdicts import ENHANCED

# By the whole code, then by its subject, then by its class.
_BY_CODE: Mapping[str, Promise] = {
    "5.1.1": gettext_lazy("There is no such mailbox. Ask for the right address."),
    "5.1.2": gettext_lazy(
        "There is no such mail service. Look for a slip in what stands behind the @."
    ),
    "5.1.3": gettext_lazy("No address is written like this. Ask for the right one."),
    "5.1.6": gettext_lazy("The mailbox has moved. Ask for the new address."),
    "5.1.10": gettext_lazy("There is no such mailbox. Ask for the right address."),
    "5.2.1": gettext_lazy("The mailbox is turned off."),
    "5.2.2": gettext_lazy("The mailbox is full."),
    "4.2.2": gettext_lazy("The mailbox is full."),
    "4.2.1": gettext_lazy("The mailbox takes nothing just now."),
    "5.2": gettext_lazy("The mailbox takes nothing just now."),
    "5.3": gettext_lazy("Their mail server had trouble of its own."),
    "5.4": gettext_lazy("Their mail server could not be reached."),
    "4.4": gettext_lazy("Their mail server could not be reached for days."),
    "5.7": gettext_lazy("Their mail server refused us. Nothing is wrong with the address."),
    "4.7": gettext_lazy("Their mail server put us off. Nothing is wrong with the address."),
    "4": gettext_lazy("Their mail server did not take it in time."),
}
# As `customers.address_health` writes it.
_THIRD = re.compile(r"The third soft bounce in 30 days\. The last: (.*)", re.DOTALL)
_OF_A_TEXT = re.compile(r"(\d{5}) (.+)", re.DOTALL)
gettext_noop("The third soft bounce in 30 days.")


def explained(words: str) -> tuple[str, str]:
    """What stands in the record of a bad address, as (plain words, what the server said).

    The first is in the language in use; the second is "" where it would only say the same.
    """
    third = _THIRD.fullmatch(words)
    if third:
        plain, said = explained(third[1])
        return f"{gettext('The third soft bounce in 30 days.')} {plain}".strip(), said
    code = words.partition(" ")[0]
    if ENHANCED.fullmatch(code):
        plain = _meaning(code)
        return (plain, words) if plain else (words, "")
    text = _OF_A_TEXT.fullmatch(words)
    if text:
        return f"{translated(text[2])} ({text[1]})", ""
    return translated(words), ""


def _meaning(code: str) -> str:
    """The most that is known of an enhanced status code; "" where that is nothing."""
    kind, subject, _ = code.split(".")
    for key in (code, f"{kind}.{subject}", kind):
        if key in _BY_CODE:
            return str(_BY_CODE[key])
    return ""
