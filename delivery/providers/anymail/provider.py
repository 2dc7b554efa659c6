"""Email by any service that Anymail knows, many messages a request where the service can do so."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, ClassVar

from anymail.exceptions import AnymailError
from anymail.message import AnymailMessage
from django.conf import settings

from common.choices import Channel
from delivery.choices import Status
from delivery.mime import BadAddressError, mail_address, mail_template, render_email
from delivery.providers.anymail.errors import as_ours, of_status
from delivery.providers.anymail.merging import Form, form_for
from delivery.providers.anymail.services import make_backend, read_url
from delivery.providers.anymail.together import Together, Told, post
from delivery.providers.base import InDoubtError, Outcome, Provider, ProviderError
from delivery.rendering import From, Outgoing

log = logging.getLogger(__name__)

# Anymail's word on a recipient → ours.
STATUSES: Mapping[str, Outcome] = {
    "sent": Outcome(Status.SENT),
    "queued": Outcome(Status.SENT),
    "invalid": Outcome(
        Status.FAILED,
        code="invalid",
        reason="The email service says that there is no such address.",
        bad_address=True,
    ),
    "rejected": Outcome(
        Status.FAILED,
        code="rejected",
        reason="The email service won't send to this address after a bounce or a complaint.",
        bad_address=True,
    ),
    "failed": Outcome(
        Status.FAILED, code="failed", reason="The email service could not send the message."
    ),
    "unknown": Outcome(
        Status.UNKNOWN, code="unknown", reason="The email service did not say what became of it."
    ),
}


@dataclass
class Parcel:
    """Messages that go in one request: with a `form` one content for different addresses; without,
    whole messages."""

    form: Form | None
    subject: str
    members: list[tuple[int, str]] = field(default_factory=list)  # place in the window, address
    values: dict[str, dict[str, str]] = field(default_factory=dict)


class AnymailProvider(Provider):
    name: ClassVar[str] = "anymail"
    channel: ClassVar[Channel] = Channel.EMAIL
    concurrency: ClassVar[int] = 8

    def __init__(self, url: str | None = None) -> None:
        """`url`: as EMAIL_URL, which it is by default. Raises ImproperlyConfigured."""
        self._service, arguments = read_url(settings.EMAIL_URL if url is None else url)
        self._backend = make_backend(self._service, arguments)
        self._pool = ThreadPoolExecutor(self.concurrency, thread_name_prefix=self.name)

    async def hand_over(self, window: Sequence[Outgoing]) -> list[Outcome]:
        outcomes: dict[int, Outcome] = {}
        parcels = self._pack(window, outcomes)
        loop = asyncio.get_running_loop()
        for sent in await asyncio.gather(
            *(loop.run_in_executor(self._pool, self._deliver, parcel, window) for parcel in parcels)
        ):
            outcomes |= sent
        return [outcomes[place] for place in range(len(window))]

    async def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._backend.close()

    # ── what goes with what ─────────────────────────────────────────────────────────────────
    def _pack(self, window: Sequence[Outgoing], outcomes: dict[int, Outcome]) -> list[Parcel]:
        """The window in parcels. `outcomes` gets those of addresses that can't be sent to."""
        parcels: list[Parcel] = []
        open_parcels: dict[tuple[object, ...], Parcel] = {}
        times_seen: dict[str, int] = {}
        for place, message in enumerate(window):
            try:
                address = mail_address(message.address).text
            except BadAddressError as error:
                outcomes[place] = Outcome.of_error(
                    ProviderError(str(error), permanent=True, bad_address=True)
                )
                continue
            form, values, subject = self._form_of(message)
            together = self._service.together
            key: tuple[object, ...]
            if form is not None:
                # Values are told apart by address: the same one twice needs two requests.
                seen = times_seen[address.lower()] = times_seen.get(address.lower(), 0) + 1
                key, most = (message.wording, message.sender, subject, seen), self._service.most
            elif together is not None:
                key = (message.wording, message.sender) if together.alike else ()
                most = together.most
            else:
                parcels.append(Parcel(None, "", [(place, address)]))
                continue
            parcel = open_parcels.get(key)
            if parcel is None or len(parcel.members) >= most:
                parcel = open_parcels[key] = Parcel(form, subject)
                parcels.append(parcel)
            parcel.members.append((place, address))
            if form is not None:
                parcel.values[address] = values
        return parcels

    def _form_of(self, message: Outgoing) -> tuple[Form | None, dict[str, str], str]:
        """Form, values and subject; without a form where the message must be sent whole."""
        service = self._service
        if service.merge is not None:
            form = form_for(message.wording, message.sender, service.merge)
            template = mail_template(message.wording, message.sender)
            values = form.values(template.values_of(message))
            # A message whose headers differ goes alone where the service has the same for all.
            if values is not None and (service.headers_each or not template.is_listed):
                return form, values, form.subject or render_email(message).subject
        return None, {}, ""

    # ── one request ─────────────────────────────────────────────────────────────────────────
    def _deliver(self, parcel: Parcel, window: Sequence[Outgoing]) -> dict[int, Outcome]:
        try:
            return self._send(parcel, window)
        except ProviderError as error:
            if error.permanent and len(parcel.members) > 1:
                # Some services refuse all for one bad address: find out which it is.
                return self._one_by_one(parcel, window)
            outcome = Outcome.of_error(error)
        except InDoubtError as doubt:
            outcome = Outcome(Status.UNKNOWN, reason=str(doubt)[:200])
        except Exception:
            log.exception("%s: a request of %s messages", self.name, len(parcel.members))
            outcome = Outcome(Status.UNKNOWN, reason="An unforeseen error; see the log.")
        return {place: outcome for place, _ in parcel.members}

    def _one_by_one(self, parcel: Parcel, window: Sequence[Outgoing]) -> dict[int, Outcome]:
        outcomes: dict[int, Outcome] = {}
        for place, address in parcel.members:
            values = {address: parcel.values[address]} if parcel.form else {}
            one = Parcel(parcel.form, parcel.subject, [(place, address)], values)
            outcomes |= self._deliver(one, window)
        return outcomes

    def _send(self, parcel: Parcel, window: Sequence[Outgoing]) -> dict[int, Outcome]:
        together = self._service.together
        if together is not None and len(parcel.members) > 1:
            return self._send_together(together, parcel, window)
        email = self._compose(parcel, window)
        try:
            self._backend.send_messages([email])
        except AnymailError as error:
            raise as_ours(error) from error
        told = {
            address.lower(): status for address, status in email.anymail_status.recipients.items()
        }
        outcomes = {}
        for place, address in parcel.members:
            status = told.get(address.lower())
            outcome = STATUSES.get(status.status if status else "unknown", STATUSES["unknown"])
            if status and status.message_id:
                outcome = _with_id(outcome, str(status.message_id))
            outcomes[place] = outcome
        return outcomes

    def _send_together(
        self, together: Together, parcel: Parcel, window: Sequence[Outgoing]
    ) -> dict[int, Outcome]:
        emails = [self._compose(Parcel(None, "", [member]), window) for member in parcel.members]
        try:
            told = post(self._backend, together, emails)
        except AnymailError as error:
            raise as_ours(error) from error
        return {
            place: self._outcome_of(one)
            for (place, _), one in zip(parcel.members, told, strict=True)
        }

    def _outcome_of(self, told: Told) -> Outcome:
        if told.status:
            return _with_id(STATUSES[told.status], told.message_id)
        error = of_status(self._backend.esp_name, told.code, told.answer)
        if isinstance(error, ProviderError):
            return Outcome.of_error(error)
        return Outcome(Status.UNKNOWN, reason=str(error)[:200])

    def _compose(self, parcel: Parcel, window: Sequence[Outgoing]) -> Any:
        """One email for all of the parcel, or a whole one. Each carries its message's key, by which
        a later report finds it."""
        first = window[parcel.members[0][0]]
        keys = {address: {"key": str(window[place].key)} for place, address in parcel.members}
        options: dict[str, Any] = {"tags": [f"content-{first.wording.content_id}"]}
        template = mail_template(first.wording, first.sender)
        if parcel.form is None:
            rendered = render_email(first)
            subject, text, html = rendered.subject, rendered.text, rendered.html
            options["metadata"] = keys[parcel.members[0][1]]
            options["headers"] = template.list_headers(first)
        else:
            subject, text, html = parcel.subject, parcel.form.text, parcel.form.html
            options["merge_metadata"] = keys
            if any(parcel.values.values()):
                options["merge_data"] = parcel.values
            if template.is_listed:
                options["merge_headers"] = {
                    address: template.list_headers(window[place])
                    for place, address in parcel.members
                }
        email = AnymailMessage(
            subject=subject,
            body=text,
            from_email=_mailbox(first.sender),
            to=[address for _, address in parcel.members],
            reply_to=[first.sender.reply_to] if first.sender.reply_to else None,
            **options,
        )
        email.attach_alternative(html, "text/html")
        return email


def _mailbox(sender: From) -> str:
    name = sender.name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{name}" <{sender.address}>' if name else sender.address


def _with_id(outcome: Outcome, message_id: str) -> Outcome:
    return Outcome(
        outcome.status,
        provider_id=message_id[:120],
        code=outcome.code,
        reason=outcome.reason,
        bad_address=outcome.bad_address,
    )
