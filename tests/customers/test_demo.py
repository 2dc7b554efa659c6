"""The made-up co-operative: believable, the same each time, and nobody's real address in it."""

import csv
from typing import Any

import phonenumbers
import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count, F, Q

from common.accounts import read_account
from common.phones import read_phone
from customers.demo import load_members, words
from customers.demo.sample_members import SAMPLE_NUMBERS
from customers.demo.states import load_states
from customers.health_models import AddressEvent
from customers.models import (
    Account,
    ConsentEvent,
    ContactHours,
    Customer,
    Device,
    Suppression,
)
from customers.selectors import customer_by_account
from tests.session import ROOT
from upn.demo import DEMO_EMAIL, DEMO_PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _as_a_demonstration(settings: Any) -> None:
    settings.DEMO = True


def everybody() -> list[tuple[Any, ...]]:
    return list(
        Customer.objects.order_by("number").values_list(
            "number", "name", "email_1", "email_2", "mobile_number", "language", "do_not_call"
        )
    )


def test_the_same_seed_makes_the_same_members_and_another_seed_others() -> None:
    load_members(count=300, seed=1)
    first = everybody()
    for model in (Device, Account, Suppression, Customer):
        model.objects.all().delete()
    load_members(count=300, seed=1)
    assert everybody() == first
    load_members(count=300, seed=2)
    assert len(everybody()) == 600
    assert Customer.objects.values("number").distinct().count() == 600


def test_members_are_believable_and_reach_nobody_real() -> None:
    load_members(count=2000, seed=1)
    members = Customer.objects.all()
    assert members.count() == 2000
    addresses = [a for pair in members.values_list("email_1", "email_2") for a in pair if a]
    assert len({a.lower() for a in addresses}) == len(addresses)
    assert all(len(a) <= 40 for a in addresses)
    assert {a.rpartition("@")[2] for a in addresses} == {
        "example.com",
        "example.org",
        "example.net",
    }
    mobiles = [
        n.as_e164 for n in members.exclude(mobile_number="").values_list("mobile_number", flat=True)
    ]
    assert all(n[5:10] == "55501" for n in mobiles)
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(n)) for n in mobiles)
    assert len(set(mobiles)) == len(mobiles)
    assert 0.08 < members.filter(language="es").count() / 2000 < 0.16
    assert members.filter(email_1="").exists()
    assert members.filter(mobile_number="").exists()
    assert members.annotate(n=Count("accounts")).filter(n__gt=1).exists()
    assert members.filter(is_key_account=True).exists()
    assert not members.filter(is_key_account=True, email_2="").exists()
    assert 0.05 < Device.objects.count() / 2000 < 0.11
    assert not Account.objects.exclude(key=F("key")).exists()


def test_who_may_not_be_reached_is_in_the_ledger_and_flagged() -> None:
    load_members(count=2000, seed=1)
    reasons = set(Suppression.objects.values_list("channel", "reason"))
    assert reasons == {
        ("text", "do_not_call"),
        ("voice", "do_not_call"),
        ("text", "opted_out"),
        ("voice", "opted_out"),
        ("text", "bad_address"),
        ("email", "opted_out"),
        ("email", "bad_address"),
    }
    silent = set(Suppression.objects.filter(reason="do_not_call").values_list("address", flat=True))
    flagged = Customer.objects.filter(do_not_call=True)
    assert {c.mobile_number.as_e164 for c in flagged} <= silent
    assert not Customer.objects.filter(mobile_number__in=silent, do_not_call=False).exists()
    recorded = ConsentEvent.objects.exclude(action="given").values_list("address", "channel")
    assert set(recorded) == set(Suppression.objects.values_list("address", "channel"))


def test_the_sample_files_members_are_there_and_may_be_reached() -> None:
    load_members(count=100, seed=1)
    with (ROOT / "tests/data/upn-export.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        member = customer_by_account(row["Member Separator"])
        assert member is not None
        assert (member.name, member.email_1) == (row["Name"], row["Email"])
        assert member.mobile_number.as_e164 == read_phone(row["Cell Phone"]).number
    mae = customer_by_account("162444-001")
    assert mae is not None
    assert (mae.language, mae.email_2) == ("es", "mae.work@example.org")
    keys = [read_account(row["Member Separator"]).account for row in rows]
    theirs = Q(accounts__key__in=keys)
    reached = Customer.objects.filter(theirs).values_list("email_1", "mobile_number")
    taken = {str(address) for pair in reached for address in pair}
    assert not Suppression.objects.filter(address__in=taken).exists()


def test_area_codes_are_real_ones() -> None:
    assert len(set(words.AREA_CODES)) == len(words.AREA_CODES) > 250
    for code in words.AREA_CODES:
        number = phonenumbers.parse(f"+1{code}5550123")
        assert phonenumbers.is_valid_number(number)
        assert phonenumbers.region_code_for_number(number) == "US"


def test_the_command_makes_staff_and_does_nothing_the_second_time(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("seed_demo", members=50)
    call_command("seed_demo", members=50)
    assert "nothing was changed" in capsys.readouterr().out
    assert Customer.objects.count() == 50
    dana = User.objects.get(email=DEMO_EMAIL)
    assert dana.check_password(DEMO_PASSWORD)
    assert set(dana.groups.values_list("name", flat=True)) == {"communicator", "administrator"}
    assert set(User.objects.values_list("groups__name", flat=True)) >= {"approver", "csr"}
    call_command("seed_demo", members=50, force=True)
    assert Customer.objects.count() == 100


def test_the_command_refuses_to_run_on_a_real_site(settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="real site"):
        call_command("seed_demo", members=50)
    assert not User.objects.exists()


def test_many_members_make_the_same_and_leave_every_index(monkeypatch: pytest.MonkeyPatch) -> None:
    def indexes() -> set[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'customers%'")
            return {definition for (definition,) in cursor.fetchall()}

    load_members(count=200, seed=1)
    few, before = everybody(), indexes()
    for model in (Device, Account, Suppression, Customer):
        model.objects.all().delete()
    monkeypatch.setattr("customers.demo.load.MANY", 200)
    load_members(count=200, seed=1)
    assert everybody() == few
    assert indexes() == before


def test_each_page_has_something_to_show(settings: Any) -> None:
    load_members(count=300, seed=1)
    ruth = User.objects.create_user("ruth.sapp@example.com")
    assert load_states(taken_by=ruth) == 21
    assert ContactHours.objects.count() == 12
    told = ConsentEvent.objects.filter(taken_by=ruth, said_at__isnull=False)
    assert set(told.values_list("source", flat=True)) == {"letter", "voicemail", "counter"}
    kinds = AddressEvent.objects.values_list("channel", "kind").distinct()
    assert set(kinds) >= {("email", "soft"), ("text", "bad"), ("voice", "bad")}
    # The sample file's members stay as they are.
    assert not Suppression.objects.filter(address__in=SAMPLE_NUMBERS).exists()


def test_few_members_have_what_there_is_for_them() -> None:
    load_members(count=30, seed=1)
    assert load_states(taken_by=None) <= 5
