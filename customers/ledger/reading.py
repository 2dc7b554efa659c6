"""Reading the ledger of one address, for a page, a PDF and whoever asks."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet

from common.clock import now
from common.phones import display_phone, read_phone
from customers.addresses import normal_address
from customers.choices import SPOKEN_SOURCES, ConsentAction, ConsentSource, EmailSlot, NumberSlot
from customers.models import ConsentEvent, Customer, LedgerSeal
from customers.selectors import customers_by_email, customers_by_number

# A clerk's own slip is taken back at once; later, it needs the member's word.
UNDO_WITHIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its seal, if it has one yet, and what took it back."""

    event: ConsentEvent
    seal: LedgerSeal | None
    undone_by: int | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """A member who has the address now, and as what."""

    customer: Customer
    slots: tuple[str, ...]


def read_address(text: str) -> str:
    """An email or a number, however it is typed, as the ledger writes it; "" for neither."""
    text = text.strip()
    return normal_address(text) if "@" in text else read_phone(text).number


def address_words(address: str) -> str:
    return display_phone(address) if address.startswith("+") else address


def first_line(address: str) -> int | None:
    """The id of the address's first line: its name where the address itself must not stand."""
    first = ConsentEvent.objects.filter(address=address).order_by("id")
    return first.values_list("id", flat=True).first()


def address_of_line(line: int) -> str:
    """ "" where there is no such line."""
    return ConsentEvent.objects.filter(pk=line).values_list("address", flat=True).first() or ""


def events_of(address: str) -> QuerySet[ConsentEvent]:
    """Newest first."""
    return (
        ConsentEvent.objects.filter(address=address)
        .select_related("customer", "taken_by")
        .order_by("-id")
    )


def with_seals(events: list[ConsentEvent]) -> list[Line]:
    ids = [event.pk for event in events]
    seals = {seal.event_id: seal for seal in LedgerSeal.objects.filter(event_id__in=ids)}
    undone = dict(ConsentEvent.objects.filter(corrects__in=ids).values_list("corrects_id", "id"))
    return [Line(event, seals.get(event.pk), undone.get(event.pk)) for event in events]


def holders_of(address: str) -> list[Holder]:
    """Who has it now, with their accounts."""
    slots: tuple[str, ...]
    if "@" in address:
        found, slots = customers_by_email(address), tuple(EmailSlot.values)
    else:
        found, slots = customers_by_number(address), tuple(NumberSlot.values)
    labels = dict(EmailSlot.choices) | dict(NumberSlot.choices)
    holders = []
    for customer in found.prefetch_related("accounts").order_by("name", "number")[:50]:
        held = [
            str(labels[slot])
            for slot in slots
            if normal_address(getattr(customer, slot) or "") == address
        ]
        holders.append(Holder(customer, tuple(held)))
    return holders


def may_undo(event: ConsentEvent, person: AbstractBaseUser, *, at: datetime | None = None) -> bool:
    """A refusal that this person wrote down just now, for somebody who told them."""
    return (
        event.action == ConsentAction.REVOKED
        and event.taken_by_id == person.pk
        and event.source in {*SPOKEN_SOURCES, ConsentSource.CSR}
        and (at or now()) - event.at < UNDO_WITHIN
    )
