"""What a STOP stops: everything, or messages of one kind (RULES 6, 8)."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone

from common.choices import Channel, Purpose
from customers.choices import SuppressionReason
from customers.models import Suppression
from delivery.models import Message
from delivery.replies.answers import has_asked
from delivery.replies.choices import ReplyKind, StopScope
from delivery.replies.classifier import classify
from delivery.replies.classifier.keywords import REVOKING
from delivery.replies.classifier.plain import plain
from delivery.replies.models import InboundText

# Words that may mean what was sent last; "stop all" may not.
_MAY_MEAN_ONE_KIND = REVOKING - {"stopall", "stop all", "revoke"}
_ASKING = frozenset(
    {"please", "pls", "thanks", "thank", "you", "por", "favor", "gracias", "this", "it", "now"}
)
_THANKS = frozenset({"thanks", "thank", "thx", "ty", "gracias"})
_YES = frozenset({"yes", "si"})
# An answer to the confirmation that came later is a text like any other.
_MAY_NARROW_FOR = timedelta(hours=24)
_LOOKED_AT = 20
_ONLY_THIS_KIND = re.compile(
    r"(?:(?:please |just |reply |replying |answer |press |number |option |respondo |opcion )*"
    r"(?:1|one|uno)(?: please| thanks| thank you| por favor| gracias)*)"
    r"|(?:yes |no |please |ok |si |sorry )?(?:only|just|solo|solamente|nada mas)"
    r" (?:this|these|those|that|the|este|esta|estos|estas|esto|esos|ese|de)"
    r"(?: (?:one|ones|kind|type|kinds|types|topic|text|texts|message|messages|alert|alerts"
    r"|reminders|tipo|tipos|clase|mensaje|mensajes|alertas|avisos))*(?: please| por favor)?"
)  # fmt: skip


def is_only_this_kind(words: str) -> bool:
    """Whether that is the whole text. A text that says more is read as any other."""
    return _ONLY_THIS_KIND.fullmatch(plain(words)) is not None


def is_thanks_for_a_stop(words: str, number: str) -> bool:
    """Whether a yes is one of courtesy ("yes, thanks") from a number that said stop, all or in
    part; unless it was asked to reply YES since then. "Yes, start, thanks" is no courtesy: it asks
    for texts without its yes too."""
    said = plain(words).split()
    rest = [word for word in said if word not in _YES]
    if rest == said or _THANKS.isdisjoint(rest) or classify(" ".join(rest)).kind == ReplyKind.START:
        return False
    if refused(number, Channel.TEXT):
        return True
    return bool(kinds_refused(number, Channel.TEXT)) and not _is_asked_for_yes(number)


def may_ask(turned_off: Sequence[str]) -> bool:
    """Whether the confirmation asks if only this kind was meant (RULES 6)."""
    return bool(settings.STOP_ASKS_SCOPE and turned_off)


def stop_to_narrow(number: str) -> InboundText | None:
    """The STOP that "only this kind" is the answer to: we asked, it is a day old at most, and none
    but more of the same came behind it."""
    lately = InboundText.objects.filter(
        number=number,
        at__gt=timezone.now() - _MAY_NARROW_FOR,
        kind__in=[ReplyKind.REVOKE, ReplyKind.START, ReplyKind.UNCLEAR],
    ).order_by("-id")
    for text in lately[:_LOOKED_AT]:
        if text.kind != ReplyKind.REVOKE:
            return None
        if text.turned_off:
            return text if text.about and has_asked(text.answer, text.about) else None
    return None


def about_what(number: str) -> str:
    """The purpose of the last message that went to a number; "" where there was none."""
    last = (
        Message.objects.filter(
            address=number, channel__in=[Channel.TEXT, Channel.VOICE], handed_at__isnull=False
        )
        .order_by("-id")
        .first()
    )
    if last is None or last.purpose in (Purpose.VERIFICATION, Purpose.EMERGENCY):
        return ""
    return last.purpose


def stops_one_kind(number: str, about: str, words: str, today: date | None = None) -> bool:
    """Whether this site takes a STOP for one kind alone, which the law allows until a date, and no
    kind is stopped already: who says STOP twice means everything, and so does who says more than
    the word ("stop all", "wrong number", "take me off")."""
    if settings.STOP_SCOPE != StopScope.KIND or not about or not _is_the_word_alone(words):
        return False
    if (today or timezone.localdate()) > settings.STOP_SCOPE_KIND_UNTIL:
        return False
    return not kinds_refused(number, Channel.TEXT)


def _is_the_word_alone(words: str) -> bool:
    said = [word for word in plain(words).replace("|", " ").split() if word not in _ASKING]
    return bool(said) and all(word in _MAY_MEAN_ONE_KIND for word in said)


def refused(number: str, channel: Channel, purpose: str = "") -> bool:
    return Suppression.objects.filter(
        address=number, channel=channel, reason=SuppressionReason.OPTED_OUT, purpose=purpose
    ).exists()


def kinds_refused(number: str, channel: Channel) -> Sequence[str]:
    """Of which kinds alone the number wants none."""
    return list(
        Suppression.objects.filter(
            address=number, channel=channel, reason=SuppressionReason.OPTED_OUT
        )
        .exclude(purpose="")
        .values_list("purpose", flat=True)
    )


def _is_asked_for_yes(number: str) -> bool:
    return Suppression.objects.filter(
        address=number, channel=Channel.TEXT, reason=SuppressionReason.WAITING_YES
    ).exists()
