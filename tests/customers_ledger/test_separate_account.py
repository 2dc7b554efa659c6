"""The programs' account of docs/install.md: enough to work, not enough to change the ledger."""

import re
from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, transaction

from alerts.news import tell
from alerts.subscriptions import subscription_set
from common.choices import Channel
from customers import consent
from customers.choices import ConsentSource, NumberSlot
from customers.contacts import change_number
from customers.ledger.chain import seal_waiting
from customers.ledger.verifying import verify
from customers.models import ConsentEvent
from delivery.models import Message
from tests.alerts.making import make_account, make_payment, subscribe, type_of
from tests.session import ROOT

pytestmark = pytest.mark.django_db
NUMBER = "+14785550112"


@pytest.fixture
def as_programs() -> Iterator[None]:
    """What the test does is done by the account of the docs' own SQL; all of it is rolled back."""
    page = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    advice = re.search(r"```sql\n(CREATE ROLE upn_app .*?)```", page, re.DOTALL)
    assert advice is not None
    with connection.cursor() as cursor:
        cursor.execute(advice[1])
        cursor.execute("SET LOCAL ROLE upn_app")
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("upn_app",)
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def write() -> None:
    consent.opt_out(
        address=NUMBER, channels=[Channel.TEXT], source=ConsentSource.TEXT_REPLY, words="STOP"
    )


def test_the_programs_work(as_programs: None) -> None:
    account = make_account()
    subscribe(account, "payment_received", Channel.EMAIL)
    tell("payment", [make_payment(account).pk])
    assert Message.objects.count() == 1
    subscription_set(
        account=account,
        type=type_of("past_due"),
        channels=[Channel.TEXT],
        source=ConsentSource.CSR,
    )
    change_number(
        customer=account.customer,
        slot=NumberSlot.MOBILE,
        number=NUMBER,
        source=ConsentSource.CSR,
    )
    consent.set_do_not_call(NUMBER, True, source=ConsentSource.PHONE, words="please")
    write()
    assert seal_waiting() == ConsentEvent.objects.count() > 4
    assert verify().is_whole


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE customers_consentevent DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "DROP TRIGGER ledger_is_append_only ON customers_consentevent",
        "CREATE OR REPLACE FUNCTION customers_ledger_is_append_only() RETURNS trigger"
        " LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "UPDATE customers_consentevent SET words = 'Yes'",
        "DELETE FROM customers_consentevent",
        "TRUNCATE customers_consentevent CASCADE",
        "DELETE FROM customers_ledgerseal",
        "UPDATE customers_ledgerwaiting SET digest = digest",
        "DROP TABLE customers_ledgerseal",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('customers', 'x', now())",
    ],
)
def test_nothing_takes_the_guards_away(as_programs: None, statement: str) -> None:
    write()
    seal_waiting()
    write()
    with (
        pytest.raises(DatabaseError, match=r"permission denied|must be owner"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
