"""Each provider's events, one by one: what they come to, and what is kept of them."""

import json

import pytest
from django.test import Client

from common.choices import Channel, Purpose
from customers.choices import SuppressionReason
from customers.models import Suppression
from delivery.models import WebhookEvent
from delivery.webhooks.applying import apply_due
from tests.delivery.webhooks.calling import TAKEN
from tests.delivery.webhooks.conftest import sent
from tests.delivery.webhooks.services import CORPUS, EMAIL_SERVICES, SERVICES, Case, hook_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("amazon")]


def suppressed(reason: SuppressionReason) -> set[tuple[str, str]]:
    return set(Suppression.objects.filter(reason=reason).values_list("channel", "purpose"))


@pytest.mark.parametrize("case", CORPUS, ids=str)
def test_an_event_is_kept_and_does_what_it_says(client: Client, case: Case) -> None:
    message = sent(case.service)
    assert hook_of(case.service, case.event, key=message.key).post(client).status_code in TAKEN
    apply_due()
    message.refresh_from_db()
    assert (message.status, message.code) == (case.status, case.code)
    channel = str(message.channel)
    assert suppressed(SuppressionReason.BAD_ADDRESS) == ({(channel, "")} if case.bad else set())
    refused = suppressed(SuppressionReason.OPTED_OUT)
    if case.opted_out:
        assert refused == {(Channel.TEXT, ""), (Channel.VOICE, "")}
    else:
        marketing = (Channel.EMAIL, Purpose.MARKETING)
        assert (marketing in refused) is (case.complaint or case.unsubscribed)
        assert (Channel.EMAIL, Purpose.ACCOUNT) not in refused
    event = WebhookEvent.objects.get()
    assert event.applied_at
    assert event.try_at is None


@pytest.mark.parametrize("case", CORPUS, ids=str)
def test_of_an_event_only_what_is_needed_is_kept(client: Client, case: Case) -> None:
    hook_of(case.service, {**case.event, "Body": "my words"}).post(client)
    kept = json.dumps(WebhookEvent.objects.get().payload)
    for word in ("192.0.2.7", "Mozilla", "secret", "Macon", "Work on your line", "my words"):
        assert word not in kept


@pytest.mark.parametrize("service", EMAIL_SERVICES)
def test_mail_is_found_by_our_key_before_its_id_is_known(client: Client, service: str) -> None:
    message = sent(service, with_id=False)
    case = next(case for case in CORPUS if case.service == service and case.status == "delivered")
    hook_of(service, case.event, key=message.key).post(client)
    apply_due()
    message.refresh_from_db()
    assert message.status == "delivered"


def test_messages_of_one_request_are_told_apart_by_their_address(client: Client) -> None:
    """Mailgun gives all recipients of a request one id."""
    ours, other = sent("mailgun"), sent("mailgun")
    for message in (ours, other):
        message.provider_id = "<20260101.1@mail.example.com>"
        message.save()
    other.address = "another@example.com"
    other.save()
    case = next(case for case in CORPUS if case.service == "mailgun")
    hook_of("mailgun", case.event).post(client)
    apply_due()
    ours.refresh_from_db()
    other.refresh_from_db()
    assert (ours.status, other.status) == ("delivered", "sent")


@pytest.mark.parametrize("service", SERVICES)
def test_a_webhook_of_no_message_of_ours_is_answered_alike(client: Client, service: str) -> None:
    case = next(case for case in CORPUS if case.service == service and case.status == "delivered")
    unknown = hook_of(service, case.event).post(client)
    sent(service)
    known = hook_of(service, {**case.event, "MessageID": "another"}).post(client)
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert known.status_code in TAKEN
    looks = {"X-Request-ID"}
    assert {k: v for k, v in known.headers.items() if k not in looks} == {
        k: v for k, v in unknown.headers.items() if k not in looks
    }
