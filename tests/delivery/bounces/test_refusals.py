"""Addresses that a mail server refuses while we talk to it (RULES 21)."""

import pytest

from common.choices import Channel
from customers.address_health import health_of
from customers.choices import AddressState
from customers.models import AddressEvent, Suppression
from delivery.choices import Status
from delivery.models import Message
from delivery.providers.base import Outcome
from delivery.results import MOST_ATTEMPTS
from tests.delivery.making import Script, address_of, drain_once, queue_messages

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = address_of(0, Channel.EMAIL)
FULL = Outcome(Status.FAILED, code="5.2.2", reason="Mailbox full", soft_bounce=True)
LATER = Outcome(Status.QUEUED, code="4.2.0", reason="Later", retry_after=60, soft_bounce=True)


def send(outcome: Outcome, *, cause: str) -> None:
    queue_messages(1, cause=cause)
    drain_once(Script(lambda message: outcome))


def state() -> AddressState:
    return health_of([(ADDRESS, Channel.EMAIL)])[ADDRESS, Channel.EMAIL].state


def test_three_soft_refusals_turn_an_address_off() -> None:
    send(FULL, cause="1")
    send(FULL, cause="2")
    assert (state(), Suppression.objects.count()) == (AddressState.SOFT_BOUNCING, 0)
    send(FULL, cause="3")
    assert state() == AddressState.BAD


def test_a_server_that_asks_to_come_again_counts_once_no_tries_are_left() -> None:
    send(LATER, cause="1")
    assert not AddressEvent.objects.exists()
    Message.objects.update(attempts=MOST_ATTEMPTS - 1, due_at="2026-01-01T00:00Z")
    drain_once(Script(lambda message: LATER))
    assert Message.objects.get().status == Status.FAILED
    assert state() == AddressState.SOFT_BOUNCING


def test_what_is_no_fault_of_the_address_leaves_no_trace() -> None:
    send(Outcome(Status.FAILED, code="5.7.1", reason="Spam"), cause="1")
    assert not AddressEvent.objects.exists()
