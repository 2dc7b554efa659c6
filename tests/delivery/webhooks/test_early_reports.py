"""Reports that come before the provider's id is recorded are kept and applied."""

from datetime import timedelta

import pytest
from django.utils import timezone

from common.choices import Channel
from customers.models import Suppression
from delivery.choices import Status
from delivery.models import Message, WebhookReport
from delivery.webhooks import reports
from tests.delivery.making import queue_messages

pytestmark = pytest.mark.django_db(transaction=True)
SID = "SM" + "0e" * 16


def record_hand_over() -> Message:
    queue_messages(1, channel=Channel.TEXT)
    Message.objects.update(status=Status.SENT, provider="twilio_text", provider_id=SID)
    return Message.objects.get()


def report(status: Status, *, bad_address: bool = False) -> None:
    reports.take(
        provider="twilio_text", provider_id=SID, status=status, reason="r", bad_address=bad_address
    )


def test_an_early_report_is_kept_and_applied_by_the_sweep() -> None:
    report(Status.DELIVERED)
    assert WebhookReport.objects.count() == 1
    assert reports.apply_kept() == 0
    message = record_hand_over()
    assert reports.apply_kept() == 1
    message.refresh_from_db()
    assert message.status == Status.DELIVERED
    assert not WebhookReport.objects.exists()


def test_early_reports_are_given_to_whoever_records_the_id_oldest_first() -> None:
    report(Status.SENT)
    report(Status.DELIVERED)
    taken = reports.take_early("twilio_text", [SID, "other"])
    assert [one.status for one in taken] == [Status.SENT, Status.DELIVERED]
    assert reports.take_early("twilio_text", [SID]) == []
    assert reports.take_early("twilio_text", []) == []


def test_another_providers_id_is_not_ours() -> None:
    report(Status.SENT)
    assert reports.take_early("twilio_voice", [SID]) == []


def test_an_early_report_of_a_bad_number_is_not_lost() -> None:
    report(Status.BOUNCED, bad_address=True)
    message = record_hand_over()
    reports.apply_kept()
    assert Suppression.objects.get().address == message.address


def test_reports_of_messages_that_are_not_ours_are_forgotten_in_time() -> None:
    report(Status.DELIVERED)
    WebhookReport.objects.update(at=timezone.now() - timedelta(days=8))
    reports.apply_kept()
    assert not WebhookReport.objects.exists()
