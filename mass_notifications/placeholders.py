"""`{{ pole }}`: which placeholders a wording has, and where their values come from."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from django.conf import settings
from django.utils.translation import gettext as _

from common.choices import Channel, Language, Purpose
from common.headings import Field, placeholder_key
from delivery.lists import NOTICES
from delivery.rendering import PLACEHOLDER, Wording, compile_template
from mass_notifications.file_columns import DETAILS, Columns
from mass_notifications.models import WordingFields

# `r` is a recipient row, `a` its account. As people write the account: 162033-001.
ACCOUNT_SHOWN = "coalesce(left(a.key, -length(a.separator)) || '-' || a.separator, r.account_text)"
_OF_EVERYBODY = {
    "name": "r.name",
    "firstname": "coalesce(nullif(r.first_name, ''), r.name)",
    "account": ACCOUNT_SHOWN,
    "serviceaddress": "coalesce(a.service_address, '')",
}
_SHOWN = {
    "name": "name",
    "firstname": "first_name",
    "account": "account",
    "serviceaddress": "service_address",
}
_OF_FIELD = {
    Field.NAME: "r.name",
    Field.FIRST_NAME: _OF_EVERYBODY["firstname"],
    Field.ACCOUNT: ACCOUNT_SHOWN,
}
# The recipient row of a message `m`, looked up by its key for each: a notification that is new
# to the planner's statistics would otherwise be joined in time that grows with its square.
ROW_OF_MESSAGE = """
CROSS JOIN LATERAL (
    SELECT x."row", x.name, x.account_text, x.account_id
    FROM mass_notifications_recipientrow x
    WHERE x.notification_id = %(notification)s AND x."row" = m.cause_id OFFSET 0
) r
LEFT JOIN customers_account a ON a.id = r.account_id
"""
# What a value expression needs besides the row.
ACCOUNT_JOIN = "LEFT JOIN customers_account a ON a.id = r.account_id"
# A key is letters and digits of any script; nothing else may become part of a statement.
_SAFE_KEY = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Used:
    """A placeholder in a wording."""

    key: str
    # As the writer spelled it.
    name: str
    # "the subject", "the Spanish text message", …
    where: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A placeholder that no column gives a value for."""

    placeholder: str
    where: str
    # A placeholder that may be meant, or "".
    suggestion: str
    words: str


def wording_of(source: WordingFields, language: str, *, content_id: int = 0) -> Wording:
    """The wording for a language; English where there is no Spanish."""
    if language == Language.SPANISH and has_spanish(source):
        return Wording(
            content_id=content_id,
            language=Language.SPANISH.value,
            purpose=source.purpose,
            subject_source=source.subject_es or source.subject,
            body_source=source.body_es or source.text_body_es,
            text_source=source.text_body_es,
            voice_source=source.voice_body_es,
            topic=topic_of(source.purpose),
            tracked=source.purpose in settings.TRACKED_PURPOSES,
        )
    return Wording(
        content_id=content_id,
        language=Language.ENGLISH.value,
        purpose=source.purpose,
        subject_source=source.subject,
        body_source=source.body,
        text_source=source.text_body,
        voice_source=source.voice_body,
        topic=topic_of(source.purpose),
        tracked=source.purpose in settings.TRACKED_PURPOSES,
    )


def topic_of(purpose: str) -> str:
    """What an address may refuse of a notification besides its purpose. The purpose "account" as a
    whole has the ebills in it, which nobody can refuse."""
    return NOTICES if purpose == Purpose.ACCOUNT else ""


def has_spanish(source: WordingFields) -> bool:
    return bool(source.body_es.strip())


def languages_of(source: WordingFields) -> list[str]:
    english = [Language.ENGLISH.value]
    return [*english, Language.SPANISH.value] if has_spanish(source) else english


def used_placeholders(source: WordingFields) -> list[Used]:
    """Of the wordings that the chosen channels use, in both languages, each once."""
    found: dict[str, Used] = {}
    for text, where in _texts(source):
        template = compile_template(text)
        for key, name in zip(template.keys, template.names, strict=True):
            found.setdefault(key or name, Used(key, name, where))
    return list(found.values())


def available_placeholders(columns: Columns | None) -> dict[str, str]:
    """Key → how it is shown: the file's columns, then what everybody has."""
    shown: dict[str, str] = {}
    if columns is not None:
        for index, heading in enumerate(columns.headings):
            field = columns.fields.get(index)
            key = placeholder_key(heading)
            if key and field not in DETAILS and field is not Field.LANGUAGE:
                shown.setdefault(key, heading)
    return shown | {key: name for key, name in _SHOWN.items() if key not in shown}


def missing_placeholders(source: WordingFields, columns: Columns | None) -> list[Missing]:
    available = available_placeholders(columns)
    fields = columns.fields if columns else {}
    headings = columns.headings if columns else ()
    details = {placeholder_key(headings[i]) for i, field in fields.items() if field in DETAILS}
    missing: list[Missing] = []
    for used in used_placeholders(source):
        if used.key in available:
            continue
        near = get_close_matches(used.key, available, n=1, cutoff=0.6)
        suggestion = available[near[0]] if near else ""
        if used.key in details:
            words = _(
                "%(name)s in %(where)s is the column that people are reached by; "
                "it cannot be used in the words."
            )
        elif suggestion:
            words = _(
                "%(name)s in %(where)s has no column in the file. Did you mean %(suggestion)s?"
            )
        else:
            words = _("%(name)s in %(where)s has no column in the file.")
        words %= {
            "name": _braced(used.name),
            "where": used.where,
            "suggestion": _braced(suggestion),
        }
        missing.append(Missing(used.name, used.where, suggestion, words))
    return missing


def _braced(name: str) -> str:
    return f"{{{{ {name} }}}}"


def value_sql(key: str, columns: Columns) -> str:
    """The SQL expression of a placeholder's value: the file's column, else the member's record.

    Uses `r` and, where the account's record is needed, `a` (ACCOUNT_JOIN); never NULL.
    """
    if not _SAFE_KEY.fullmatch(key):
        return "''"
    for index, heading in enumerate(columns.headings):
        if placeholder_key(heading) == key and (field := columns.fields.get(index)) in _OF_FIELD:
            return _OF_FIELD[field]
    record = _OF_EVERYBODY.get(key, "''")
    if key in columns.placeholders.values():
        return f"coalesce(nullif(r.context->>'{key}', ''), {record})"
    return record


def needs_account(keys: Iterable[str], columns: Columns) -> bool:
    return any(" a." in f" {value_sql(key, columns)}".replace("(", " ") for key in keys)


def context_sql(keys: Iterable[str], columns: Columns) -> str:
    """The jsonb of all the values that a message's wording takes."""
    safe = [key for key in keys if _SAFE_KEY.fullmatch(key)]
    pairs = ", ".join(f"'{key}', {value_sql(key, columns)}" for key in safe)
    return f"jsonb_build_object({pairs})" if pairs else "'{}'::jsonb"


def broken_placeholder(text: str) -> str:
    """What is left of a placeholder that is not closed, or not opened; "" where all are whole."""
    rest = PLACEHOLDER.sub("", text)
    at = min((place for mark in ("{{", "}}") if (place := rest.find(mark)) >= 0), default=-1)
    return rest[max(0, at - 10) : at + 20].strip() if at >= 0 else ""


def _texts(source: WordingFields) -> list[tuple[str, str]]:
    channels = set(source.channels)
    texts: list[tuple[str, str]] = []
    for language in languages_of(source):
        wording = wording_of(source, language)
        in_spanish = language == Language.SPANISH
        if channels & {Channel.EMAIL, Channel.PUSH}:
            where = _("the Spanish subject") if in_spanish else _("the subject")
            texts.append((wording.subject_source, where))
        body = _("the Spanish body") if in_spanish else _("the body")
        if Channel.EMAIL in channels:
            texts.append((wording.body_source, body))
        if channels & {Channel.TEXT, Channel.PUSH}:
            own = _("the Spanish text message") if in_spanish else _("the text message")
            where = own if wording.text_source else body
            texts.append((wording.text_source or wording.body_source, where))
        if Channel.VOICE in channels:
            voice = wording.voice_source or wording.text_source or wording.body_source
            texts.append((voice, _("the Spanish call") if in_spanish else _("the call")))
    return texts
