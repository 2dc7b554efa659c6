"""What one recipient will get, word for word: rendered by the functions that send."""

import json
import re
from dataclasses import dataclass, field

from django.db import connection

from common.choices import Channel
from common.phones import display_phone
from common.text_segments import Segments, count_segments
from delivery.mime import BadAddressError, render_email
from delivery.models import Sender
from delivery.providers.base import ProviderError
from delivery.rendering import From, Outgoing, Wording
from delivery.selectors import default_sender
from delivery.words import render_push, render_text, render_voice
from mass_notifications.checking import columns_of_file
from mass_notifications.models import MassNotification
from mass_notifications.placeholders import (
    ACCOUNT_SHOWN,
    context_sql,
    used_placeholders,
    wording_of,
)
from mass_notifications.wording_check import NO_KEY

# Around a personal value while it is rendered; private-use characters, which nobody types.
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARKS = re.compile(f"[{_OPEN}{_CLOSE}]|%EE%80%8[01]", re.IGNORECASE)
_MARKED = re.compile(f"{_OPEN}([^{_OPEN}{_CLOSE}]*){_CLOSE}")

# Which rows get something on a channel, and where.
GETS = {
    Channel.EMAIL: "cardinality(r.emails) > 0",
    Channel.TEXT: "r.text_number <> ''",
    Channel.VOICE: "r.voice_number <> ''",
    Channel.PUSH: "cardinality(r.devices) > 0",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of text; `personal` where it comes from the file or the member's record."""

    text: str
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A message as its recipient gets it, and the same in parts with the personal ones marked.

    Email: subject, text, html (a whole document, safe, personal words in <mark>). Text: text and
    segments. Voice: text is all that is said, `lines` are opening, message and closing. Push:
    subject is the title, text the body. `problem`: why it cannot be sent as it is.
    """

    subject: str = ""
    text: str = ""
    html: str = ""
    segments: Segments | None = None
    subject_parts: list[Part] = field(default_factory=list)
    text_parts: list[Part] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """The message of one recipient on one channel; `index` counts from 0 among `total`."""

    index: int
    total: int
    row: int
    name: str
    account: str
    channel: str
    to: list[str]
    sender: str
    sender_address: str
    language: str
    words: Words
    subject: str
    text: str
    html: str
    segments: Segments | None


def preview(notification: MassNotification, *, index: int, channel: str) -> Preview | None:
    """The words of the instance as it is, saved or not; None where nobody gets it there."""
    channel = Channel(channel)
    columns = columns_of_file(notification.file)
    keys = [used.key for used in used_placeholders(notification) if used.key]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM mass_notifications_recipientrow r "  # noqa: S608
            f"WHERE r.notification_id = %s AND {GETS[channel]}",
            [notification.pk],
        )
        total = int(cursor.fetchone()[0])
        if not total:
            return None
        index = min(max(index, 0), total - 1)
        cursor.execute(
            f"""
            SELECT r."row", r.name, {ACCOUNT_SHOWN}, r.language, r.emails, r.text_number,
                r.voice_number, r.devices, t.number IS NULL, {context_sql(keys, columns)}::text
            FROM (
                SELECT r.* FROM mass_notifications_recipientrow r
                WHERE r.notification_id = %s AND {GETS[channel]}
                ORDER BY r."row" OFFSET %s LIMIT 1
            ) r
            LEFT JOIN customers_account a ON a.id = r.account_id
            LEFT JOIN delivery_textednumber t ON t.number = r.text_number
            """,  # noqa: S608
            [notification.pk, index],
        )
        found = cursor.fetchone()
    if found is None:
        return None
    row, name, account, language, emails, text_number, voice_number, devices, first, context = found
    sender = default_sender(channel)
    words = words_of(
        wording_of(notification, language),
        channel,
        json.loads(context),
        sender=sender,
        first_text=first,
    )
    to = {
        Channel.EMAIL: emails,
        Channel.TEXT: [display_phone(text_number)],
        Channel.VOICE: [display_phone(voice_number)],
        Channel.PUSH: [f"{len(devices)} device" + ("s" if len(devices) != 1 else "")],
    }[channel]
    return Preview(
        index=index,
        total=total,
        row=row,
        name=name,
        account=account,
        channel=channel.value,
        to=list(to),
        sender=sender.name,
        sender_address=sender.address,
        language=language,
        words=words,
        subject=words.subject,
        text=words.text,
        html=words.html,
        segments=words.segments,
    )


def context_of_first(notification: MassNotification) -> dict[str, str] | None:
    """The values of the first row that gets anything; None without such a row."""
    if not hasattr(notification, "file") or not notification.file.headings:
        return None
    keys = [used.key for used in used_placeholders(notification) if used.key]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT {context_sql(keys, columns_of_file(notification.file))}::text
            FROM mass_notifications_recipientrow r
            LEFT JOIN customers_account a ON a.id = r.account_id
            WHERE r.notification_id = %s AND ({" OR ".join(GETS.values())})
            ORDER BY r."row" LIMIT 1
            """,  # noqa: S608
            [notification.pk],
        )
        found = cursor.fetchone()
    return json.loads(found[0]) if found else None


def find_recipient(notification: MassNotification, *, channel: str, search: str) -> int | None:
    """The index, among those who get something on the channel, of the first whose name, account
    or row number matches; None where nobody's does."""
    wanted = search.strip()
    if not wanted:
        return None
    digits = re.sub(r"[^0-9]", "", wanted)
    gets = GETS[Channel(channel)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT min(r."row") FROM mass_notifications_recipientrow r
            WHERE r.notification_id = %(notification)s AND {gets} AND (
                position(lower(%(wanted)s) in lower(r.name)) > 0
                OR (%(digits)s <> '' AND position(%(digits)s in r.account_text) = 1)
                OR r."row"::text = %(wanted)s)
            """,  # noqa: S608
            {"notification": notification.pk, "wanted": wanted, "digits": digits},
        )
        row = cursor.fetchone()[0]
        if row is None:
            return None
        cursor.execute(
            "SELECT count(*) FROM mass_notifications_recipientrow r "  # noqa: S608
            f'WHERE r.notification_id = %s AND r."row" < %s AND {gets}',
            [notification.pk, row],
        )
        return int(cursor.fetchone()[0])


def words_of(
    wording: Wording,
    channel: Channel,
    context: dict[str, str],
    *,
    sender: Sender,
    first_text: bool = False,
) -> Words:
    """What a person with these values gets on a channel."""
    plain = _outgoing(wording, context, sender, first_text)
    marked = _outgoing(wording, _with_marks(context), sender, first_text)
    try:
        if channel == Channel.EMAIL:
            rendered, shown = render_email(plain), render_email(marked)
            return Words(
                subject=rendered.subject,
                text=rendered.text,
                html=_html_with_marks(shown.html),
                subject_parts=_parts(shown.subject),
                text_parts=_parts(shown.text),
            )
        if channel == Channel.TEXT:
            text = render_text(plain)
            try:
                parts = _parts(render_text(marked))
            except ProviderError:  # the marks made it too long
                parts = [Part(text)]
            return Words(text=text, segments=count_segments(text), text_parts=parts)
        if channel == Channel.VOICE:
            script = render_voice(plain)
            return Words(
                text=" ".join(script.lines),
                text_parts=_parts(" ".join(render_voice(marked).lines)),
                lines=list(script.lines),
            )
        note, shown_note = render_push(plain), render_push(marked)
        return Words(
            subject=note.title,
            text=note.body,
            subject_parts=_parts(shown_note.title),
            text_parts=_parts(shown_note.body),
        )
    except (ProviderError, BadAddressError) as error:
        return Words(problem=str(error))


def _outgoing(
    wording: Wording, context: dict[str, str], sender: Sender, first_text: bool
) -> Outgoing:
    return Outgoing(
        id=0,
        key=NO_KEY,
        address="",
        sender=From(sender.pk, sender.name, sender.address, sender.reply_to),
        wording=wording,
        context=context,
        first_text=first_text,
    )


def _with_marks(context: dict[str, str]) -> dict[str, str]:
    """An empty value stays empty: a wording may close up around it."""
    return {
        key: f"{_OPEN}{_MARKS.sub('', value)}{_CLOSE}" if value else ""
        for key, value in context.items()
    }


def _parts(text: str) -> list[Part]:
    parts: list[Part] = []
    for place, piece in enumerate(_MARKED.split(text)):
        if piece := _MARKS.sub("", piece):
            parts.append(Part(piece, personal=place % 2 == 1))
    return parts


def _html_with_marks(html: str) -> str:
    """Marks in what is seen, none inside tags and in the title."""
    html = re.sub(r"<title>.*?</title>", _unmarked, html, flags=re.DOTALL)
    html = re.sub(r"<[^>]*>", _unmarked, html)
    html = _MARKED.sub(r"<mark>\1</mark>", html)
    return _MARKS.sub("", html)


def _unmarked(match: "re.Match[str]") -> str:
    return _MARKS.sub("", match.group())
