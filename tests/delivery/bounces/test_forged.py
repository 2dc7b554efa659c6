"""Returned mail that may be forged: what it does depends on whether it names a message of ours."""

import pytest

from common.choices import Channel
from common.clock import now
from console.templatetags.address_health import health_chip
from customers.address_health import confirm, health_of
from customers.choices import AddressState, ConsentSource
from customers.models import AddressEvent, Customer, Suppression
from delivery.bounces.choices import Verdict
from delivery.bounces.queue import bad_page, count_bad
from delivery.bounces.reading import Reading
from delivery.bounces.receiving import receive
from delivery.choices import Status
from delivery.models import Message
from tests.delivery.bounces import mails
from tests.delivery.bounces.mails import MEMBER, block, dsn
from tests.delivery.bounces.returned import bounce_of, returned_of, sent_message
from tests.factories import make_customer

pytestmark = pytest.mark.django_db


def take(raw: bytes, *, vouched: bool = False) -> Reading:
    (reading,) = receive(raw, vouched=vouched)
    return reading


def bad() -> list[str]:
    return list(Suppression.objects.values_list("address", flat=True))


def state(address: str = MEMBER) -> AddressState:
    return health_of([(address, Channel.EMAIL)])[address, Channel.EMAIL].state


def sent_to(customer: Customer) -> Message:
    message = sent_message()
    Message.objects.filter(pk=message.pk).update(customer=customer, address=customer.email_1)
    message.refresh_from_db()
    return message


def forged(number: int, *, report: str = "") -> bytes:
    """Somebody knows the addresses, and nothing of our messages."""
    return dsn(report or block(), returned="", id=f"forged{number}@mx.example.net")


def test_a_mail_that_names_our_message_turns_the_address_off() -> None:
    message = sent_message()
    assert take(bounce_of(message)).verdict == Verdict.BAD
    assert bad() == [message.address]


def test_a_mail_that_names_none_turns_nothing_off_and_is_shown_to_people() -> None:
    make_customer(email_1=MEMBER)
    for number in range(4):
        reading = take(forged(number))
        # What it says is what it says.
        assert (reading.verdict, reading.code) == (Verdict.BAD, "5.1.1")
        assert reading.words.endswith("It names no message of ours: a person should look.")
    assert bad() == []
    (row,) = bad_page(limit=10)
    assert (row.address, row.health.state, count_bad()) == (MEMBER, AddressState.NEVER_VERIFIED, 1)
    assert row.health.doubt == "5.1.1 550 5.1.1 User unknown"
    assert "Returned mail that may not be ours" in health_chip(row.health)
    assert count_bad(Channel.TEXT) == 0
    confirm(address=MEMBER, channel=Channel.EMAIL, source=ConsentSource.CSR)
    assert (count_bad(), state()) == (0, AddressState.CONFIRMED)


def test_a_forged_mail_takes_no_confirmation_away() -> None:
    confirm(address=MEMBER, channel=Channel.EMAIL, source=ConsentSource.EMAIL_LINK)
    take(forged(1).replace(b"20 Nov 2026", b"20 Nov 2027"))
    assert state() == AddressState.CONFIRMED


def test_after_a_message_it_counts_as_one_soft_bounce_however_many_come() -> None:
    """Servers that return nothing of the mail are heard; who forges needs three messages of ours,
    and time."""
    customer = make_customer(email_1="Ruth.Sapp@example.org")
    for number in range(3):
        assert bad() == []
        sent_to(customer)
        for again in range(3):
            reading = take(forged(number * 10 + again))
            assert reading.verdict == Verdict.BAD
    assert bad() == [MEMBER]
    assert AddressEvent.objects.count() == 3
    assert not Message.objects.filter(status=Status.BOUNCED).exists()


def test_a_message_of_long_ago_is_none() -> None:
    message = sent_to(make_customer(email_1=MEMBER))
    Message.objects.filter(pk=message.pk).update(handed_at="2026-01-01T12:00:00Z")
    take(forged(1))
    assert AddressEvent.objects.get().kind == "unmatched"


def test_a_warning_that_names_none_is_forgotten() -> None:
    take(forged(1, report=block("4.4.1", "smtp; 451 busy", action="delayed")))
    assert not AddressEvent.objects.exists()


def test_a_person_who_gives_the_mail_vouches_for_it_also_later() -> None:
    take(forged(1))
    take(forged(1), vouched=True)
    assert bad() == [MEMBER]


def test_the_key_of_one_s_own_message_turns_nobody_else_off() -> None:
    message = sent_message()
    reading = take(dsn(block(), returned=returned_of(message)))
    assert (reading.recipient, bad()) == (message.address, [message.address])


def test_two_mails_about_the_end_of_one_message_count_once() -> None:
    message = sent_message()
    full = block("5.2.2", "smtp; 552 5.2.2 Mailbox full")
    for number in range(4):
        take(bounce_of(message, full, id=f"{number}@mx.example.net"))
    assert (AddressEvent.objects.count(), bad()) == (1, [])


def test_a_service_s_own_message_id_is_made_of_the_id_that_it_gave() -> None:
    message = sent_message()
    returned = returned_of(message).replace(
        f"{message.key}@pineriver.example.com", f"{message.provider_id}@ses.example.com"
    )
    take(dsn(block(address=message.address), returned=returned))
    assert bad() == [message.address]


def test_a_complaint_whose_writer_was_blotted_out_is_known_by_our_message() -> None:
    message = sent_message()
    raw = mails.complaint(named=False).replace(mails.KEY.encode(), str(message.key).encode())
    raw = raw.replace(MEMBER.encode(), b"redacted@example.invalid")
    reading = take(raw)
    assert (reading.is_complaint, reading.recipient) == (True, message.address)
    assert Suppression.objects.filter(address=message.address, since__lte=now()).exists()
