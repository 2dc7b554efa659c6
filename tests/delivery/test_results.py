"""Recording what a window's hand-over brought, when it comes late or twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from common.choices import Channel
from delivery.choices import Lane, Status
from delivery.claims import Claimed, Cursor, claim
from delivery.database import connect
from delivery.models import Batch, Message
from delivery.providers.base import Outcome
from delivery.results import record
from delivery.selectors import default_sender
from tests.delivery.making import make_content, queue_messages, statuses

pytestmark = pytest.mark.django_db(transaction=True)


def claim_one(batch: Batch) -> list[Claimed]:
    db = connect()
    try:
        with db.transaction():
            claimed, _ = claim(
                db,
                sender_id=default_sender(Channel.EMAIL).pk,
                channel=Channel.EMAIL,
                lane=Lane.BULK,
                batch_id=batch.pk,
                cursor=Cursor(),
                limit=10,
                provider="script",
            )
        return claimed
    finally:
        db.close()


def record_again(claimed: list[Claimed], outcome: Outcome) -> None:
    db = connect()
    try:
        record(db, "script", claimed, [outcome] * len(claimed))
    finally:
        db.close()


def test_a_result_told_twice_does_not_take_a_later_claim_for_its_own() -> None:
    """The commit was lost, the row was queued again at no cost and claimed by another drain."""
    batch = queue_messages(1)
    down = Outcome(Status.QUEUED, down=True)
    first = claim_one(batch)
    record_again(first, down)
    Message.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    claim_one(batch)
    record_again(first, down)
    assert statuses(batch) == {"sending": 1}


def test_a_late_result_counts_while_nobody_else_has_the_message() -> None:
    batch = queue_messages(1, content=make_content(resend_in_doubt=True))
    claimed = claim_one(batch)
    Message.objects.update(lease_until=timezone.now() - timedelta(seconds=1), status="queued")
    record_again(claimed, Outcome(Status.SENT, provider_id="x"))
    assert statuses(batch) == {"sent": 1}
