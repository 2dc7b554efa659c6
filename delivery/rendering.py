"""Wording with placeholders, compiled once and filled for each person.

`{{ Pole }}`, `{{pole}}` and `{{ POLE # }}` are the same placeholder: see `placeholder_key`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from common.headings import placeholder_key

PLACEHOLDER = re.compile(r"\{\{\s*([^{}\n]{1,80}?)\s*\}\}")


@dataclass(frozen=True)
class Template:
    """Literals and keys in turn: `literals[0] key[0] literals[1] … literals[-1]`."""

    literals: tuple[str, ...]
    keys: tuple[str, ...]
    # As the writer spelled them, for messages to people.
    names: tuple[str, ...]

    def fill(self, context: Mapping[str, str], escape: Callable[[str], str] | None = None) -> str:
        """The text for one person; a placeholder without a value is left empty."""
        if not self.keys:
            return self.literals[0]
        parts = [self.literals[0]]
        for key, literal in zip(self.keys, self.literals[1:], strict=True):
            value = context.get(key, "")
            parts.append(escape(value) if escape else value)
            parts.append(literal)
        return "".join(parts)


def compile_template(source: str) -> Template:
    pieces = PLACEHOLDER.split(source)
    names = tuple(pieces[1::2])
    return Template(tuple(pieces[0::2]), tuple(placeholder_key(name) for name in names), names)


@dataclass(frozen=True)
class Wording:
    """A `delivery.models.Content`, compiled. Shared by all messages of a window."""

    content_id: int
    language: str
    purpose: str
    subject_source: str
    body_source: str
    text_source: str = ""
    voice_source: str = ""
    # What an address may refuse by itself within the purpose (see lists.py).
    topic: str = ""
    # Opens and clicks are counted.
    tracked: bool = False

    @cached_property
    def subject(self) -> Template:
        return compile_template(self.subject_source)

    @cached_property
    def body(self) -> Template:
        return compile_template(self.body_source)

    @cached_property
    def text(self) -> Template:
        """What a text message says."""
        return compile_template(self.text_source or self.body_source)

    @cached_property
    def voice(self) -> Template:
        return compile_template(self.voice_source or self.text_source or self.body_source)


@dataclass(frozen=True, slots=True)
class From:
    """The sender, as a provider needs it."""

    id: int
    name: str
    address: str
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message at the hand-over."""

    id: int
    key: UUID
    address: str
    sender: From
    wording: Wording
    context: Mapping[str, str]
    attempt: int = 1
    # RULES 12: the first text to a number says who we are and how to stop.
    first_text: bool = False
    # Which claim of the message this is: what is reported of a call names it.
    claim: int = 1
