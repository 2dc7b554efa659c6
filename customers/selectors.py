"""Reads about members that several faces share."""

import re
from collections.abc import Collection, Iterable

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from common.accounts import read_account
from common.choices import Channel, Purpose
from common.phones import read_phone
from customers.addresses import normal_address
from customers.choices import ConsentAction
from customers.models import Account, ConsentEvent, Customer, Suppression

_DIGITS = re.compile(r"[+(]?[0-9][0-9 ()./-]*")
SHORTEST_SEARCH = 2


def account_by_key(text: str) -> Account | None:
    """The account, however its number is written (162033-001, 162033001), with its customer."""
    key = read_account(text).account
    if not key:
        return None
    return Account.objects.select_related("customer").filter(key=key).first()


def last_of_next_accounts(*, after: int, most: int) -> int | None:
    """For work on all accounts in steps: the id with which the step behind `after` ends, of `most`
    accounts; None where there are no more."""
    ids = Account.objects.filter(pk__gt=after).order_by("pk").values("pk")[:most]
    last: int | None = ids.aggregate(last=Max("pk"))["last"]
    return last


def customer_by_account(text: str) -> Customer | None:
    """The member behind an account number, or behind the member number alone."""
    account = account_by_key(text)
    if account is not None:
        return account.customer
    key = read_account(text).account
    return Customer.objects.filter(number=key).first() if key else None


def customers_by_number(number: str) -> QuerySet[Customer]:
    """Who holds this number, as the mobile or the home number."""
    found = read_phone(number).number
    if not found:
        return Customer.objects.none()
    return Customer.objects.filter(Q(mobile_number=found) | Q(home_number=found))


def customers_by_email(address: str) -> QuerySet[Customer]:
    """Who has this address as Email 1 or Email 2; capitals do not matter."""
    wanted = address.strip().lower()
    if not wanted:
        return Customer.objects.none()
    return Customer.objects.alias(first=Lower("email_1"), second=Lower("email_2")).filter(
        Q(first=wanted) | Q(second=wanted)
    )


def search_customers(text: str, *, limit: int = 20) -> list[Customer]:
    """Members by name, account, phone, email or service address, as a clerk types it.

    Words of a name or of an address in any order, each from anywhere in the name; an account
    number or an email from its beginning; a phone number whole. Empty for less than two characters.
    """
    text = " ".join(text.split())
    if len(text) < SHORTEST_SEARCH or "\x00" in text:
        return []
    if "@" in text:
        found = _by_start_of_email(text)
    elif _DIGITS.fullmatch(text):
        found = _by_digits(text)
    else:
        found = _by_words(text)
    return list(found.prefetch_related("accounts")[:limit])


def suppressions_by_address(addresses: Iterable[str]) -> dict[str, list[Suppression]]:
    """What must not be used just now, and why, for each of these addresses that has any."""
    found: dict[str, list[Suppression]] = {}
    keys = [normal_address(address) for address in addresses]
    for suppression in Suppression.objects.filter(address__in=keys).order_by("since"):
        found.setdefault(suppression.address, []).append(suppression)
    return found


def addresses_with_consent(
    *, addresses: Collection[str], channel: Channel, purpose: Purpose
) -> set[str]:
    """Those of the addresses whose last word on this very purpose is "I agree".

    For newsletters and marketing, which rest on consent of their own (RULES 2, 3): an agreement
    to everything, or the number itself, is not enough. A later refusal of everything counts.
    """
    keys = {normal_address(address): address for address in addresses}
    last = (
        ConsentEvent.objects.filter(
            address__in=list(keys),
            channel=channel,
            action__in=[ConsentAction.GRANTED, ConsentAction.REVOKED],
        )
        .filter(Q(purpose=purpose) | Q(purpose="", action=ConsentAction.REVOKED))
        .exclude(Exists(ConsentEvent.objects.filter(corrects=OuterRef("pk"))))
        .order_by("address", "-id")
        .distinct("address")
        .values_list("address", "action")
    )
    return {keys[key] for key, action in last if action == ConsentAction.GRANTED}


def _by_start_of_email(text: str) -> QuerySet[Customer]:
    start = text.replace(" ", "").lower()
    return Customer.objects.alias(first=Lower("email_1"), second=Lower("email_2")).filter(
        Q(first__startswith=start) | Q(second__startswith=start)
    )


def _by_digits(text: str) -> QuerySet[Customer]:
    digits = re.sub(r"[^0-9]", "", text)
    wanted = Q(pk__in=Account.objects.filter(key__startswith=digits).values("customer_id"))
    wanted |= Q(number=digits)
    number = read_phone(text).number
    if number:
        wanted |= Q(mobile_number=number) | Q(home_number=number)
    return Customer.objects.filter(wanted)


def _by_words(text: str) -> QuerySet[Customer]:
    named, living_at = Q(), Q()
    for word in text.replace(",", " ").split():
        named &= Q(name__icontains=word)
        living_at &= Q(service_address__icontains=word)
    at = Account.objects.filter(living_at).values("customer_id")
    return Customer.objects.filter(named | Q(pk__in=at))
