"""Members one by one, each following from the seed and the ones before."""

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from common.choices import Language
from customers.choices import AccountStatus, DeviceKind, RecurringPayment
from customers.demo import words

# 22, a counter of up to six digits and @example.com make 40 (RULES 22).
_LONGEST_LOCAL = 22
_PUSH_KEY = (
    "BAWiGGsZxEDZxC8pVrIOyuCE0bRPyHeGW93Hrfik2goOCOIH14y5TubbbRZqDAqbMPythkN7Vhv7CK_KnppyoGA"
)


class DemoAccount(NamedTuple):
    separator: str
    status: AccountStatus
    service_address: str
    city: str
    zip_code: str
    meter: str
    cycle: str
    recurring_payment: RecurringPayment


class DemoDevice(NamedTuple):
    kind: DeviceKind
    name: str
    token: str
    p256dh: str
    auth: str


@dataclass(slots=True)
class DemoMember:
    number: str
    name: str
    first_name: str = ""
    last_name: str = ""
    email_1: str = ""
    email_2: str = ""
    home_number: str = ""
    mobile_number: str = ""
    language: Language = Language.ENGLISH
    is_key_account: bool = False
    accounts: list[DemoAccount] = field(default_factory=list)
    devices: list[DemoDevice] = field(default_factory=list)


class NumberPool:
    """555-01xx numbers, nearest area codes first: distinct ones until they run out, then again."""

    def __init__(self, *, wanted: int, rng: Random, reserved: frozenset[str]) -> None:
        codes = words.AREA_CODES[: max(10, wanted // 95 + 1)]
        self.numbers = [
            number
            for code in codes
            for line in range(100, 200)
            if (number := f"+1{code}5550{line}") not in reserved
        ]
        rng.shuffle(self.numbers)
        self._next = 0

    def take(self) -> str:
        number = self.numbers[self._next % len(self.numbers)]
        self._next += 1
        return number

    @property
    def taken(self) -> list[str]:
        return self.numbers[: self._next]


def demo_device(*, token: str, name: str, phone: bool) -> DemoDevice:
    """A phone or a browser. The key is a real point of the curve, and nobody's."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    if phone:
        return DemoDevice(DeviceKind.FCM, name, f"demo-{digest}", "", "")
    endpoint = f"https://push.example.com/{digest}"
    return DemoDevice(DeviceKind.WEB_PUSH, name, endpoint, _PUSH_KEY, digest[:22])


def make_members(
    *, count: int, first_number: int, rng: Random, numbers: NumberPool, taken_emails: Counter[str]
) -> Iterator[DemoMember]:
    """`count` members with ascending member numbers from `first_number`."""
    number = first_number
    for _ in range(count):
        member = _business(number, rng) if rng.random() < 0.04 else _person(number, rng)
        if rng.random() < 0.92 or member.is_key_account:
            member.email_1 = _email(member, rng, taken_emails)
        if member.is_key_account or rng.random() < 0.06:
            member.email_2 = _second_email(member, rng, taken_emails)
        if rng.random() < 0.86:
            member.mobile_number = numbers.take()
        if rng.random() < 0.38:
            member.home_number = numbers.take()
        _add_accounts(member, rng)
        if rng.random() < 0.08:
            member.devices.append(
                demo_device(
                    token=f"{number}", name=rng.choice(words.DEVICE_NAMES), phone=rng.random() < 0.6
                )
            )
        yield member
        number += 1 + int(rng.random() * 5)


def _person(number: int, rng: Random) -> DemoMember:
    spanish = rng.random() < 0.125
    first = rng.choice(words.SPANISH_FIRST_NAMES if spanish else words.FIRST_NAMES)
    last = rng.choice(words.SPANISH_LAST_NAMES if spanish else words.LAST_NAMES)
    billed = f"{last} {first}".upper()
    if rng.random() < 0.05:
        billed += f" & {rng.choice(words.FIRST_NAMES)}".upper()
    return DemoMember(
        number=str(number),
        name=billed,
        first_name=first,
        last_name=last,
        language=Language.SPANISH if spanish else Language.ENGLISH,
    )


def _business(number: int, rng: Random) -> DemoMember:
    is_large = rng.random() < 0.15
    kind = rng.choice(words.LARGE_BUSINESSES if is_large else words.BUSINESSES)
    owner = rng.choice(words.TOWNS)[0] if is_large else rng.choice(words.LAST_NAMES)
    return DemoMember(number=str(number), name=f"{owner} {kind}".upper(), is_key_account=is_large)


def _email(member: DemoMember, rng: Random, taken: Counter[str]) -> str:
    if member.last_name:
        first, last = _plain(member.first_name), _plain(member.last_name)
        local = rng.choice((f"{first}.{last}", f"{first[0]}{last}", f"{first}{last}"))
    else:
        local = "office." + _plain(member.name)
    return _unique(local, rng, taken)


def _second_email(member: DemoMember, rng: Random, taken: Counter[str]) -> str:
    if member.last_name:
        return _unique(f"{_plain(member.last_name)}.home", rng, taken)
    return _unique("billing." + _plain(member.name), rng, taken)


def _unique(local: str, rng: Random, taken: Counter[str]) -> str:
    local = local[:_LONGEST_LOCAL].rstrip(".")
    draw = rng.random()
    domain = "example.com" if draw < 0.7 else "example.org" if draw < 0.9 else "example.net"
    taken[local] += 1
    again = taken[local]
    return f"{local}{again}@{domain}" if again > 1 else f"{local}@{domain}"


_plain_cache: dict[str, str] = {}


def _plain(name: str) -> str:
    """Lower-case ASCII letters: Muñoz → munoz. A digit at the end would meet the counter."""
    known = _plain_cache.get(name)
    if known is None:
        decomposed = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        known = _plain_cache[name] = "".join(filter(str.isalpha, decomposed)).lower()
    return known


def _add_accounts(member: DemoMember, rng: Random) -> None:
    draw = rng.random()
    services = 1 if draw < 0.84 else 2 if draw < 0.96 else 3
    if member.is_key_account:
        services += 2
    town, zip_code = rng.choice(words.TOWNS)
    cycle = f"{1 + int(rng.random() * 20):02d}"
    draw = rng.random()
    payment = (
        RecurringPayment.BANK_DRAFT
        if draw < 0.3
        else RecurringPayment.CARD
        if draw < 0.45
        else RecurringPayment.NONE
    )
    for service in range(1, services + 1):
        house = 100 + int(rng.random() * 8900)
        street = rng.choice(words.STREETS)
        draw = rng.random()
        status = (
            AccountStatus.ACTIVE
            if draw < 0.96
            else AccountStatus.CLOSED
            if draw < 0.98
            else AccountStatus.DISCONNECTED
        )
        member.accounts.append(
            DemoAccount(
                f"{service:03d}",
                status,
                f"{house} {street} {rng.choice(words.STREET_KINDS)}",
                town,
                zip_code,
                f"{member.number}{service}",
                cycle,
                payment,
            )
        )
