"""STOP takes effect at once with 50,000 messages queued, by real workers.

How many milliseconds that takes is for `bench.stop`; here, that nothing is claimed for the number
once it is answered.
"""

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from common.choices import Channel
from delivery.batches import batch_cancel, batch_open
from delivery.choices import Status
from delivery.models import Message, Sender
from delivery.outbox import NewMessage, enqueue_many
from tests.delivery.making import address_of, make_content
from tests.delivery.replies.texting import NUMBER, US, new_sid
from tests.delivery.webhooks.calling import PUBLIC_URL, TOKEN, post
from tests.processes import Workers
from tests.wire import wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
QUEUED = 50_000


def test_a_stop_counts_at_once_with_50000_messages_queued(
    workers: Workers, client: Client, settings: Settings
) -> None:
    settings.TWILIO_AUTH_TOKEN, settings.PUBLIC_URL = TOKEN, PUBLIC_URL
    workers.start("bulk", "work", env={"QUIET_HOURS_EXEMPT_PURPOSES": "field_work"})
    # A process that serves has its addresses and views loaded.
    form = {"MessageSid": new_sid(), "From": "+14785550112", "To": US, "Body": "HELP"}
    post(client, "/hooks/twilio/inbound/", form)
    batch, content = batch_open(name="Storm"), make_content()
    # Nothing paces it: the hardest case.
    sender = Sender.objects.create(name="Fast", channel=Channel.TEXT)
    enqueue_many(
        NewMessage(
            cause=f"storm:{n}",
            batch=batch,
            content=content,
            sender=sender,
            address=NUMBER if n % 5 == 0 else address_of(n, Channel.TEXT),
            context={"name": "Ruth", "pole": str(n)},
        )
        for n in range(QUEUED)
    )
    ours = Message.objects.filter(address=NUMBER)
    wait_for(lambda: ours.filter(handed_at__isnull=False).exists(), seconds=60, what="the start")
    form = {"MessageSid": new_sid(), "From": NUMBER, "To": US, "Body": "Please stop!!"}
    answer = post(client, "/hooks/twilio/inbound/", form)
    answered = timezone.now()
    assert b"no more texts" in answer.content
    wait_for(
        lambda: not ours.filter(status__in=[Status.QUEUED, Status.SENDING]).exists(),
        seconds=60,
        what="nothing waiting for the number",
    )
    batch_cancel(batch)
    left_out = ours.filter(status=Status.SUPPRESSED)
    assert left_out.count() > QUEUED / 5 / 2  # the stop came in the middle, not at the end
    assert set(left_out.values_list("reason", flat=True)) == {"opted_out"}
    # What was claimed before is on its way: two drains with two windows each.
    on_the_way = 2 * 2 * django_settings.DELIVERY_WINDOW
    assert ours.filter(handed_at__gt=answered).count() <= on_the_way
    assert Message.objects.exclude(address=NUMBER).filter(status=Status.SUPPRESSED).count() == 0
