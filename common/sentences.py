"""Sentences that were said in English, and kept, in the language of who reads them.

What a check finds in a file is stored in English, by a worker that does not know who will look
at it; it is also what the command line and downloads say. Where such a sentence is made it is
marked for translation (`gettext_noop`) and its values are named (`%(count)s`), and here it is
known again by the catalogue: there is no second list of them.
"""

import re
from functools import lru_cache

from django.utils.translation import get_language, gettext, to_locale
from django.utils.translation.trans_real import catalog

_PLACEHOLDER = re.compile(r"%\(([a-z_]+)\)s")
# A shorter one such as "%(a)s of %(b)s" could be anything, and none of them is stored.
_LEAST_OWN = 12
# A value by this name is itself a sentence, or a part of one.
_ALSO_WORDS = "what"


def translated(words: str) -> str:
    """`words` in the language in use; unchanged where the catalogue does not have them."""
    if not words or (language := get_language()) is None:
        return words
    return _translated(words, to_locale(language))


@lru_cache(maxsize=4096)
def _translated(words: str, locale: str) -> str:
    said = gettext(words)
    if said != words:
        return said
    for pattern, english in _patterns(locale):
        if (match := pattern.fullmatch(words)) is not None:
            values = match.groupdict()
            if _ALSO_WORDS in values:
                values[_ALSO_WORDS] = gettext(values[_ALSO_WORDS])
            return gettext(english) % values
    return words


@lru_cache(maxsize=16)
def _patterns(locale: str) -> list[tuple["re.Pattern[str]", str]]:
    """Of the sentences with values; those with most words of their own first, so that a short one
    cannot take a longer one for its own."""
    found = []
    # As Django's own JavaScriptCatalog does; there is no public way.
    for english in set(catalog()._catalog.keys()):  # type: ignore[attr-defined]
        own = _PLACEHOLDER.sub("", english) if isinstance(english, str) else ""
        if own != english and len(own) >= _LEAST_OWN:
            found.append((len(own), _pattern(english), english))
    found.sort(key=lambda entry: (-entry[0], entry[2]))
    return [(pattern, english) for _, pattern, english in found]


def _pattern(english: str) -> "re.Pattern[str]":
    """Matches the sentence whatever its values are; a name that comes twice has one value."""
    pieces = _PLACEHOLDER.split(english)
    seen: set[str] = set()
    pattern = re.escape(pieces[0].replace("%%", "%"))
    for name, literal in zip(pieces[1::2], pieces[2::2], strict=True):
        pattern += f"(?P={name})" if name in seen else f"(?P<{name}>.+?)"
        seen.add(name)
        pattern += re.escape(literal.replace("%%", "%"))
    return re.compile(pattern, re.DOTALL)
