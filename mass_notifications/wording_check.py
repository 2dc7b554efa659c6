"""Whether a wording can be sent, and what it takes: segments, gaps, dear characters."""

import re
from collections.abc import Callable, Iterator, Mapping
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.choices import Channel, Language
from common.text_segments import MOST_CHARACTERS, Encoding, count_segments, plain
from delivery.providers.base import ProviderError
from delivery.rendering import From, Outgoing, Wording
from delivery.selectors import default_sender
from delivery.words import render_text
from mass_notifications.file_columns import Columns
from mass_notifications.models import WordingFields
from mass_notifications.placeholders import (
    ACCOUNT_JOIN,
    broken_placeholder,
    languages_of,
    needs_account,
    used_placeholders,
    value_sql,
    wording_of,
)
from mass_notifications.summary import CulpritFound, Summary, add_cost, cost_cents

LONGEST_BODY = 50_000
LONGEST_CALL = 3_000  # characters; a call of about four minutes
NO_KEY = UUID(int=0)
_NOBODY = From(id=0, name="", address="")
_LINE_BREAK = re.compile(r"[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LABELS = {
    "subject": gettext_lazy("The subject"),
    "body": gettext_lazy("The body"),
    "text_body": gettext_lazy("The text message"),
    "voice_body": gettext_lazy("The call"),
    "subject_es": gettext_lazy("The Spanish subject"),
    "body_es": gettext_lazy("The Spanish body"),
    "text_body_es": gettext_lazy("The Spanish text message"),
    "voice_body_es": gettext_lazy("The Spanish call"),
}


def wording_errors(source: WordingFields, *, complete: bool) -> dict[str, list[str]]:
    """Field → what is wrong with it, in words. `complete`: as it must be to be sent; a draft may
    still lack words."""
    errors: dict[str, list[str]] = {}

    def add(name: str, words: str) -> None:
        errors.setdefault(name, []).append(words)

    for name, label in _LABELS.items():
        text: str = getattr(source, name)
        if _CONTROL.search(text):
            add(
                name, _("%(label)s has control characters in it. Type it again.") % {"label": label}
            )
        if broken := broken_placeholder(text):
            add(
                name,
                _(
                    "%(label)s has a placeholder that is not whole, near “%(broken)s”. Write it as "
                    "{{ name }}."
                )
                % {"label": label, "broken": broken},
            )
    for name in ("subject", "subject_es"):
        text = getattr(source, name)
        if _LINE_BREAK.search(text):
            add(
                name,
                _("%(label)s has a line break in it. Put it on one line.")
                % {"label": _LABELS[name]},
            )
        if len(text) > 255:
            add(
                name,
                _("%(label)s has %(count)s characters, and 255 is the most.")
                % {"label": _LABELS[name], "count": len(text)},
            )
    for name in ("body", "body_es", "text_body", "text_body_es"):
        if len(getattr(source, name)) > LONGEST_BODY:
            add(
                name,
                _("%(label)s has more than %(most)s characters. Shorten it.")
                % {"label": _LABELS[name], "most": f"{LONGEST_BODY:,}"},
            )
    for language in languages_of(source):
        voice = wording_of(source, language).voice
        if Channel.VOICE in source.channels and sum(map(len, voice.literals)) > LONGEST_CALL:
            name = "voice_body_es" if language == Language.SPANISH else "voice_body"
            add(
                name,
                _("A call says %(most)s characters at most. Give it shorter words.")
                % {"most": f"{LONGEST_CALL:,}"},
            )
        text_source = wording_of(source, language).text
        own_words = sum(map(len, text_source.literals))
        if Channel.TEXT in source.channels and own_words > MOST_CHARACTERS:
            name = "text_body_es" if language == Language.SPANISH else "text_body"
            add(
                name,
                _(
                    "A text message has %(most)s characters at most. Give it shorter words of its "
                    "own."
                )
                % {"most": f"{MOST_CHARACTERS:,}"},
            )
    unknown = set(source.channels) - set(Channel.values)
    if unknown or (complete and not source.channels):
        add("channels", _("Choose at least one of email, text, voice and push."))
    if complete:
        _add_what_lacks(source, add)
    return errors


def _add_what_lacks(source: WordingFields, add: Callable[[str, str], None]) -> None:
    channels = set(source.channels)
    if Channel.EMAIL in channels and not source.subject.strip():
        add("subject", _("An email needs a subject."))
    if (
        not source.body.strip()
        and (Channel.EMAIL in channels or not source.text_body.strip())
        and channels - ({Channel.VOICE} if source.voice_body.strip() else set())
    ):
        add("body", _("Write what people shall read."))
    if Channel.VOICE in channels and not (
        source.voice_body.strip() or source.text_body.strip() or source.body.strip()
    ):
        add("voice_body", _("Write what the call says."))
    for name in ("subject", "body", "text_body", "voice_body"):
        if getattr(source, f"{name}_es").strip() and not source.body_es.strip():
            add("body_es", _("There are Spanish words, but the Spanish body is empty."))
            break


def validate_wording(source: WordingFields, *, complete: bool = False) -> None:
    """Raises ValidationError with the words for each field."""
    if errors := wording_errors(source, complete=complete):
        raise ValidationError(errors)


def count_wording(
    source: WordingFields, columns: Columns, summary: Summary, *, notification_id: int, table: str
) -> None:
    """Segments, dear characters and gaps, exactly, for the recipients in `table`; then the cost."""
    summary.culprits, summary.gaps = [], {}
    summary.plain_saves_segments = summary.plain_saves_cents = 0
    summary.too_long_texts = summary.empty_texts = 0
    if Channel.TEXT in source.channels:
        _count_segments(source, columns, summary, notification_id=notification_id, table=table)
    _count_gaps(source, columns, summary, notification_id=notification_id, table=table)
    summary.wording_counted = True
    add_cost(summary)
    if summary.plain_saves_segments and (found := summary.channels.get(Channel.TEXT)):
        sender = default_sender(Channel.TEXT)
        cheaper = cost_cents(sender, found.messages, found.segments - summary.plain_saves_segments)
        summary.plain_saves_cents = found.cost_cents - cheaper


def _count_segments(
    source: WordingFields, columns: Columns, summary: Summary, *, notification_id: int, table: str
) -> None:
    found = summary.channels.get(Channel.TEXT)
    if found is None:
        return
    wordings = {language: wording_of(source, language) for language in Language.values}
    keys = list(dict.fromkeys(key for w in wordings.values() for key in w.text.keys))
    counters = {
        (language, first): _Counter(wording, first_text=first)
        for language, wording in wordings.items()
        for first in (False, True)
    }
    found.segments = found.most_segments = 0
    fewest = 0
    culprits: dict[str, CulpritFound] = {}
    own = {c for w in wordings.values() for literal in w.text.literals for c in literal}
    for language, first, values, texts in _values(keys, columns, notification_id, table):
        counter = counters[language, first]
        segments, saved, dear = counter.count(dict(zip(keys, values, strict=True)))
        if segments <= 0:
            if segments < 0:
                summary.too_long_texts += texts
            else:
                summary.empty_texts += texts
            continue
        found.segments += segments * texts
        found.most_segments = max(found.most_segments, segments)
        fewest = min(fewest or segments, segments)
        summary.plain_saves_segments += saved * texts
        for character, replacement in dear:
            culprit = culprits.setdefault(
                character,
                CulpritFound(
                    character,
                    replacement,
                    "the message" if character in own else "the values",
                    0,
                ),
            )
            culprit.texts += texts
    found.fewest_segments = fewest
    summary.culprits = sorted(culprits.values(), key=lambda c: (c.where, -c.texts))[:12]


def _values(
    keys: list[str], columns: Columns, notification_id: int, table: str
) -> Iterator[tuple[str, bool, tuple[str, ...], int]]:
    """(language, first text to the number, values, texts) of each distinct text message."""
    chosen = "".join(f", {value_sql(key, columns)}" for key in keys)
    groups = ", ".join(str(place) for place in range(1, len(keys) + 3))
    join = ACCOUNT_JOIN if needs_account(keys, columns) else ""
    query = (
        f"SELECT r.language, t.number IS NULL{chosen}, count(*) FROM {table} r "  # noqa: S608
        f"LEFT JOIN delivery_textednumber t ON t.number = r.text_number {join} "
        f"WHERE r.notification_id = %s AND r.text_number <> '' GROUP BY {groups}"
    )
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, [notification_id])
        while rows := cursor.fetchmany(2000):
            for row in rows:
                yield row[0], row[1], row[2:-1], row[-1]


class _Counter:
    """Counts the segments of one wording for many people.

    A value of plain characters adds its length and nothing else, so only the first such text is
    rendered; whatever could be otherwise is rendered in full, by the function that sending uses.
    """

    def __init__(self, wording: Wording, *, first_text: bool) -> None:
        self._wording = wording
        self._first_text = first_text
        template = wording.text
        self._keys = template.keys
        self._fixed_length: int | None = None
        joined = template.literals
        # The ends are trimmed and our own name may be found at the start: then it is not additive.
        start = joined[0].strip().casefold()
        names = (settings.UTILITY_SHORT_NAME.casefold(), settings.UTILITY_NAME.casefold())
        simple = bool(self._keys and start and joined[-1].strip()) and not any(
            name.startswith(start) for name in names
        )
        if simple:
            # With a value in each place, so that no blanks run together and are tidied away.
            marked = self._render(dict.fromkeys(self._keys, "x"))
            if marked is not None and "|" not in marked:
                counted = count_segments(marked)
                if counted.encoding == Encoding.GSM7 and counted.units == len(marked):
                    self._fixed_length = counted.units - len(self._keys)

    def count(
        self, context: Mapping[str, str]
    ) -> tuple[int, int, tuple[tuple[str, str | None], ...]]:
        """(segments, how many plain characters would save, dear characters); 0 segments where
        there are no words, -1 where it is too long."""
        if self._fixed_length is not None:
            units = self._fixed_length
            for key in self._keys:
                value = context[key]
                if not value or not _ADDITIVE(value):
                    break
                units += len(value)
            else:
                if units <= 160:
                    return 1, 0, ()
                if units <= MOST_CHARACTERS:
                    return -(-units // 153), 0, ()
        text = self._render(context)
        if text is None:
            return (0 if not self._wording.text.fill(context).strip() else -1), 0, ()
        counted = count_segments(text)
        if not counted.culprits:
            return counted.segments, 0, ()
        cheaper = count_segments(plain(text)).segments
        dear = tuple((c.character, c.replacement) for c in counted.culprits)
        return counted.segments, max(0, counted.segments - cheaper), dear

    def _render(self, context: Mapping[str, str]) -> str | None:
        outgoing = Outgoing(
            id=0,
            key=NO_KEY,
            address="",
            sender=_NOBODY,
            wording=self._wording,
            context=context,
            first_text=self._first_text,
        )
        try:
            return render_text(outgoing)
        except ProviderError:
            return None


# Characters that are one septet each and that no tidying touches, without a blank at the ends.
_ONE = r"A-Za-z0-9.,:;!?'\"()/&%#*+=<>@$_-"
_ADDITIVE = re.compile(rf"[{_ONE}](?:[ {_ONE}]*[{_ONE}])?").fullmatch


def _count_gaps(
    source: WordingFields, columns: Columns, summary: Summary, *, notification_id: int, table: str
) -> None:
    used = {used.key: used.name for used in used_placeholders(source) if used.key}
    if not used:
        return
    tests = ", ".join(f"count(*) FILTER (WHERE {value_sql(key, columns)} = '')" for key in used)
    join = ACCOUNT_JOIN if needs_account(used, columns) else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {tests} FROM {table} r {join} WHERE r.notification_id = %s AND r.good "  # noqa: S608
            "AND (cardinality(r.emails) > 0 OR r.text_number <> '' OR r.voice_number <> '' "
            "OR cardinality(r.devices) > 0)",
            [notification_id],
        )
        counts = cursor.fetchone() or ()
    summary.gaps = {name: count for name, count in zip(used.values(), counts, strict=True) if count}
