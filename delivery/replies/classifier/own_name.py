"""The utility's own name in a text to it: whoever is written to is "yall", to all rules."""

import re
from functools import lru_cache

from django.conf import settings

from delivery.replies.classifier.keywords import KIND_OF
from delivery.replies.classifier.plain import plain

_YALL = "yall"
# What people leave out at the end of the name.
_KIND_OF_COMPANY = frozenset(
    [
        "electric",
        "electrical",
        "electricity",
        "energy",
        "power",
        "light",
        "lights",
        "utility",
        "utilities",
        "gas",
        "water",
        "cooperative",
        "coop",
        "co",
        "op",
        "emc",
        "rec",
        "corporation",
        "corp",
        "company",
        "inc",
        "llc",
        "membership",
        "association",
        "assn",
        "department",
        "district",
        "authority",
        "board",
        "commission",
        "services",
        "service",
    ]
)
# As a place it is left alone: "outage in Pine River", "at Pine River Road".
_OF_A_PLACE = r"(?<!\bin )(?<!\bat )(?<!\bnear )(?<!\bby )(?<!\ben )"
_A_PLACE = (
    r"(?! (?:roads?|rd|streets?|st|avenue|ave|drive|dr|lane|ln|court|ct|circle|way|trail|bridge"
    r"|church|school|park|creek|baptist|estates|subdivision|substation|apartments?)\b)"
)


def as_yall(words: str) -> str:
    """`words`, as `plain` writes them, without the name that this utility goes by."""
    pattern = _pattern(settings.UTILITY_NAME, settings.UTILITY_SHORT_NAME)
    return pattern.sub(_YALL, words) if pattern else words


@lru_cache(maxsize=8)
def _pattern(*names: str) -> "re.Pattern[str] | None":
    forms = {form for name in names for form in _forms(plain(name).replace(" | ", " "))}
    if not forms:
        return None
    longest_first = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    return re.compile(rf"{_OF_A_PLACE}\b(?:the )?(?:{longest_first})\b{_A_PLACE}")


def _forms(name: str) -> set[str]:
    """The whole name, and as it is without its last words; two words at the least, since one may
    be any town. None of "Power" or "YES", which people say and mean no company."""
    words = name.split()
    if all(word in _KIND_OF_COMPANY or word in KIND_OF for word in words):
        return set()
    forms = {name}
    while len(words) > 2 and words[-1] in _KIND_OF_COMPANY:
        words = words[:-1]
        forms.add(" ".join(words))
    return forms
