"""No line of the ledger comes without words: each call that writes one gives them."""

import ast
from pathlib import Path

import pytest

from common.choices import Language
from customers.billing_import import import_customers
from customers.choices import ConsentSource, NumberSlot
from customers.contacts import change_number
from customers.demo import load_members
from customers.ledger.following import unexplained_suppressions
from customers.models import ConsentEvent, Customer
from tests.factories import make_customer
from tests.session import ROOT

ROOMS = (
    "alerts",
    "api",
    "billing",
    "console",
    "customers",
    "delivery",
    "mass_notifications",
    "portal",
    "reports",
    "upn",
)
WRITES = {
    "opt_out",
    "grant",
    "set_do_not_call",
    "mark_bad_address",
    "record_verified",
    "record_asked",
    "opt_out_many",
    "do_not_call_many",
    "mark_bad_many",
}


def calls_without_words(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        words = given.get("words")
        is_empty = words is None or (isinstance(words, ast.Constant) and not words.value)
        if name in WRITES and given and is_empty:
            found.append(f"{path.relative_to(ROOT)}:{node.lineno} {name}")
    return found


def test_each_call_that_writes_a_line_says_the_words() -> None:
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    assert len(files) > 200
    assert [call for path in files for call in calls_without_words(path)] == []


def test_the_guard_sees_a_call_without_words(tmp_path: Path) -> None:
    path = ROOT / "tests" / "customers_ledger" / "test_replay.py"
    assert any("set_do_not_call" in call for call in calls_without_words(path))


@pytest.mark.django_db
def test_imports_demonstrations_and_changes_say_where_an_address_came_from(tmp_path: Path) -> None:
    file = tmp_path / "members.csv"
    file.write_text(
        "Account,Name,Mobile,Email 1,Do Not Call\n"
        "162033-001,Mae Munoz,478-555-0112,mae@example.com,yes\n"
        "162034-001,Ray Sapp,478-555-0113,,no\n"
    )
    import_customers(file)
    # The number arrives at another account later: it is silent there, too.
    file.write_text("Account,Mobile\n162034-001,478-555-0112\n")
    import_customers(file)
    assert Customer.objects.get(number="162034").do_not_call
    change_number(
        customer=make_customer(language=Language.SPANISH),
        slot=NumberSlot.HOME,
        number="478-555-0119",
        source=ConsentSource.PORTAL,
    )
    load_members(count=60, seed=3)
    assert not ConsentEvent.objects.filter(words="").exists()
    words = set(ConsentEvent.objects.values_list("words", flat=True))
    assert {
        "Mobile number in the billing system's file members.csv",
        "Do Not Call in the billing system's file members.csv",
        "Given as Home number (Member portal)",
    } <= words
    assert list(unexplained_suppressions()) == []
