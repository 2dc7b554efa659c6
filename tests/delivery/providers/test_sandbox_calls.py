"""The sandbox's calls: each is one of its own, and ends as its number says."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from common.choices import Channel, Purpose
from console.roles import Role
from customers.models import Suppression
from delivery.calls.models import CallAttempt
from delivery.choices import Status
from delivery.models import Message, SandboxMessage, Sender
from delivery.providers.sandbox.provider import SandboxVoice
from delivery.providers.sandbox.reports import give_due_reports
from tests.delivery.making import drain_once, queue_messages
from tests.factories import make_staff

pytestmark = pytest.mark.django_db(transaction=True)
BUSY, NO_ANSWER, MACHINE, NEVER = (f"+161455501{n}" for n in (95, 94, 93, 92))


@pytest.fixture(autouse=True)
def _any_hour(settings: Any) -> None:
    settings.QUIET_HOURS_EXEMPT_PURPOSES = list(Purpose.values)
    settings.CALLS_WITHOUT_CONSENT = 100


def ring() -> None:
    """What waits rings now, and the sandbox reports on it."""
    Message.objects.filter(status="queued").update(due_at=timezone.now())
    provider = SandboxVoice()
    drain_once(provider, channel=Channel.VOICE)
    asyncio.run(provider.close())
    SandboxMessage.objects.filter(report_at__isnull=False).update(
        report_at=timezone.now() - timedelta(seconds=1)
    )
    give_due_reports()


def call(number: str) -> Message:
    queue_messages(1, channel=Channel.VOICE)
    Sender.objects.update(rate=0)
    Message.objects.update(address=number)
    ring()
    return Message.objects.get()


@pytest.mark.parametrize(("number", "ending"), [(BUSY, "busy"), (NO_ANSWER, "no_answer")])
def test_a_number_that_answers_when_it_rings_again(number: str, ending: str) -> None:
    message = call(number)
    assert (message.status, message.code) == (Status.QUEUED, ending)
    ring()
    message.refresh_from_db()
    assert (message.status, message.attempts) == (Status.DELIVERED, 2)
    calls = SandboxMessage.objects.order_by("pk")
    assert len({one.key for one in calls}) == len(calls) == 2
    assert [one.headers for one in calls] == [
        f"Call: 1\nEnded: {ending}",
        "Call: 2\nEnded: answered",
    ]
    ids = set(CallAttempt.objects.values_list("provider_id", flat=True))
    assert ids == {one.provider_id for one in calls}


def test_a_machine_keeps_its_own_message_and_no_keys() -> None:
    message = call(MACHINE)
    assert (message.status, message.code) == (Status.DELIVERED, "machine")
    text = SandboxMessage.objects.get().text
    assert "press" not in text
    assert "To stop automated calls and texts, call" in text


def test_a_number_that_nobody_answers_fails_after_its_calls() -> None:
    message = call(NEVER)
    for _ in range(5):
        ring()
    message.refresh_from_db()
    assert (message.status, message.reason) == (Status.FAILED, "Nobody answered.")
    assert SandboxMessage.objects.count() == 4


def test_keys_can_be_pressed_on_the_page_of_a_call(client: Client) -> None:
    message = call(BUSY)
    client.force_login(make_staff(Role.ADMINISTRATOR))
    found = SandboxMessage.objects.get()
    page = client.get(f"/sandbox/{found.pk}/").content.decode()
    assert "The line was busy" in page
    again = client.post(f"/sandbox/{found.pk}/press/", {"digits": "1"}, follow=True)
    assert "says its message again" in again.content.decode()
    assert not Suppression.objects.exists()
    stopped = client.post(f"/sandbox/{found.pk}/press/", {"digits": "9"}, follow=True)
    assert "no more automated calls or texts" in stopped.content.decode()
    assert set(Suppression.objects.values_list("address", flat=True)) == {BUSY}
    # It was about to ring again.
    ring()
    message.refresh_from_db()
    assert (message.status, message.reason) == (Status.SUPPRESSED, "opted_out")
    client.post(f"/sandbox/{found.pk}/press/", {"digits": "x"})
    client.post("/sandbox/999999/press/", {"digits": "9"})
