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
    parser = _parser("sendgrid.SendGridTrackingWebhookView")
    return _listed(
        "sendgrid",
        _list(request.body),
        parser.esp_to_anymail_event,
        name_of=lambda raw: raw.get("sg_event_id"),
    )


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


def _resend(request: HttpRequest) -> list[Event]:
    raw = proofs.read_json(request)
    parser = _parser("resend.ResendTrackingWebhookView")
    event = _parsed(parser.esp_to_anymail_event, raw, request)
    # Its id of the event, which is signed; the time that is signed is that of the attempt.
    return [_event("resend", event, raw, name=request.headers["svix-id"])]


def _mandrill(request: HttpRequest) -> list[Event]:
    parser = _parser("mandrill.MandrillCombinedWebhookView")

    def parse(raw: dict[str, Any]) -> Any:
        event = parser.mandrill_tracking_to_anymail_event(raw)
        if raw.get("event") == "delivered":  # younger than the parser
            event.event_type = "delivered"
        return event

    return _listed("mandrill", _list(request.POST.get("mandrill_events", "")), parse)


def _brevo(request: HttpRequest) -> list[Event]:
    parser = _parser("brevo.BrevoTrackingWebhookView")
    return _listed("brevo", _list(request.body, or_one=True), parser.esp_to_anymail_event)


def _mailjet(request: HttpRequest) -> list[Event]:
    parser = _parser("mailjet.MailjetTrackingWebhookView")
    return _listed("mailjet", _list(request.body, or_one=True), parser.esp_to_anymail_event)


def _sparkpost(request: HttpRequest) -> list[Event]:
    parser = _parser("sparkpost.SparkPostTrackingWebhookView")

    def parse(raw: dict[str, Any]) -> Any:
        [(kind, event)] = raw["msys"].items()
        return parser.esp_to_anymail_event(kind, event, raw)

    def name_of(raw: dict[str, Any]) -> object:
        return next(iter(raw["msys"].values())).get("event_id")

    # An empty one asks whether we are there.
    told = [raw for raw in _list(request.body) if raw != {"msys": {}}]
    return _listed("sparkpost", told, parse, name_of=name_of)


SERVICES: Mapping[str, EmailService] = {
    "sendgrid": EmailService(proofs.sendgrid, _sendgrid),
    "mailgun": EmailService(proofs.mailgun, _mailgun),
    "postmark": EmailService(proofs.secret_alone, _postmark, needs_secret=True),
    "ses": EmailService(proofs.ses, _ses, needs_secret=True),
    "resend": EmailService(proofs.resend, _resend),
    "mandrill": EmailService(proofs.mandrill, _mandrill),
    "brevo": EmailService(proofs.secret_alone, _brevo, needs_secret=True),
    "mailjet": EmailService(proofs.secret_alone, _mailjet, needs_secret=True),
    "sparkpost": EmailService(proofs.secret_alone, _sparkpost, needs_secret=True),
}


def _list(body: bytes | str, *, or_one: bool = False) -> list[Any]:
    """The events of a request. Raises MalformedError."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedError("This is not JSON.") from error
    if or_one and isinstance(told, dict):
        return [told]
    if not isinstance(told, list):
        raise MalformedError("This is not a list of events.")
    return told


def _listed(
    service: str,
    told: list[Any],
    parse: Callable[..., Any],
    *,
    name_of: Callable[[dict[str, Any]], object] = lambda raw: "",
) -> list[Event]:
    """One that can't be read must not keep the others from us."""
    events = []
    for raw in told:
        try:
            one = _parsed(parse, raw)
            events.append(_event(service, one, raw, name=str(name_of(raw) or "")))
        except MalformedError:
            log.warning("An event of %s can't be read.", service)
    if told and not events:
        raise MalformedError("None of the events can be read.")
    return events


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
