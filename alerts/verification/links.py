"""An email address is verified by a link: signed, opaque, good for a day, and pressed on a page.

Opening the link confirms nothing, because mail scanners open links; its button does.
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils import timezone

from alerts.verification.choices import Outcome
from alerts.verification.limits import TooOftenError
from alerts.verification.models import Verification
from alerts.verification.sending import NotPossibleError, hold, queue, send
from alerts.verification.words import Note
from common.choices import Channel
from customers.address_health import confirm
from customers.addresses import hold_addresses, normal_address
from customers.choices import ConsentSource
from customers.consent import record_verified
from customers.models import Customer
from delivery.sealed import seal

GOOD_FOR = timedelta(hours=24)
PATH = "/verify/"
_signer = Signer(salt="alerts.verification.link")


class LinkState(Enum):
    OPEN = "open"
    CONFIRMED = "confirmed"
    # Too old, or the address is no longer the member's; or no link of ours.
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Link:
    state: LinkState
    row: Verification | None = None


@transaction.atomic
def send_link(
    *,
    customer: Customer,
    address: str,
    source: ConsentSource,
    taken_by: AbstractBaseUser | None = None,
    caller: str = "",
    now: datetime | None = None,
) -> Verification:
    """Send a link to Email 1 or Email 2 of this member. Raises TooOftenError, NotPossibleError."""
    now, key = now or timezone.now(), normal_address(address)
    hold(address=key, customer=customer, caller=caller)
    written = _as_written(customer, key)
    if not written:
        raise NotPossibleError(None)
    row, content = send(
        note=Note.LINK,
        channel=Channel.EMAIL,
        address=key,
        customer=customer,
        source=source,
        taken_by=taken_by,
        caller=caller,
        now=now,
        expires_at=now + GOOD_FOR,
    )
    row.save(force_insert=True)
    link = settings.PUBLIC_URL.rstrip("/") + PATH + token_of(row) + "/"
    queue(row=row, content=content, written=written, context={"link": seal(link)})
    return row


def read_link(token: str, *, now: datetime | None = None) -> Link:
    """What the link of this token is worth now."""
    row = _row_of(token)
    if row is None:
        return Link(LinkState.OVER)
    if row.outcome == Outcome.CONFIRMED:
        return Link(LinkState.CONFIRMED, row)
    over = (now or timezone.now()) >= row.expires_at or not _holds_it(row)
    return Link(LinkState.OVER if over else LinkState.OPEN, row)


@transaction.atomic
def confirm_link(token: str, *, now: datetime | None = None) -> LinkState:
    """The button was pressed. Pressing it twice is once."""
    found = _row_of(token)
    if found is None:
        return LinkState.OVER
    hold_addresses([found.address])
    link = read_link(token, now=now)
    if link.state is not LinkState.OPEN or link.row is None:
        return link.state
    row = link.row
    row.outcome, row.closed_at = Outcome.CONFIRMED, now or timezone.now()
    row.save(update_fields=["outcome", "closed_at"])
    confirm(
        address=row.address,
        channel=Channel.EMAIL,
        source=ConsentSource.EMAIL_LINK,
        customer=row.customer,
    )
    record_verified(
        address=row.address,
        channel=Channel.EMAIL,
        source=ConsentSource.EMAIL_LINK,
        words=row.words,
        customer=row.customer,
    )
    return LinkState.CONFIRMED


def send_again(token: str, *, caller: str, now: datetime | None = None) -> None:
    """A new link to where an old one went. Says nothing of whether there was one, or too many."""
    row = _row_of(token)
    if row is None or row.customer_id is None or row.outcome == Outcome.CONFIRMED:
        return
    customer = Customer.objects.filter(pk=row.customer_id).first()
    if customer is None:
        return
    try:
        send_link(
            customer=customer,
            address=row.address,
            source=ConsentSource.EMAIL_LINK,
            caller=caller,
            now=now,
        )
    except (TooOftenError, NotPossibleError):
        return


def token_of(row: Verification) -> str:
    """Random id and signature, without a word about whom it is for."""
    return _signer.sign(base64.urlsafe_b64encode(row.pk.bytes).rstrip(b"=").decode())


def _row_of(token: str) -> Verification | None:
    try:
        packed = _signer.unsign(token)
        pk = UUID(bytes=base64.urlsafe_b64decode(packed + "=="))
    except (BadSignature, binascii.Error, ValueError):
        return None
    return Verification.objects.select_related("customer").filter(pk=pk, digest="").first()


def _holds_it(row: Verification) -> bool:
    customer = Customer.objects.filter(pk=row.customer_id or 0).first()
    return customer is not None and bool(_as_written(customer, row.address))


def _as_written(customer: Customer, key: str) -> str:
    for address in (customer.email_1, customer.email_2):
        if address and normal_address(address) == key:
            return address
    return ""
