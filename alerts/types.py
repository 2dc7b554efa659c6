"""Keeping alert types and their wording. Each function writes all that belongs together."""

from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from alerts.choices import Trigger
from alerts.models import AlertType, AlertWording
from alerts.rules import KINDS
from alerts.rules.values import Value
from billing.choices import Kind
from common.choices import OWN_CONSENT_PURPOSES, SERVICE_PURPOSES, Channel, Language, Purpose
from delivery.batches import batch_open
from delivery.choices import BatchState
from delivery.lists import alert_topic
from delivery.models import Batch, Content
from delivery.rendering import PLACEHOLDER, compile_template

_NEVER = OWN_CONSENT_PURPOSES | {Purpose.EMERGENCY, Purpose.VERIFICATION}
_ON_THE_CALENDAR = ("timing", "days", "member_chooses_days", "business_days_only")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of a type in one language. What is empty is made from subject and body."""

    subject: str
    body: str
    text_body: str = ""
    voice_body: str = ""


@transaction.atomic
def type_save(*, type: AlertType) -> AlertType:
    """Save a type, new or changed. Raises ValidationError (field → words).

    Where its days change, the next run looks back, so that nobody falls between the old and the
    new ones.
    """
    errors = _type_errors(type)
    if errors:
        raise ValidationError(errors)
    before = AlertType.objects.select_for_update().filter(pk=type.pk).first() if type.pk else None
    if not type.retell_on:
        type.retell_on = list(KINDS[type.fact_kind].retell_on)
    if before is not None and any(
        getattr(before, name) != getattr(type, name) for name in _ON_THE_CALENDAR
    ):
        type.look_back = True
    type.full_clean(exclude=["batch"])
    type.save()
    if type.batch_id and before is not None and before.name != type.name:
        Batch.objects.filter(pk=type.batch_id).update(name=type.name)
    if before is not None:
        contents_follow(type)
    return type


def topic_of(type: AlertType) -> str:
    """What an address may refuse of the type by a link in its mail; "" where it may not.

    What a member can't turn off can't be refused there either, and an ebill never (RULES 20).
    """
    return "" if type.is_ebill or not type.may_turn_off else alert_topic(type.pk)


def contents_follow(type: AlertType) -> None:
    """New versions of the current words where the purpose or the topic is no longer theirs."""
    current = type.wordings.filter(is_current=True)
    for wording in current.exclude(content__purpose=type.purpose, content__topic=topic_of(type)):
        wording_save(type=type, language=Language(wording.language), words=_words_of(wording))


@transaction.atomic
def type_switch(*, type: AlertType, on: bool) -> None:
    """Turn a type on or off for everybody. What waits in the outbox of a type that is off waits
    on (`delivery.batches.batch_cancel` would end the type for good)."""
    type.enabled = on
    AlertType.objects.filter(pk=type.pk).update(enabled=on)
    Batch.objects.filter(
        pk=type.batch_id or 0, state__in=[BatchState.OPEN, BatchState.PAUSED]
    ).update(state=BatchState.OPEN if on else BatchState.PAUSED)


@transaction.atomic
def type_batch(type: AlertType) -> Batch:
    """The batch that holds the type's messages; made at its first use."""
    if type.batch is not None:
        return type.batch
    locked = AlertType.objects.select_for_update(of=("self",)).get(pk=type.pk)
    if locked.batch is None:
        locked.batch = batch_open(name=type.name, standing=True)
        locked.save(update_fields=["batch"])
    type.batch = locked.batch
    return locked.batch


@transaction.atomic
def wording_save(
    *,
    type: AlertType,
    language: Language,
    words: Words,
    by: AbstractBaseUser | None = None,
) -> AlertWording:
    """A new version of the words, current from now on; unchanged words make none.

    Raises ValidationError (field → words) for placeholders that the fact has no value for.
    """
    errors = wording_errors(type, words)
    if errors:
        raise ValidationError(errors)
    AlertType.objects.select_for_update().get(pk=type.pk)
    current = type.wordings.filter(language=language, is_current=True).first()
    if (
        current is not None
        and _words_of(current) == words
        and current.content.purpose == type.purpose
        and current.content.topic == topic_of(type)
    ):
        return current
    version = type.wordings.filter(language=language).aggregate(last=Max("version"))["last"] or 0
    type.wordings.filter(language=language, is_current=True).update(is_current=False)
    content = Content.objects.create(
        subject=words.subject,
        body=words.body,
        text_body=words.text_body,
        voice_body=words.voice_body,
        language=language,
        purpose=type.purpose,
        topic=topic_of(type),
        # Better told twice than not at all, where service is at stake.
        resend_in_doubt=type.purpose in SERVICE_PURPOSES,
    )
    return AlertWording.objects.create(
        type=type,
        language=language,
        version=version + 1,
        subject=words.subject,
        body=words.body,
        text_body=words.text_body,
        voice_body=words.voice_body,
        content=content,
        created_by_id=by.pk if by else None,
    )


def placeholders_of(fact_kind: str) -> dict[str, Value]:
    """What wordings for this kind of fact may name: key → value, with words and an example."""
    return KINDS[fact_kind].placeholders()


def wording_errors(type: AlertType, words: Words) -> dict[str, list[str]]:
    """Field → what is wrong with it."""
    known = placeholders_of(type.fact_kind)
    errors: dict[str, list[str]] = {}
    if not words.subject.strip():
        errors["subject"] = [_("Write a subject.")]
    if not words.body.strip():
        errors["body"] = [_("Write a message.")]
    for field in ("subject", "body", "text_body", "voice_body"):
        text = getattr(words, field)
        template = compile_template(text)
        for key, name in zip(template.keys, template.names, strict=True):
            if key not in known:
                errors.setdefault(field, []).append(
                    _("{{ %(name)s }} is nothing that this alert knows. It knows %(known)s.")
                    % {"name": name, "known": ", ".join(sorted(known))}
                )
        rest = PLACEHOLDER.sub("", text)
        if "{{" in rest or "}}" in rest:
            errors.setdefault(field, []).append(_("A placeholder is not closed: {{ name }}."))
    return errors


def _words_of(wording: AlertWording) -> Words:
    return Words(
        subject=wording.subject,
        body=wording.body,
        text_body=wording.text_body,
        voice_body=wording.voice_body,
    )


def _type_errors(type: AlertType) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if type.fact_kind not in KINDS:
        errors["fact_kind"] = [_("Choose what the alert follows from.")]
        return errors
    if not type.channels:
        errors["channels"] = [_("Offer at least one channel.")]
    if extra := set(type.starts_with) - set(type.channels):
        names = ", ".join(str(Channel(channel).label) for channel in sorted(extra))
        errors["starts_with"] = [_("Not offered: %(names)s.") % {"names": names}]
    elif type.purpose not in SERVICE_PURPOSES and {Channel.TEXT, Channel.VOICE} & set(
        type.starts_with
    ):
        errors["starts_with"] = [_("Texts and calls of this purpose need the member's own choice.")]
    if type.purpose in _NEVER:
        errors["purpose"] = [_("An alert is never sent for this purpose.")]
    if type.member_chooses_days and (type.trigger != Trigger.CALENDAR or type.timing != "before"):
        errors["member_chooses_days"] = [_("Members choose the days before a date alone.")]
    if type.fallback and Channel.TEXT not in type.channels:
        errors["fallback"] = [_("There is no text to follow up: offer texts.")]
    if type.is_ebill:
        errors |= _ebill_errors(type)
    known = placeholders_of(type.fact_kind)
    if unknown := [key for key in type.retell_on if key.replace("_", "") not in known]:
        errors["retell_on"] = [
            _("Nothing that this fact has: %(names)s.") % {"names": ", ".join(unknown)}
        ]
    return errors


def _ebill_errors(type: AlertType) -> dict[str, list[str]]:
    if type.fact_kind != Kind.BILL or type.trigger != Trigger.EVENT:
        return {"is_ebill": [_("Only what follows at once from a bill can be the ebill.")]}
    if Channel.EMAIL not in type.channels:
        return {"is_ebill": [_("The ebill is an email: offer email.")]}
    if Channel.EMAIL in type.starts_with:
        return {
            "starts_with": [_("Who gets the ebill by email is chosen with the copies of the bill.")]
        }
    return {}
