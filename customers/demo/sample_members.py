"""The members of the sample file, so that its account numbers are somebody's here."""

from collections.abc import Iterator

from common.choices import Language
from customers.choices import AccountStatus, RecurringPayment
from customers.demo.members import DemoAccount, DemoMember, demo_device

# Account number, name as billed, email; the mobile numbers run on from 478-555-0100.
_MEMBERS = """
162000001 Abbott Alma alma.abbott
162037002 Baca Ben ben.baca
162074003 Clarke Carla carla.clarke
162111001 Dupree Dwight dwight.dupree
162148002 Echols Elena elena.echols
162185003 Fuentes Frank frank.fuentes
162222001 Greer Grace grace.greer
162259002 Huff Hector hector.huff
162296003 Ibarra Ida ida.ibarra
162333001 Jernigan José jose.jernigan
162370002 Kitchens Karen karen.kitchens
162407003 Lunsford Luis luis.lunsford
162444001 Muñoz Mae mae.munoz
162481002 Nuñez Noé noe.nunez
162518003 O’Neal Opal opal.oneal
162555001 Pruitt Pete pete.pruitt
162592002 Quick Rosa rosa.quick
162629003 Rentz Sam sam.rentz
162666001 Sapp Tia tia.sapp
162703002 Tully Ulysses ulysses.tully
162740003 Usry Vera vera.usry
162777001 Vinson Walt walt.vinson
162814002 Wynn Ximena ximena.wynn
162851003 Yawn Yolanda yolanda.yawn
162888001 Zorn Zeke zeke.zorn
"""
_WITH_DEVICE = ("162000", "162222", "162444", "162666", "162888")
_HOME_NUMBERS = {"162444": "+14785550140"}
SAMPLE_NUMBERS = frozenset(
    {*(f"+1478555{line:04d}" for line in range(100, 125)), *_HOME_NUMBERS.values()}
)


def sample_members() -> Iterator[DemoMember]:
    """Never opted out, never bad: a tour with the sample file reaches all of them."""
    for index, line in enumerate(_MEMBERS.split("\n")[1:-1]):
        key, last, first, local = line.split(" ")
        number = key[:6]
        member = DemoMember(
            number=number,
            name=f"{last} {first}".upper(),
            first_name=first,
            last_name=last,
            email_1=f"{local}@example.com",
            mobile_number=f"+1478555{100 + index:04d}",
            home_number=_HOME_NUMBERS.get(number, ""),
            accounts=[_account(key, f"{118 + 2 * index} Lake Commons Dr")],
        )
        if number in _WITH_DEVICE:
            member.devices.append(
                demo_device(token=f"sample-{number}", name="My phone", phone=index % 2 == 0)
            )
        if number == "162444":
            member.language = Language.SPANISH
            member.email_2 = "mae.work@example.org"
            member.accounts = [
                _account("162444001", "122 Lake Commons Dr"),
                _account("162444002", "Barn, 140 Lake Commons Dr"),
            ]
        yield member


def _account(key: str, address: str) -> DemoAccount:
    return DemoAccount(
        key[6:],
        AccountStatus.ACTIVE,
        address,
        "Lake Commons",
        "31098",
        key,
        "05",
        RecurringPayment.BANK_DRAFT,
    )
