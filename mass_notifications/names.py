"""What to call a person whose file gives nothing but one name."""

import re
from functools import lru_cache

_NOT_A_PERSON = re.compile(
    r"\b(?:llc|inc|corp|co|ltd|company|church|school|county|city|town|dept|department|farms?|"
    r"association|assoc|apartments?|properties|rentals?|estates?|trust|bank|store|shop|market|"
    r"service|services|authority|board|club|lodge|center|centre|clinic|hospital|ministries)\b|[&/0-9]",
    re.IGNORECASE,
)
_INITIAL = re.compile(r"[^\W\d_]\.?")


@lru_cache(maxsize=8192)
def first_name_of(name: str) -> str:
    """The first name in `name`, or all of it where none can be told.

    Billing systems write ALMA ABBOTT as ABBOTT ALMA, in capitals, or as Abbott, Alma.
    """
    name = " ".join(name.split())
    if not name or _NOT_A_PERSON.search(name):
        return name
    _last, comma, rest = name.partition(",")
    if comma:
        words = rest.split()
    else:
        words = name.split()
        if len(words) > 1 and name.isupper():
            words = words[1:]
    words = [word for word in words if not _INITIAL.fullmatch(word)] or words
    if not words:
        return name
    first = words[0]
    return first.title() if first.isupper() else first
