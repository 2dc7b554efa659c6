"""One content for many people: a service's marks where the personal values go, and the values.

The values are written by the same functions as in an email that we build ourselves (escaped in
HTML, and so on), so that both ways make the same email.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from django.conf import settings

from delivery.mime import mail_template
from delivery.mime.encoding import one_line
from delivery.mime.html import Hole, Piece
from delivery.providers.anymail.services import MergeSyntax
from delivery.rendering import From, Template, Wording

_NEEDS_ESCAPING = re.compile("[<>&\"']")


@dataclass
class Form:
    """Subject, text and HTML with marks; without any mark where they are the same for all."""

    syntax: MergeSyntax
    subject: str = ""
    text: str = ""
    html: str = ""
    # A mark's name → the placeholder and how its value is written.
    _fields: dict[str, tuple[str, Callable[[str], str]]] = field(default_factory=dict)
    _names: dict[tuple[str, Callable[[str], str]], str] = field(default_factory=dict)
    _subject: Template | None = None
    _constants: dict[str, str] = field(default_factory=dict)

    def values(self, context: Mapping[str, str]) -> dict[str, str] | None:
        """One person's values by the names of their marks.

        None where the service can't be trusted with them.
        """
        values = {name: write(context.get(key, "")) for name, (key, write) in self._fields.items()}
        if self._subject is not None:
            values["subject"] = one_line(self._subject.fill(context))
        if not self.syntax.verbatim and any(
            _NEEDS_ESCAPING.search(value) for value in values.values()
        ):
            return None
        return {**self._constants, **values}

    def add(self, pieces: Sequence[Piece]) -> str:
        """The pieces as one text, with marks for the holes."""
        return "".join(
            self._mark(piece) if isinstance(piece, Hole) else self._literal(piece)
            for piece in pieces
        )

    def add_subject(self, subject: Template) -> None:
        """A personal subject goes in whole: a missing value leaves no space at its end."""
        self._subject = subject
        self.subject = self.syntax.mark("subject")

    def _mark(self, hole: Hole) -> str:
        name = self._names.setdefault((hole.key, hole.write), f"f{len(self._names)}")
        self._fields[name] = (hole.key, hole.write)
        return self.syntax.mark(name)

    def _literal(self, text: str) -> str:
        """The writer's own words; what the service would take for a mark becomes a value."""
        if self.syntax.opening not in text:
            return text
        self._constants["opening"] = self.syntax.opening
        return text.replace(self.syntax.opening, self.syntax.mark("opening"))


def form_for(wording: Wording, sender: From, syntax: MergeSyntax) -> Form:
    """Kept for the next window. The subject is left empty where it can't have marks."""
    return _form(
        wording,
        sender,
        syntax,
        (settings.UTILITY_NAME, settings.UTILITY_ADDRESS, settings.PUBLIC_URL),
    )


@lru_cache(maxsize=128)
def _form(
    wording: Wording, sender: From, syntax: MergeSyntax, of_the_site: tuple[str, ...]
) -> Form:
    """What is `of_the_site` is in the template; it is here so that a change is noticed."""
    subject, text, html = mail_template(wording, sender).pieces()
    form = Form(syntax)
    if not subject.keys:
        form.subject = form.add([one_line(subject.literals[0])])
    elif syntax.in_subject:
        form.add_subject(subject)
    form.text = form.add(text)
    form.html = form.add(html)
    return form
