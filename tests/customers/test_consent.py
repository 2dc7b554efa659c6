"""The ledger and the suppressions that follow from it."""

import threading

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction

from common.choices import Channel, Purpose
from customers import consent, consent_in_bulk
from customers.choices import ConsentAction, ConsentSource, NumberSlot
from customers.contacts import change_number
from customers.models import ConsentEvent, Customer, Suppression
from customers.selectors import addresses_with_consent, suppressions_by_address
from tests.factories import make_customer

pytestmark = pytest.mark.django_db

NUMBER = "+14785550112"
BOTH = [Channel.TEXT, Channel.VOICE]


def suppressed(address: str = NUMBER) -> set[tuple[str, str, str]]:
    return set(
        Suppression.objects.filter(address=address).values_list("channel", "purpose", "reason")
    )


def actions(address: str = NUMBER) -> list[tuple[str, str]]:
    events = ConsentEvent.objects.filter(address=address).order_by("id")
    return list(events.values_list("action", "channel"))


def test_opt_out_of_everything_suppresses_each_channel_and_is_in_the_ledger() -> None:
    consent.opt_out(address=NUMBER, channels=BOTH, source=ConsentSource.TEXT_REPLY, words="STOP!!")
    assert suppressed() == {("text", "", "opted_out"), ("voice", "", "opted_out")}
    assert actions() == [("revoked", "text"), ("revoked", "voice")]
    assert ConsentEvent.objects.filter(words="STOP!!").count() == 2


def test_a_repeated_refusal_is_recorded_again_and_suppresses_once() -> None:
    for _ in range(2):
        consent.opt_out(
            address=NUMBER, channels=[Channel.TEXT], source=ConsentSource.TEXT_REPLY, words="stop"
        )
    assert suppressed() == {("text", "", "opted_out")}
    assert len(actions()) == 2


def test_opt_out_of_one_purpose_leaves_the_others() -> None:
    consent.opt_out(
        address="Mae.M@Example.com",
        channels=[Channel.EMAIL],
        source=ConsentSource.EMAIL_LINK,
        purpose=Purpose.NEWSLETTER,
    )
    assert suppressed("mae.m@example.com") == {("email", "newsletter", "opted_out")}


def test_agreeing_to_everything_lifts_every_refusal_of_that_channel_alone() -> None:
    consent.opt_out(address=NUMBER, channels=BOTH, source=ConsentSource.TEXT_REPLY)
    consent.opt_out(address=NUMBER, channels=BOTH, source=ConsentSource.CSR, purpose=Purpose.OUTAGE)
    consent.grant(
        address=NUMBER, channels=[Channel.TEXT], source=ConsentSource.TEXT_REPLY, words="START"
    )
    assert suppressed() == {("voice", "", "opted_out"), ("voice", "outage", "opted_out")}


def test_agreeing_to_one_purpose_after_refusing_everything_leaves_the_others_refused() -> None:
    consent.opt_out(address=NUMBER, channels=[Channel.TEXT], source=ConsentSource.TEXT_REPLY)
    consent.grant(
        address=NUMBER,
        channels=[Channel.TEXT],
        source=ConsentSource.PORTAL,
        purpose=Purpose.OUTAGE,
    )
    refused = {purpose for _, purpose, _ in suppressed()}
    assert refused == {str(purpose) for purpose in Purpose} - {"outage"}


def test_do_not_call_reaches_every_member_who_holds_the_number_as_mobile() -> None:
    mae = make_customer(mobile_number=NUMBER)
    son = make_customer(mobile_number=NUMBER)
    at_home = make_customer(home_number=NUMBER)
    consent.set_do_not_call("+14785550112", True, source=ConsentSource.CSR)
    for customer, flag in ((mae, True), (son, True), (at_home, False)):
        customer.refresh_from_db()
        assert customer.do_not_call is flag
    assert suppressed() == {("text", "", "do_not_call"), ("voice", "", "do_not_call")}

    consent.set_do_not_call(NUMBER, False, source=ConsentSource.PORTAL)
    mae.refresh_from_db()
    assert mae.do_not_call is False
    assert suppressed() == set()
    assert [action for action, _ in actions()] == ["do_not_call_on"] * 2 + ["do_not_call_off"] * 2


def test_lifting_do_not_call_leaves_a_refusal_in_place_and_agreeing_does_not_lift_it() -> None:
    consent.opt_out(address=NUMBER, channels=[Channel.TEXT], source=ConsentSource.TEXT_REPLY)
    consent.set_do_not_call(NUMBER, True, source=ConsentSource.CSR)
    consent.grant(address=NUMBER, channels=BOTH, source=ConsentSource.CSR)
    assert suppressed() == {("text", "", "do_not_call"), ("voice", "", "do_not_call")}
    consent.opt_out(address=NUMBER, channels=[Channel.TEXT], source=ConsentSource.TEXT_REPLY)
    consent.set_do_not_call(NUMBER, False, source=ConsentSource.CSR)
    assert suppressed() == {("text", "", "opted_out")}


def test_a_number_object_of_a_customer_means_the_same_as_e164() -> None:
    customer = make_customer(mobile_number=NUMBER)
    customer.refresh_from_db()
    consent.set_do_not_call(customer.mobile_number, True, source=ConsentSource.CSR)
    customer.refresh_from_db()
    assert customer.do_not_call


def test_a_bad_address_is_recorded_once_however_often_the_provider_says_it() -> None:
    first = consent.mark_bad_address(address="Pete@Example.com", channel=Channel.EMAIL)
    again = consent.mark_bad_address(address="pete@example.com", channel=Channel.EMAIL)
    assert (first, again) == (True, False)
    assert suppressed("pete@example.com") == {("email", "", "bad_address")}
    assert actions("pete@example.com") == [("bad_address", "email")]

    repaired = consent.address_repaired(
        address="pete@example.com", channel=Channel.EMAIL, source=ConsentSource.CSR
    )
    assert repaired
    assert suppressed("pete@example.com") == set()
    assert not consent.address_repaired(
        address="pete@example.com", channel=Channel.EMAIL, source=ConsentSource.CSR
    )


def test_the_ledger_says_who_took_it() -> None:
    clerk = User.objects.create_user("ruth.sapp@example.com")
    customer = make_customer(mobile_number=NUMBER)
    consent.set_do_not_call(
        NUMBER, True, source=ConsentSource.CSR, taken_by=clerk, words="at the counter"
    )
    event = ConsentEvent.objects.latest("id")
    assert event.taken_by == clerk
    assert event.words == "at the counter"
    assert customer.mobile_number == NUMBER


@pytest.mark.parametrize("statement", ["UPDATE customers_consentevent SET words = ''", "DELETE"])
def test_the_database_refuses_to_change_the_ledger(statement: str) -> None:
    consent.opt_out(address=NUMBER, channels=BOTH, source=ConsentSource.CSR, words="no more")
    if statement == "DELETE":
        statement = "DELETE FROM customers_consentevent"
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert ConsentEvent.objects.filter(words="no more").count() == 2


def test_what_is_written_in_bulk_is_what_single_writes_make() -> None:
    customer = make_customer(mobile_number=NUMBER)
    for expected in (2, 0):
        assert (
            consent_in_bulk.do_not_call_many(numbers=[NUMBER], source=ConsentSource.IMPORT)
            == expected
        )
    customer.refresh_from_db()
    assert customer.do_not_call
    assert suppressed() == {("text", "", "do_not_call"), ("voice", "", "do_not_call")}
    assert len(actions()) == 2

    assert (
        consent_in_bulk.opt_out_many(
            addresses=["A@example.com", "b@example.com"],
            channels=[Channel.EMAIL],
            source=ConsentSource.IMPORT,
        )
        == 2
    )
    assert suppressed("a@example.com") == {("email", "", "opted_out")}
    assert (
        consent_in_bulk.mark_bad_many(
            addresses=["c@example.com"], channel=Channel.EMAIL, source=ConsentSource.IMPORT
        )
        == 1
    )
    consent.set_do_not_call(NUMBER, False, source=ConsentSource.CSR)
    customer.refresh_from_db()
    assert not customer.do_not_call


def test_consent_to_a_newsletter_needs_its_own_yes_and_ends_with_any_no() -> None:
    def agreed() -> set[str]:
        return addresses_with_consent(
            addresses=["Mae@example.com", "pete@example.com"],
            channel=Channel.EMAIL,
            purpose=Purpose.NEWSLETTER,
        )

    consent.grant(address="pete@example.com", channels=[Channel.EMAIL], source=ConsentSource.PORTAL)
    assert agreed() == set()
    consent.grant(
        address="mae@example.com",
        channels=[Channel.EMAIL],
        source=ConsentSource.PORTAL,
        purpose=Purpose.NEWSLETTER,
    )
    assert agreed() == {"Mae@example.com"}
    consent.opt_out(
        address="mae@example.com", channels=[Channel.EMAIL], source=ConsentSource.EMAIL_LINK
    )
    assert agreed() == set()


def test_suppressions_are_found_for_many_addresses_at_once() -> None:
    consent.opt_out(address=NUMBER, channels=[Channel.TEXT], source=ConsentSource.TEXT_REPLY)
    found = suppressions_by_address([NUMBER, "+14785550113"])
    assert set(found) == {NUMBER}
    assert found[NUMBER][0].reason == "opted_out"


@pytest.mark.django_db(transaction=True)
def test_do_not_call_and_a_number_changing_hands_at_the_same_moment_agree() -> None:
    customer = make_customer(mobile_number="+14785550120")
    failures: list[BaseException] = []

    def run(change: object) -> None:
        try:
            change()  # type: ignore[operator]
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    for turn in range(10):
        change_number(
            customer=customer,
            slot=NumberSlot.MOBILE,
            number="+14785550120",
            source=ConsentSource.CSR,
        )
        on = turn % 2 == 0
        threads = [
            threading.Thread(target=run, args=(work,))
            for work in (
                lambda on=on: consent.set_do_not_call(NUMBER, on, source=ConsentSource.CSR),
                lambda: change_number(
                    customer=Customer.objects.get(pk=customer.pk),
                    slot=NumberSlot.MOBILE,
                    number=NUMBER,
                    source=ConsentSource.CSR,
                ),
            )
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        customer.refresh_from_db()
        assert customer.do_not_call is on
        assert ConsentAction.GIVEN in dict(actions())
