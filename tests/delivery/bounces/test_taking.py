"""What a bounce does to its message and its address."""

from datetime import timedelta

import pytest

from common.choices import Channel, Purpose
from common.clock import now
from customers.choices import SuppressionReason
from customers.models import AddressEvent, Suppression
from delivery.bounces.choices import Verdict
from delivery.bounces.taking import take_bounce, take_complaint
from delivery.choices import Status
from delivery.lists import PURPOSE_LISTS
from delivery.models import Message
from tests.delivery.making import queue_messages

pytestmark = pytest.mark.django_db

ADDRESS = "member0@example.com"


def sent_message(status: Status = Status.SENT) -> Message:
    batch = queue_messages(1)
    Message.objects.update(provider="postmark", provider_id="id-1", status=status)
    return Message.objects.get(batch=batch)


def bounce(code: str = "5.1.1", words: str = "User unknown", provider_id: str = "id-1") -> Verdict:
    return take_bounce(
        address="Member0@Example.com",
        code=code,
        words=words,
        provider="postmark",
        provider_id=provider_id,
        at=now(),
    )


@pytest.mark.parametrize(
    ("code", "verdict", "is_bad"),
    [
        ("5.1.1", Verdict.BAD, True),
        ("4.4.7", Verdict.SOFT, False),
        ("5.7.1", Verdict.POLICY, False),
        ("Non-existent", Verdict.BAD, True),
        ("Mailbox Full", Verdict.SOFT, False),
    ],
)
def test_a_bounce_ends_the_message_and_is_remembered(
    code: str, verdict: Verdict, is_bad: bool
) -> None:
    message = sent_message()
    assert bounce(code) is verdict
    message.refresh_from_db()
    assert (message.status, message.code) == (Status.BOUNCED, code)
    assert Suppression.objects.filter(address=ADDRESS).exists() is is_bad


def test_a_vacation_is_no_bounce_and_changes_nothing() -> None:
    message = sent_message()
    assert bounce("Vacation") is Verdict.NOT_A_BOUNCE
    message.refresh_from_db()
    assert message.status == Status.SENT
    assert not AddressEvent.objects.exists()


def test_a_message_moves_forward_only() -> None:
    message = sent_message(Status.OPENED)
    bounce()
    message.refresh_from_db()
    assert message.status == Status.OPENED


def test_a_provider_that_still_tries_has_not_ended_the_message() -> None:
    message = sent_message()
    for _ in range(4):
        take_bounce(
            address=ADDRESS,
            code="4.2.1",
            words="busy",
            provider="postmark",
            provider_id="id-1",
            at=now(),
            is_final=False,
        )
    message.refresh_from_db()
    assert message.status == Status.SENT
    assert not Suppression.objects.exists()


def test_the_same_bounce_told_again_counts_once() -> None:
    for _ in range(4):
        bounce("4.2.2")
    assert not Suppression.objects.exists()
    bounce("4.2.2", provider_id="id-2")
    bounce("4.2.2", provider_id="id-3")
    assert Suppression.objects.get().reason == SuppressionReason.BAD_ADDRESS


def test_an_id_that_several_messages_share_bounces_the_address_alone() -> None:
    queue_messages(3)
    Message.objects.update(provider="postmark", provider_id="id-1", status=Status.SENT)
    bounce()
    bounced = Message.objects.filter(status=Status.BOUNCED).values_list("address", flat=True)
    assert list(bounced) == [ADDRESS]


def test_servers_words_are_kept_without_addresses() -> None:
    message = sent_message()
    bounce(words="550 5.1.1 <member0@example.com>: member0@example.com is unknown")
    message.refresh_from_db()
    assert message.reason == "550 5.1.1 …: … is unknown"
    assert "@" not in AddressEvent.objects.get().words


def test_a_complaint_stops_all_but_what_is_owed_and_asked_for() -> None:
    for _ in range(2):
        take_complaint(address=ADDRESS, provider="ses", provider_id="x", at=now())
    stopped = set(Suppression.objects.values_list("purpose", flat=True))
    assert stopped == PURPOSE_LISTS
    assert not stopped & {Purpose.ACCOUNT, Purpose.CURTAILMENT, Purpose.EMERGENCY}
    assert "" not in stopped
    take_complaint(address=ADDRESS, provider="ses", at=now() + timedelta(seconds=1))
    assert set(Suppression.objects.values_list("channel", flat=True)) == {Channel.EMAIL}
