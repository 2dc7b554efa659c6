"""Events of email services, each brought into one form by Anymail's parsers."""

import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from anymail.signals import AnymailTrackingEvent
from django.http import HttpRequest
from django.utils.module_loading import import_string

from delivery.webhooks import proofs
from delivery.webhooks.bounce_codes import CODES
from delivery.webhooks.choices import EventKind
from delivery.webhooks.events import Event
from delivery.webhooks.refusing import MalformedError
from delivery.webhooks.topics import read_message

log = logging.getLogger(__name__)
PROVIDER = "anymail"


@dataclass(frozen=True, slots=True)
class EmailService:
    """`check` returns the time that the service signed; `read` gives a request's events."""

    check: Callable[[HttpRequest], datetime | None]
    read: Callable[[HttpRequest], list[Event]]
    needs_secret: bool = False


def _sendgrid(request: HttpRequest) -> list[Event]:
    try:
        told = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise MalformedError("This is not JSON.") from error
    if not isinstance(told, list):
        raise MalformedError("This is not a list of events.")
    parser = _parser("sendgrid.SendGridTrackingWebhookView")
    events = []
    for raw in told:
        # One that can't be read must not keep the others from us.
        try:
            one = _parsed(parser.esp_to_anymail_event, raw)
            events.append(_event("sendgrid", one, raw, name=str(raw.get("sg_event_id") or "")))
        except MalformedError:
            log.warning("An event of SendGrid can't be read.")
    if told and not events:
        raise MalformedError("None of the events can be read.")
    return events


def _mailgun(request: HttpRequest) -> list[Event]:
    raw = proofs.read_json(request)
    parser = _parser("mailgun.MailgunTrackingWebhookView")
    event = _parsed(parser.esp_to_anymail_event, raw)
    return [_event("mailgun", event, raw, name=str(raw["signature"]["token"]))]


def _postmark(request: HttpRequest) -> list[Event]:
    raw = proofs.read_json(request)
    parser = _parser("postmark.PostmarkTrackingWebhookView")
    return [_event("postmark", _parsed(parser.esp_to_anymail_event, raw), raw)]


def _ses(request: HttpRequest) -> list[Event]:
    message = read_message(request.body)
    name = message.get("MessageId", "")
    if message["Type"] == "SubscriptionConfirmation":
        return [
            Event(
                provider=PROVIDER,
                kind=EventKind.SUBSCRIPTION,
                name=f"ses:{name}",
                payload={"topic": message["TopicArn"], "confirm": message.get("SubscribeURL", "")},
            )
        ]
    if message["Type"] != "Notification":
        log.warning("Amazon ended our subscription to %s.", message["TopicArn"])
        return []
    words = message.get("Message", "")
    if words.startswith("Successfully validated SNS topic"):
        return []
    try:
        raw = json.loads(words)
    except (ValueError, RecursionError) as error:
        raise MalformedError("Its message is not JSON.") from error
    parser = _parser("amazon_ses.AmazonSESTrackingWebhookView")
    found = _parsed(parser.esp_to_anymail_events, raw, message)
    return [_event("ses", one, raw, name=f"{name}:{one.recipient}") for one in found]


SERVICES: Mapping[str, EmailService] = {
    "sendgrid": EmailService(proofs.sendgrid, _sendgrid),
    "mailgun": EmailService(proofs.mailgun, _mailgun),
    "postmark": EmailService(proofs.postmark, _postmark, needs_secret=True),
    "ses": EmailService(proofs.ses, _ses, needs_secret=True),
}


@cache
def _parser(path: str) -> Any:
    """Anymail's view, for its parsing alone: it is made without its own checks of its settings."""
    view = import_string(f"anymail.webhooks.{path}")
    return view.__new__(view)


def _parsed(parse: Callable[..., Any], raw: object, *more: object) -> Any:
    """Raises MalformedError, whatever the parser stumbles over."""
    try:
        if not isinstance(raw, dict):
            raise TypeError
        return parse(raw, *more)
    except Exception as error:
        raise MalformedError("The event can't be read.") from error


def _event(service: str, told: AnymailTrackingEvent, raw: dict[str, Any], name: str = "") -> Event:
    """`name`: the service's own of the event; where it has none, the event's words are its name."""
    address, id_, key = _text(told.recipient), _text(told.message_id), _key(told.metadata)
    if not (address or id_ or key):
        raise MalformedError("The event names no message and no address.")
    if not name:
        whole = json.dumps(raw, sort_keys=True)
        name = hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()
    words = {
        "type": str(told.event_type),
        "reject_reason": _text(told.reject_reason),
        "description": _text(told.description),
        "response": _text(told.mta_response),
    }
    return Event(
        provider=PROVIDER,
        kind=EventKind.REPORT,
        name=f"{service}:{name}",
        provider_id=id_,
        message_key=key,
        address=address,
        payload={
            "service": service,
            **words,
            "code": CODES[service](raw, address) if told.event_type == "bounced" else "",
            "told": raw,
        },
        told_at=told.timestamp if isinstance(told.timestamp, datetime) else None,
    )


def _key(metadata: object) -> UUID | None:
    """The key that we gave the message on its way (`delivery.providers.anymail`)."""
    value = metadata.get("key") if isinstance(metadata, dict) else None
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
