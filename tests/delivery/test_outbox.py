from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from common.choices import Channel, Purpose
from delivery.batches import batch_counts, batch_open, standing_batch
from delivery.choices import Lane
from delivery.models import Message
from delivery.outbox import COLUMNS, NewMessage, enqueue, enqueue_many, enqueue_select, key_of
from delivery.selectors import default_sender
from tests.delivery.making import make_content, queue_messages

pytestmark = pytest.mark.django_db


def test_the_same_cause_makes_one_message() -> None:
    batch, content = batch_open(name="Payments"), make_content()
    first = enqueue(
        batch=batch, content=content, cause="payment:7", channel="email", address="a@example.com"
    )
    again = enqueue(
        batch=batch, content=content, cause="payment:7", channel="email", address="a@example.com"
    )
    assert first.pk == again.pk
    assert Message.objects.count() == 1


def test_many_are_copied_once_however_often_they_are_told() -> None:
    batch = queue_messages(250)
    assert Message.objects.filter(batch=batch).count() == 250
    queue_messages(300, batch=batch)
    assert Message.objects.filter(batch=batch).count() == 300


def test_a_cause_told_twice_in_one_copy_makes_one_message() -> None:
    batch, content, sender = batch_open(name="x"), make_content(), default_sender(Channel.EMAIL)
    row = NewMessage(
        cause="twice", batch=batch, content=content, sender=sender, address="a@example.com"
    )
    assert enqueue_many([row] * 120) == 1


def test_awkward_values_survive_the_copy() -> None:
    batch, content, sender = batch_open(name="x"), make_content(), default_sender(Channel.EMAIL)
    awkward = 'tab\there "quoted" \\N \\back\nline, ñ 🌩 \u202eright\x00'
    enqueue_many(
        NewMessage(
            cause=f"awkward:{n}",
            batch=batch,
            content=content,
            sender=sender,
            address="a@example.com",
            context={"value": awkward},
        )
        for n in range(60)
    )
    assert {m.context["value"] for m in Message.objects.all()} == {awkward.replace("\x00", "")}


def test_a_select_into_the_outbox_makes_the_same_keys_as_python() -> None:
    batch, content, sender = batch_open(name="x"), make_content(), default_sender(Channel.EMAIL)
    query = """
        SELECT md5('mass:' || n)::uuid, %(batch)s, %(content)s, %(sender)s, NULL::bigint,
               NULL::bigint, n, 'email', 'bulk', 'outage', 'm' || n || '@example.com',
               jsonb_build_object('n', n::text), 'America/New_York', now(), now()
        FROM generate_series(1, 5) AS n
    """
    params = {"batch": batch.pk, "content": content.pk, "sender": sender.pk}
    assert len(COLUMNS) == 15
    assert enqueue_select(query, params, senders=[sender], lane=Lane.BULK) == 5
    assert enqueue_select(query, params, senders=[sender], lane=Lane.BULK) == 0
    assert Message.objects.get(cause_id=3).key == key_of("mass:3")
    assert isinstance(key_of("x"), UUID)


def test_nothing_is_queued_where_the_caller_rolls_back() -> None:
    def fails() -> None:
        with transaction.atomic():
            queue_messages(3)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert not Message.objects.exists()


def test_counts_follow_the_rows_whatever_changes_them() -> None:
    batch = queue_messages(10)
    queue_messages(4, batch=batch, channel=Channel.TEXT, cause="text")
    Message.objects.filter(batch=batch, channel="email").update(status="sent")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE delivery_message SET status = 'delivered' "
            "WHERE cause_id < 3 AND channel = 'email'"
        )
        cursor.execute("DELETE FROM delivery_message WHERE channel = 'text' AND cause_id = 0")
    assert batch_counts(batch) == {"email": {"sent": 7, "delivered": 3}, "text": {"queued": 3}}


def test_wording_that_was_stored_cannot_be_changed() -> None:
    content = make_content(purpose=Purpose.OUTAGE)
    content.body = "Another"
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        content.save()


def test_a_standing_batch_is_made_once() -> None:
    assert standing_batch("Single messages") == standing_batch("Single messages")
