"""A text came in: read it, act on it at once, answer it once (RULES 5, 6, 8, 12)."""

import logging
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from common.choices import Channel
from customers.addresses import hold_addresses
from customers.choices import SuppressionReason
from customers.models import Customer, Suppression
from customers.selectors import customers_by_number
from delivery.replies.answers import Answer, words_of
from delivery.replies.choices import ReplyKind, Review
from delivery.replies.classifier import NO_WORDS, REACTION, Verdict, classify
from delivery.replies.classifier.keywords import HELPING, REVOKING, STARTING
from delivery.replies.languages import language_of
from delivery.replies.loops import had_enough, is_a_persons
from delivery.replies.models import InboundText
from delivery.replies.queued import leave_out
from delivery.replies.refusals import allow, refuse, take_back
from delivery.replies.reviews import settle_by_member
from delivery.replies.scope import (
    about_what,
    is_only_this_kind,
    is_thanks_for_a_stop,
    kinds_refused,
    may_ask,
    refused,
    stop_to_narrow,
    stops_one_kind,
)
from delivery.signals import yes_received

log = logging.getLogger(__name__)
MOST_CHARACTERS = 1600
# One STOP gets one confirmation, however often it is repeated within this time.
_CONFIRMED_FOR = timedelta(hours=24)
_HELPED_FOR = timedelta(minutes=5)
_ANSWERED_FOR = timedelta(hours=24)
# The carriers answer these themselves on toll-free numbers (RULES 12).
_TOLL_FREE = ("+1800", "+1833", "+1844", "+1855", "+1866", "+1877", "+1888")
_CARRIERS_WORDS = REVOKING | STARTING | HELPING
_ONLY_THIS_KIND = "only this kind, says who was asked"
# "Yes, thank you" to our "you will get no more texts" is no wish for more.
_THANKS_FOR_THE_STOP = "a thank you, behind a stop"
_TWILIOS_WORD = {
    "STOP": ReplyKind.REVOKE,
    "START": ReplyKind.START,
    "HELP": ReplyKind.HELP,
}


def text_received(*, sid: str, number: str, to: str, body: str, opt_out_type: str = "") -> str:
    """Take a text that somebody sent to us. Returns our answer's words; "" where we say nothing.

    `sid` is the provider's id: a text that is told again changes nothing and is not answered
    again. `opt_out_type` is what Twilio has made of it and answered itself.
    """
    words = body.replace("\x00", "").strip()[:MOST_CHARACTERS]
    if not is_a_persons(number, to=to):
        log.info("A text from no person's number was not taken.")
        return ""
    answered_already = bool(opt_out_type) or _carrier_answers(to, words)
    with transaction.atomic():
        hold_addresses([number])
        members = list(customers_by_number(number).order_by("pk"))
        asked = stop_to_narrow(number)
        narrowed = asked if is_only_this_kind(words) else None
        verdict = _read(words, number, opt_out_type, narrowed)
        text, is_new = InboundText.objects.get_or_create(
            sid=sid[:40],
            defaults={
                "number": number,
                "to": to[:16],
                "body": words,
                "kind": verdict.kind,
                "rule": verdict.rule[:120],
                "about": about_what(number),
            },
        )
        if not is_new:
            log.info("Text %s was told again.", text.pk)
            return ""
        text.customers.set(members)
        answer = _act(text, members, narrowed, answered_already=answered_already)
        if asked is not None and verdict.is_of_a_part and verdict.kind == ReplyKind.UNCLEAR:
            # They answer our question in words of their own: a person reads them.
            text.review = Review.WAITING
        spoken = _spoken(text, members, answer)
        text.answer = "" if answered_already or had_enough(number) else spoken
        text.save()
        if text.turned_off:
            kind = text.about if answer == Answer.STOPPED_KIND else ""
            # After the stop itself is committed: nothing may hold that up.
            transaction.on_commit(lambda: leave_out(number, kind))
    log.info("Text %s: %s.", text.pk, text.kind)
    return text.answer


def _read(words: str, number: str, opt_out_type: str, narrowed: InboundText | None) -> Verdict:
    if told := _TWILIOS_WORD.get(opt_out_type.upper()):
        return Verdict(told, f"Twilio's word: {opt_out_type.upper()}")
    if narrowed is not None:
        return Verdict(ReplyKind.OTHER, _ONLY_THIS_KIND)
    verdict = classify(words)
    if verdict.kind == ReplyKind.START and is_thanks_for_a_stop(words, number):
        return Verdict(ReplyKind.OTHER, _THANKS_FOR_THE_STOP)
    return verdict


def _carrier_answers(to: str, words: str) -> bool:
    return to.startswith(_TOLL_FREE) and words.strip(" .!").lower() in _CARRIERS_WORDS


def _act(
    text: InboundText,
    members: Sequence[Customer],
    narrowed: InboundText | None,
    *,
    answered_already: bool,
) -> Answer | None:
    """Do what the text asks for, in the caller's transaction; None where nothing is said to it."""
    if narrowed is not None:
        return _narrow(text, members, narrowed)
    if text.kind == ReplyKind.REVOKE:
        return _revoke(text, members, answered_already=answered_already)
    if text.kind == ReplyKind.UNCLEAR:
        return _pause(text, members)
    if text.kind == ReplyKind.START:
        return _start(text, members)
    if text.kind == ReplyKind.HELP:
        return None if _answered(text, _HELPED_FOR, [ReplyKind.HELP]) else Answer.HELP
    return _other(text)


def _revoke(
    text: InboundText, members: Sequence[Customer], *, answered_already: bool
) -> Answer | None:
    settle_by_member(text.number)
    # A carrier that has answered has ended everything.
    one_kind = not answered_already and stops_one_kind(text.number, text.about, text.body)
    text.turned_off = refuse(
        number=text.number,
        words=text.body,
        members=members,
        purpose=text.about if one_kind else "",
    )
    if one_kind:
        return Answer.STOPPED_KIND
    return None if _confirmed(text) else Answer.STOPPED


def _pause(text: InboundText, members: Sequence[Customer]) -> Answer | None:
    """Suppressed, and before a person's eyes; unless the number wants nothing anyway."""
    text.turned_off = refuse(number=text.number, words=text.body, members=members)
    is_undecided = InboundText.objects.filter(number=text.number, review=Review.WAITING).exists()
    if not text.turned_off and not is_undecided:
        return None
    text.review = Review.WAITING
    return None if _answered(text, _CONFIRMED_FOR, [ReplyKind.UNCLEAR]) else Answer.PAUSED


def _start(text: InboundText, members: Sequence[Customer]) -> Answer | None:
    was_off = refused(text.number, Channel.TEXT) or bool(kinds_refused(text.number, Channel.TEXT))
    # They agreed to texts. That they want calls again too, nobody said; unless calls were turned
    # off by words of theirs that, we see now, were no refusal.
    channels = {Channel.TEXT, *settle_by_member(text.number)}
    allow(number=text.number, words=text.body, members=members, channels=sorted(channels))
    _tell_those_who_wait(text)
    if _must_not_be_used(text.number):
        return Answer.DO_NOT_CALL
    return Answer.STARTED_AGAIN if was_off else Answer.STARTED


def _tell_those_who_wait(text: InboundText) -> None:
    """What they do with it must not undo what the member asked for."""
    try:
        with transaction.atomic():
            yes_received.send(sender=InboundText, number=text.number, body=text.body)
    except Exception:
        log.exception("Text %s: a receiver of the news failed.", text.pk)


def _narrow(text: InboundText, members: Sequence[Customer], stop: InboundText) -> Answer:
    """Only the kind that the STOP was an answer to; everything else as before it."""
    take_back(
        number=text.number,
        words=text.body,
        members=members,
        channels=[Channel(channel) for channel in stop.turned_off],
        but_refuse=stop.about,
    )
    text.about = stop.about
    stop.turned_off = []
    stop.save(update_fields=["turned_off"])
    return Answer.NARROWED


def _other(text: InboundText) -> Answer | None:
    """The standard answer, once a day; never to a thumb up, nor to somebody who wants no texts."""
    if text.rule == REACTION or (text.body and text.rule == NO_WORDS):
        return None
    if refused(text.number, Channel.TEXT) or _must_not_be_used(text.number):
        return None
    recent = (
        InboundText.objects.filter(
            number=text.number, at__gt=timezone.now() - _ANSWERED_FOR, kind=ReplyKind.OTHER
        )
        .exclude(answer="")
        .exclude(rule=_ONLY_THIS_KIND)
    )
    return None if recent.exists() else Answer.STANDARD


def _confirmed(text: InboundText) -> bool:
    """Whether a STOP was confirmed not long ago and nothing was asked for since."""
    last = (
        InboundText.objects.filter(
            number=text.number, kind__in=[ReplyKind.REVOKE, ReplyKind.START], pk__lt=text.pk
        )
        .filter(at__gt=timezone.now() - _CONFIRMED_FOR)
        .order_by("-id")
    )
    for before in last[:20]:
        if before.kind == ReplyKind.START:
            return False
        if before.answer:
            return not text.turned_off
    return False


def _answered(text: InboundText, within: timedelta, kinds: Sequence[ReplyKind]) -> bool:
    return (
        InboundText.objects.filter(
            number=text.number, kind__in=kinds, at__gt=timezone.now() - within
        )
        .exclude(answer="")
        .exists()
    )


def _must_not_be_used(number: str) -> bool:
    return Suppression.objects.filter(
        address=number, channel=Channel.TEXT, reason=SuppressionReason.DO_NOT_CALL
    ).exists()


def _spoken(text: InboundText, members: Sequence[Customer], answer: Answer | None) -> str:
    if answer is None:
        return ""
    return words_of(
        answer,
        language_of(text.body, members),
        about=text.about,
        may_narrow=may_ask(text.turned_off),
    )
