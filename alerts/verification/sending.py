"""What codes and links have in common: who may be sent one, and its way into the outbox."""

from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q, QuerySet

from alerts.verification import limits
from alerts.verification.models import Verification
from alerts.verification.words import Note, content_of
from common.choices import Channel, Language, Purpose
from customers.addresses import hold_addresses
from customers.choices import ConsentSource, SuppressionReason
from customers.models import Customer, Suppression
from delivery.batches import standing_batch
from delivery.choices import Lane
from delivery.models import Content
from delivery.outbox import enqueue

BATCH = "Verification"


class NotPossibleError(ValueError):
    """Nothing may be sent there: `reason` says why (RULES 4, 5), or None where it is nobody's."""

    def __init__(self, reason: SuppressionReason | None) -> None:
        super().__init__(str(reason.label) if reason else "Not an address of this member.")
        self.reason = reason


def hold(*, address: str, customer: Customer, caller: str) -> None:
    """Nobody else sends to this address, for this member, or from there, until the end of the
    transaction."""
    hold_addresses([address, f"customer:{customer.pk}", f"caller:{caller}" if caller else ""])


def refuse_where_not_wanted(*, address: str, channel: Channel) -> None:
    """A bad address may be tried again, a refusal stands. Raises NotPossibleError."""
    found = _refusals(address, channel).order_by("reason").first()
    if found is not None:
        raise NotPossibleError(SuppressionReason(found.reason))


def is_wanted(*, address: str, channel: Channel) -> bool:
    """Whether `refuse_where_not_wanted` lets it pass."""
    return not _refusals(address, channel).exists()


def _refusals(address: str, channel: Channel) -> QuerySet[Suppression]:
    return (
        Suppression.objects.filter(address=address, channel=channel)
        .filter(Q(purpose="") | Q(purpose=Purpose.VERIFICATION))
        .exclude(reason=SuppressionReason.BAD_ADDRESS)
    )


def send(
    *,
    note: Note,
    channel: Channel,
    address: str,
    customer: Customer,
    source: ConsentSource,
    taken_by: AbstractBaseUser | None,
    caller: str,
    now: datetime,
    expires_at: datetime,
    digest: str = "",
) -> tuple[Verification, Content]:
    """The row that is throttled by and checked against. Raises TooOftenError, NotPossibleError.

    The caller holds the addresses and queues the message with `queue`.
    """
    refuse_where_not_wanted(address=address, channel=channel)
    limits.check(address=address, customer_id=customer.pk, caller=caller, now=now)
    content = content_of(note, customer.language or Language.ENGLISH)
    row = Verification(
        channel=channel,
        address=address,
        customer=customer,
        source=source,
        asked_by_id=taken_by.pk if taken_by else None,
        caller=caller,
        digest=digest,
        words=content.body,
        sent_at=now,
        expires_at=expires_at,
    )
    return row, content


def queue(*, row: Verification, content: Content, written: str, context: Mapping[str, str]) -> None:
    """`written`: the address as the member writes it."""
    enqueue(
        batch=standing_batch(BATCH),
        content=content,
        cause=f"verification:{row.pk}",
        channel=row.channel,
        address=written,
        lane=Lane.URGENT,
        customer=row.customer,
        context=context,
    )
