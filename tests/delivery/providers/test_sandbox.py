"""The sandbox as a provider: takes, fails, waits and reports as it is told to."""

import asyncio
from collections.abc import Iterator

import pytest
from django.utils import timezone

from common.choices import Channel
from customers.choices import SuppressionReason
from customers.models import Suppression
from delivery.choices import Status
from delivery.models import Message, SandboxBehaviour, SandboxMessage
from delivery.providers.base import Doubt
from delivery.providers.sandbox.models import Callback, FailKind
from delivery.providers.sandbox.provider import (
    Sandbox,
    SandboxEmail,
    SandboxPush,
    SandboxText,
    SandboxVoice,
)
from delivery.providers.sandbox.reports import give_due_reports
from tests.delivery.making import queue_messages
from tests.delivery.providers.outgoing import hand_over, make_outgoing

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def email() -> Iterator[SandboxEmail]:
    made = SandboxEmail()
    yield made
    asyncio.run(made.close())


def told(channel: Channel = Channel.EMAIL, **values: object) -> None:
    SandboxBehaviour.objects.update_or_create(channel=channel, defaults=values)


@pytest.mark.parametrize("made", [SandboxEmail, SandboxText, SandboxVoice, SandboxPush])
def test_it_takes_each_channel_and_keeps_what_was_said(made: type[Sandbox]) -> None:
    provider = made()
    address = {"email": "mae@example.com", "push": "device:1"}.get(made.channel, "+14785550111")
    (outcome,) = hand_over(provider, [make_outgoing(address, id=5)])
    asyncio.run(provider.close())
    assert outcome.status == Status.SENT
    row = SandboxMessage.objects.get()
    assert (row.channel, row.address, row.message_id) == (made.channel, address, 5)
    assert row.provider_id == outcome.provider_id
    assert "Hello Mae, we work on Elm Rd tomorrow." in row.text


def test_an_email_has_its_parts_and_headers(email: SandboxEmail) -> None:
    message = make_outgoing("mae@example.com")
    hand_over(email, [message])
    row = SandboxMessage.objects.get()
    assert row.subject == "Pole work on Elm Rd"
    assert "<html" in row.html
    assert "To: mae@example.com" in row.headers
    assert str(message.key) in row.headers


def test_the_same_key_is_received_once(email: SandboxEmail) -> None:
    message = make_outgoing("mae@example.com")
    first, second = hand_over(email, [message]), hand_over(email, [message])
    assert first == second
    assert SandboxMessage.objects.count() == 1


def test_it_knows_exactly_what_it_has(email: SandboxEmail) -> None:
    known, unknown = make_outgoing("a@example.com", id=1), make_outgoing("b@example.com", id=2)
    hand_over(email, [known])
    answers = email.ask([Doubt(m.id, str(m.key), m.address, 0.0) for m in (known, unknown)])
    assert answers[1].status == Status.SENT
    assert answers[1].provider_id
    assert answers[2].status == Status.QUEUED


@pytest.mark.parametrize(
    ("kind", "status", "bad_address"),
    [
        (FailKind.PERMANENT, Status.FAILED, False),
        (FailKind.TEMPORARY, Status.QUEUED, False),
        (FailKind.BAD_ADDRESS, Status.FAILED, True),
    ],
)
def test_it_refuses_as_it_is_told(
    email: SandboxEmail, kind: FailKind, status: Status, bad_address: bool
) -> None:
    told(fail_percent=100, fail_kind=kind)
    (outcome,) = hand_over(email, [make_outgoing("mae@example.com")])
    assert (outcome.status, outcome.bad_address) == (status, bad_address)
    assert not SandboxMessage.objects.exists()


def test_it_refuses_about_as_many_as_it_is_told(email: SandboxEmail) -> None:
    told(fail_percent=30)
    window = [make_outgoing(f"m{n}@example.com", id=n) for n in range(500)]
    refused = sum(outcome.status == Status.FAILED for outcome in hand_over(email, window))
    assert 90 < refused < 210
    assert SandboxMessage.objects.count() == 500 - refused


def test_other_channels_are_not_touched_by_it(email: SandboxEmail) -> None:
    told(Channel.TEXT, down=True)
    (outcome,) = hand_over(email, [make_outgoing("mae@example.com")])
    assert outcome.status == Status.SENT


def test_it_is_down_where_it_is_told_to_be(email: SandboxEmail) -> None:
    told(down=True)
    (outcome,) = hand_over(email, [make_outgoing("mae@example.com")])
    assert (outcome.status, outcome.down) == (Status.QUEUED, True)


def test_some_recipients_are_special(email: SandboxEmail) -> None:
    window = [
        make_outgoing("refuse.me@example.com", id=1),
        make_outgoing("later@example.com", id=2),
        make_outgoing("bounce+x@example.com", id=3),
        make_outgoing("mae@example.com", id=4),
    ]
    outcomes = hand_over(email, window)
    assert [outcome.status for outcome in outcomes] == [
        Status.FAILED,
        Status.QUEUED,
        Status.SENT,
        Status.SENT,
    ]
    assert outcomes[0].bad_address
    assert SandboxMessage.objects.get(message_id=3).report_status == Status.BOUNCED


def test_a_text_too_long_fails_alone() -> None:
    provider = SandboxText()
    window = [
        make_outgoing("+14785550111", id=1, context={"name": "x" * 2000, "road": ""}),
        make_outgoing("+14785550112", id=2),
    ]
    outcomes = hand_over(provider, window)
    asyncio.run(provider.close())
    assert [outcome.status for outcome in outcomes] == [Status.FAILED, Status.SENT]


# ── reports ─────────────────────────────────────────────────────────────────────────────────────
def sent_message(address: str = "member0@example.com") -> Message:
    """A message that the sandbox took, as the drain would have recorded it."""
    queue_messages(1)
    Message.objects.update(address=address)
    message = Message.objects.get()
    provider = SandboxEmail()
    outgoing = make_outgoing(address, id=message.pk)
    (outcome,) = hand_over(provider, [outgoing])
    asyncio.run(provider.close())
    Message.objects.update(
        status=Status.SENT, provider=provider.name, provider_id=outcome.provider_id
    )
    return message


def test_nothing_is_reported_unless_it_is_told() -> None:
    sent_message()
    assert SandboxMessage.objects.get().report_at is None
    assert give_due_reports() == 0


def test_it_reports_delivery_after_a_while() -> None:
    told(callback=Callback.DELIVERED, callback_seconds=0)
    message = sent_message()
    assert give_due_reports() == 1
    message.refresh_from_db()
    assert message.status == Status.DELIVERED
    assert give_due_reports() == 0


def test_it_waits_before_it_reports() -> None:
    told(callback=Callback.DELIVERED, callback_seconds=3600)
    sent_message()
    assert give_due_reports() == 0


def test_a_bounce_teaches_us_that_the_address_is_bad() -> None:
    told(callback_seconds=0)
    message = sent_message("bounce@example.com")
    give_due_reports()
    message.refresh_from_db()
    assert message.status == Status.BOUNCED
    assert Suppression.objects.get().reason == SuppressionReason.BAD_ADDRESS


def test_a_report_waits_for_its_hand_over_to_be_recorded() -> None:
    told(callback=Callback.DELIVERED, callback_seconds=0)
    message = sent_message()
    recorded = Message.objects.get().provider_id
    Message.objects.update(provider_id="", provider="", status=Status.SENDING)
    give_due_reports()
    assert SandboxMessage.objects.get().report_at is not None
    Message.objects.update(provider_id=recorded, provider="sandbox_email", status=Status.SENT)
    SandboxMessage.objects.update(report_at=timezone.now())
    give_due_reports()
    message.refresh_from_db()
    assert message.status == Status.DELIVERED


def test_mixed_reports_open_some_and_bounce_some() -> None:
    told(callback=Callback.MIXED, callback_seconds=0)
    provider = SandboxEmail()
    queue_messages(200)
    for message in Message.objects.all():
        hand_over(provider, [make_outgoing(message.address, id=message.pk)])
    asyncio.run(provider.close())
    for row in SandboxMessage.objects.all():
        Message.objects.filter(pk=row.message_id).update(
            status=Status.SENT, provider="sandbox_email", provider_id=row.provider_id
        )
    for _ in range(4):
        give_due_reports()
    statuses = list(Message.objects.values_list("status", flat=True))
    assert set(statuses) == {Status.DELIVERED, Status.OPENED, Status.BOUNCED}
    assert 40 < statuses.count(Status.OPENED) < 120
