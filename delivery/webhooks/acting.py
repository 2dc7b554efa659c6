"""What one event does to an address: opt-outs, bad addresses, bounces, complaints.

Each is applied in the caller's transaction, with the event's mark.
"""

import logging
from datetime import timedelta

import requests
from django.utils import timezone

from common.choices import OWN_CONSENT_PURPOSES, Channel
from customers.choices import ConsentAction, ConsentSource
from customers.consent import NUMBER_CHANNELS, opt_out
from customers.models import ConsentEvent
from delivery.bounces.choices import Verdict
from delivery.bounces.taking import take_bounce, take_complaint
from delivery.calls.endings import Call, take_ending
from delivery.choices import Status
from delivery.models import Message
from delivery.reported import Heard, Known, Report, apply_reports, find_messages
from delivery.unsubscribing import list_of_mail
from delivery.webhooks.choices import EventKind
from delivery.webhooks.models import WebhookEvent
from delivery.webhooks.readings import About, read
from delivery.webhooks.topics import confirm_subscription

log = logging.getLogger(__name__)
# A bounce says something of its address even where its message is no message of ours, but not
# before that is fairly certain: the message should be moved by the same bounce.
BOUNCE_WAITS = timedelta(minutes=10)


class NotYetError(Exception):
    """The event's message isn't known yet."""


def act(event: WebhookEvent) -> None:
    """Raises NotYetError where the event is to be looked at again."""
    if event.kind == EventKind.SUBSCRIPTION:
        try:
            confirm_subscription(event.payload)
        except requests.RequestException as error:
            # Its words hold the address, which is a secret of the topic.
            log.warning("Amazon can't be told that we want its reports: %s", type(error).__name__)
            raise NotYetError from None
        return
    reading = read(event)
    if reading.about is About.BOUNCE and reading.report:
        _bounce(event, reading.report)
    elif reading.about is About.CALL_ENDED and reading.ending:
        claim = event.payload.get("claim")
        call = Call(
            provider=event.provider,
            provider_id=event.provider_id,
            key=event.message_key,
            claim=claim if isinstance(claim, int) else 0,
        )
        if not take_ending(call=call, ending=reading.ending, code=reading.code):
            raise NotYetError
    elif reading.about is About.COMPLAINT:
        _complaint(event)
    elif reading.about is About.UNSUBSCRIBED:
        _unsubscribe(event)
    elif reading.report:
        if reading.about is About.OPTED_OUT and event.address and not _agreed_since(event):
            # The carrier knows of a STOP that we missed (RULES 15).
            opt_out(
                address=event.address,
                channels=NUMBER_CHANNELS,
                source=ConsentSource.PROVIDER,
                words=reading.report.reason,
            )
        if apply_reports([reading.report]) == [Heard.TOO_EARLY]:
            raise NotYetError


def _agreed_since(event: WebhookEvent) -> bool:
    """What a provider had to be asked may be hours old: they may have texted START since."""
    return event.told_at is not None and (
        ConsentEvent.objects.filter(
            address=event.address,
            channel=Channel.TEXT,
            action=ConsentAction.GRANTED,
            at__gt=event.told_at,
        ).exists()
    )


def _bounce(event: WebhookEvent, report: Report) -> None:
    known = _message_of(event)
    if known is None and timezone.now() - event.received_at < BOUNCE_WAITS:
        raise NotYetError
    verdict = take_bounce(
        address=_address(event, known),
        code=report.code,
        words=_words(event),
        provider=event.provider,
        provider_id=known.provider_id if known else event.provider_id,
        at=event.told_at or event.received_at,
    )
    # By our own key, where the id came back otherwise than it was given to us.
    if verdict is not Verdict.NOT_A_BOUNCE and apply_reports([report]) == [Heard.TOO_EARLY]:
        raise NotYetError


def _complaint(event: WebhookEvent) -> None:
    known = _message_of(event)
    take_complaint(
        address=_address(event, known),
        provider=event.provider,
        provider_id=known.provider_id if known else event.provider_id,
        at=event.told_at or event.received_at,
    )


def _unsubscribe(event: WebhookEvent) -> None:
    """Somebody used the service's own link, which our mail need not have: the list of the mail ends
    where it is one, and what rests on consent alone; never what is owed to them (RULES 20)."""
    known = _message_of(event)
    address = _address(event, known)
    lists = {str(purpose) for purpose in OWN_CONSENT_PURPOSES}
    if known:
        lists.add(list_of_mail(Message.objects.select_related("content").get(pk=known.id)))
    for one in sorted(lists - {""}):
        opt_out(
            address=address,
            channels=[Channel.EMAIL],
            source=ConsentSource.PROVIDER,
            words="Unsubscribed at the email service.",
            purpose=one,
        )


def _message_of(event: WebhookEvent) -> Known | None:
    [known] = find_messages(
        [
            Report(
                provider=event.provider,
                status=Status.SENT,
                provider_id=event.provider_id,
                message_key=event.message_key,
                address=event.address,
            )
        ]
    )
    return known[0] if known else None


def _address(event: WebhookEvent, known: Known | None) -> str:
    address = known.address if known else event.address
    if not address:
        raise NotYetError
    return address


def _words(event: WebhookEvent) -> str:
    return " ".join(
        str(event.payload[name]) for name in ("response", "description") if event.payload.get(name)
    )
