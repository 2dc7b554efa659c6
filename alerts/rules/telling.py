"""From facts to messages: the alert types of a kind, and their statement with its parameters."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from alerts.models import AlertType, AlertWording
from alerts.rules import KINDS
from alerts.rules.base import NO_EARLIER, select, select_unreached
from alerts.types import topic_of, type_batch
from common.choices import Channel, Language
from delivery.choices import Lane
from delivery.models import Sender
from delivery.outbox import enqueue_select
from delivery.rendering import compile_template
from delivery.selectors import default_sender


@dataclass(frozen=True, slots=True)
class Window:
    """The days of a calendar type: after one, through another."""

    after: date
    through: date


@dataclass(frozen=True, slots=True)
class Telling:
    """A type, ready to be told of: its current words and senders."""

    type: AlertType
    batch_id: int
    content_en: int
    content_es: int
    used: frozenset[str]
    senders: dict[Channel, Sender]

    def enqueue(
        self, *, where: str, params: dict[str, Any], now: datetime, window: Window | None = None
    ) -> int:
        """Queue the alerts of the facts that `where` picks; returns how many messages were new."""
        type = self.type
        query = select(KINDS[type.fact_kind], type, used=self.used, where=where)
        return enqueue_select(
            query,
            self._parameters(params, now, window),
            senders=self.senders.values(),
            lane=Lane(type.lane),
        )

    def unreached(
        self, *, where: str, params: dict[str, Any], now: datetime, window: Window | None = None
    ) -> list[tuple[int, int, bool]]:
        """(fact, account, whether texts are on) of those whom nothing was or will be sent to, or
        no text for want of a number (`alerts.rules.base.select_unreached`)."""
        query = select_unreached(KINDS[self.type.fact_kind], self.type, where=where)
        with connection.cursor() as cursor:
            cursor.execute(query, self._parameters(params, now, window))
            return list(cursor.fetchall())

    def _parameters(
        self, params: dict[str, Any], now: datetime, window: Window | None
    ) -> dict[str, Any]:
        type = self.type
        return {
            "key": type.key,
            "type": type.pk,
            "batch": self.batch_id,
            "content_en": self.content_en,
            "content_es": self.content_es,
            "lane": type.lane,
            "purpose": type.purpose,
            "topic": topic_of(type),
            "now": now,
            "today": local_day(now),
            "zone": settings.TIME_ZONE,
            "stale": type.stale_after_days,
            "days": type.days,
            "threshold_kwh": type.threshold_kwh,
            "threshold_percent": type.threshold_percent,
            "after": window.after if window else None,
            "through": window.through if window else None,
            **{f"sender_{channel.value}": sender.pk for channel, sender in self.senders.items()},
            **params,
        }


def local_day(now: datetime) -> date:
    """The day it is at the utility."""
    return timezone.localtime(now, timezone.get_default_timezone()).date()


def telling_of(type: AlertType) -> Telling | None:
    """None where the type has no English words yet, and so nothing to say."""
    wordings = list(AlertWording.objects.filter(type=type, is_current=True))
    return _telling(type, wordings, _senders())


def tellings_of(kind: str) -> list[Telling]:
    """What is told of a kind of fact: the types that are on, in two queries for all of them."""
    words: dict[int, list[AlertWording]] = {}
    for wording in AlertWording.objects.filter(
        type__fact_kind=kind, type__enabled=True, is_current=True
    ).select_related("type"):
        words.setdefault(wording.type_id, []).append(wording)
    senders = _senders() if words else {}
    found = (_telling(wordings[0].type, wordings, senders) for _, wordings in sorted(words.items()))
    return [telling for telling in found if telling is not None]


def _telling(
    type: AlertType, current: list[AlertWording], senders: dict[Channel, Sender]
) -> Telling | None:
    wordings = {wording.language: wording for wording in current}
    english = wordings.get(Language.ENGLISH)
    if english is None or type.fact_kind not in KINDS:
        return None
    spanish = wordings.get(Language.SPANISH, english)
    return Telling(
        type=type,
        batch_id=type.batch_id or type_batch(type).pk,
        content_en=english.content_id,
        content_es=spanish.content_id,
        used=used_placeholders(english) | used_placeholders(spanish),
        senders=senders,
    )


def _senders() -> dict[Channel, Sender]:
    """In one query, once they are made."""
    known = {sender.channel: sender for sender in Sender.objects.filter(is_default=True)}
    return {channel: known.get(channel) or default_sender(channel) for channel in Channel}


def used_placeholders(wording: AlertWording) -> frozenset[str]:
    texts = (wording.subject, wording.body, wording.text_body, wording.voice_body)
    return frozenset(key for text in texts for key in compile_template(text).keys)


def widest(type: AlertType, through: date) -> Window:
    """As far back as a calendar type may look for what it has missed."""
    days = type.stale_after_days if type.timing == "after" else NO_EARLIER
    return Window(date.fromordinal(through.toordinal() - days - 1), through)
