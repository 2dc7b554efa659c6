"""From Process to the last message, and everything that may come between."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from console.roles import Role
from customers.models import Device
from delivery.batches import batch_counts
from delivery.choices import BatchState, Lane, Status
from delivery.models import Batch, Content, Message
from delivery.sweep import finish_batches
from mass_notifications import enqueueing, process
from mass_notifications.choices import State
from mass_notifications.drafts import notification_delete, notification_update
from mass_notifications.errors import Refused
from mass_notifications.models import MassNotification
from mass_notifications.running import finish_done, run_due
from tests.factories import make_customer, make_staff
from tests.mass_notifications.making import SAMPLES, csv_of, notification_of

pytestmark = pytest.mark.django_db


def _sent(content: Any, **changes: Any) -> MassNotification:
    notification = notification_of(content, **changes)
    process.process(notification=notification, by=None)
    enqueueing.enqueue_rest(notification.pk)
    notification.refresh_from_db()
    return notification


def test_process_makes_a_message_for_each_recipient_channel_and_address() -> None:
    member = make_customer(home_number="+14785550177", email_2="second@example.org")
    device = Device.objects.create(customer=member, kind="fcm", name="Phone", token="t1")
    notification = _sent(
        f"account\n{member.accounts.get().key}\n", channels=["email", "text", "voice", "push"]
    )
    assert notification.state == State.SENDING
    assert notification.batch is not None
    made = {(m.channel, m.address) for m in notification.batch.messages.all()}
    assert made == {
        ("email", member.email_1),
        ("email", "second@example.org"),
        ("text", str(member.mobile_number.as_e164)),
        ("voice", "+14785550177"),
        ("push", f"device:{device.pk}"),
    }
    message = notification.batch.messages.filter(channel="text").get()
    assert message.customer == member
    assert message.account == member.accounts.get()
    assert message.cause_id == 2
    assert message.purpose == "field_work"
    assert message.lane == Lane.BULK
    assert message.time_zone == member.time_zone
    assert message.context == {"name": member.name}


def test_the_values_come_from_the_file_and_then_from_the_record() -> None:
    member = make_customer(name="MUÑOZ MAE", first_name="Mae", last_name="Muñoz")
    account = member.accounts.get()
    account.service_address = "122 Lake Commons Dr"
    account.save()
    notification = _sent(
        f"MBR SEP,Pole #,email\n{account.key},12-B,\n999000111,7,x@example.com\n",
        body="{{ First Name }}, {{ pole }}, {{ account }}, {{ service address }}, {{ name }}",
        channels=["email"],
    )
    assert notification.batch is not None
    known, unknown = notification.batch.messages.order_by("cause_id")
    assert known.context == {
        "firstname": "Mae",
        "pole": "12-B",
        "account": account.number,
        "serviceaddress": "122 Lake Commons Dr",
        "name": "MUÑOZ MAE",
    }
    assert unknown.context["account"] == "999000111"
    assert unknown.context["serviceaddress"] == ""


def test_spanish_members_get_the_spanish_words() -> None:
    spanish = make_customer(language="es")
    english = make_customer()
    keys = [customer.accounts.get().key for customer in (spanish, english)]
    notification = _sent(
        "account\n" + "\n".join(keys) + "\n", channels=["email"], body_es="Hola {{ name }}"
    )
    assert notification.batch is not None
    by_member = {m.customer_id: m.content for m in notification.batch.messages.all()}
    assert by_member[spanish.pk].body == "Hola {{ name }}"
    assert by_member[spanish.pk].language == "es"
    assert by_member[english.pk].language == "en"


def test_rows_with_a_problem_hold_everything_up() -> None:
    notification = notification_of(SAMPLES / "after-excel.csv")
    assert process.blockers(notification) == [
        "8 rows have a problem. Correct the file, or choose to send the good rows."
    ]
    with pytest.raises(Refused, match="8 rows have a problem"):
        process.process(notification=notification, by=None)
    assert not Message.objects.exists()
    assert not Batch.objects.exists()


def test_the_good_rows_may_be_sent_alone() -> None:
    notification = _sent(SAMPLES / "after-excel.csv", good_rows_only=True)
    assert notification.batch is not None
    assert batch_counts(notification.batch) == {
        "email": {Status.QUEUED: 16},
        "text": {Status.QUEUED: 16},
    }
    assert not notification.batch.messages.filter(cause_id__in=[2, 9, 11, 13, 15]).exists()


def test_process_twice_sends_once() -> None:
    notification = _sent("email\na@example.com\n")
    with pytest.raises(Refused, match="cannot be done now"):
        process.process(notification=notification, by=None)
    enqueueing.enqueue_rest(notification.pk)
    assert Message.objects.count() == 1


def test_enqueueing_goes_on_where_a_process_died(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enqueueing, "ROWS_AT_ONCE", 7)
    monkeypatch.setattr(process, "FIRST_ROWS", 5)
    notification = notification_of(csv_of(33))
    process.process(notification=notification, by=None)
    notification.refresh_from_db()
    assert notification.batch is not None
    assert notification.enqueued_through == 6
    assert not notification.batch.complete
    assert notification.batch.messages.count() == 10, "the first step went with Process"
    enqueueing.enqueue_step(notification.pk, rows=7)
    # A step whose end was not recorded is done again, and makes nothing twice.
    MassNotification.objects.filter(pk=notification.pk).update(enqueued_through=6)
    enqueueing.enqueue_rest(notification.pk)
    notification.batch.refresh_from_db()
    assert notification.batch.complete
    assert notification.batch.messages.count() == 66


def test_an_emergency_is_for_those_who_may_and_takes_the_urgent_lane() -> None:
    content = "email\na@example.com\n"
    notification = notification_of(content, purpose="emergency")
    assert process.blockers(notification) == [
        "Say why this is an emergency. The reason is kept with it."
    ]
    notification_update(
        notification=notification, changes={"emergency_reason": "Dam at Lake Commons"}
    )
    with pytest.raises(Refused, match="does not include sending emergencies"):
        process.process(notification=notification, by=make_staff(Role.COMMUNICATOR))
    administrator = make_staff(Role.ADMINISTRATOR)
    process.process(notification=notification, by=administrator)
    assert Message.objects.get().lane == Lane.URGENT


def test_a_large_one_needs_a_second_person(settings: Any) -> None:
    settings.APPROVAL_ABOVE = 2
    author, approver = make_staff(Role.ADMINISTRATOR), make_staff(Role.APPROVER)
    notification = notification_of(csv_of(3))
    assert process.process(notification=notification, by=author) == State.WAITING_APPROVAL
    asked = Message.objects.get()
    assert asked.address == approver.email, "not whoever asks, who might approve others'"
    assert "wants to send “" in asked.context["figures"]
    assert "to 3 members" in asked.context["figures"]
    with pytest.raises(Refused, match="Somebody else has to approve"):
        process.approve(notification=notification, by=author)
    assert process.approve(notification=notification, by=approver) == State.SENDING
    assert notification.batch is not None
    assert notification.batch.messages.exists()
    assert notification.approved_by == approver


def test_what_is_not_approved_may_be_changed_again(settings: Any) -> None:
    settings.APPROVAL_ABOVE = 1
    notification = notification_of(csv_of(3))
    author = make_staff(Role.COMMUNICATOR)
    process.process(notification=notification, by=author)
    process.send_back(notification=notification, by=make_staff(Role.APPROVER))
    assert notification.state == State.CHECKED
    assert Message.objects.get().address == author.email, "nobody could have approved it yet"
    assert notification.processed_by is None


def test_scheduled_ones_start_when_their_hour_comes() -> None:
    notification = notification_of("email\na@example.com\n")
    at = timezone.now() + timedelta(hours=2)
    assert process.process(notification=notification, by=None, at=at) == State.SCHEDULED
    process.start_scheduled(notification.pk)
    assert not Message.objects.exists()
    MassNotification.objects.filter(pk=notification.pk).update(
        scheduled_at=timezone.now() - timedelta(seconds=1)
    )
    process.start_scheduled(notification.pk)
    notification.refresh_from_db()
    assert notification.state == State.SENDING
    assert Message.objects.count() == 1
    process.start_scheduled(notification.pk)
    assert Batch.objects.count() == 1


def test_a_scheduled_one_uses_the_details_of_its_hour() -> None:
    member = make_customer(email_1="old@example.com")
    notification = notification_of(f"account\n{member.accounts.get().key}\n", channels=["email"])
    process.process(notification=notification, by=None, at=timezone.now() + timedelta(days=2))
    member.email_1 = "new@example.com"
    member.save()
    long_ago = timezone.now() - timedelta(days=2)
    MassNotification.objects.filter(pk=notification.pk).update(
        scheduled_at=timezone.now() - timedelta(seconds=1), checked_at=long_ago
    )
    process.start_scheduled(notification.pk)
    assert Message.objects.get().address == "new@example.com"


def test_a_scheduled_one_that_is_not_ready_any_more_waits_for_a_person() -> None:
    member = make_customer()
    notification = notification_of(f"account\n{member.accounts.get().key}\n")
    process.process(notification=notification, by=None, at=timezone.now() + timedelta(days=2))
    member.delete()
    long_ago = timezone.now() - timedelta(days=2)
    MassNotification.objects.filter(pk=notification.pk).update(
        scheduled_at=timezone.now() - timedelta(seconds=1), checked_at=long_ago
    )
    process.start_scheduled(notification.pk)
    notification.refresh_from_db()
    assert notification.state == State.CHECKED
    assert "1 row has a problem" in process.blockers(notification)[0]
    assert not Message.objects.exists()


def test_a_schedule_may_be_taken_back() -> None:
    notification = notification_of("email\na@example.com\n")
    process.process(notification=notification, by=None, at=timezone.now() + timedelta(days=1))
    process.unschedule(notification=notification)
    assert notification.state == State.CHECKED
    assert notification.scheduled_at is None


def test_pause_and_resume() -> None:
    notification = _sent(csv_of(3))
    process.pause(notification=notification)
    assert notification.state == State.PAUSED
    assert Batch.objects.get().state == BatchState.PAUSED
    process.resume(notification=notification)
    assert notification.state == State.SENDING
    assert Batch.objects.get().state == BatchState.OPEN


def test_cancel_stops_messages_and_enqueueing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "FIRST_ROWS", 2)
    notification = notification_of(csv_of(9))
    process.process(notification=notification, by=None)
    notification.refresh_from_db()
    assert process.cancel(notification=notification) == 4
    assert notification.state == State.CANCELLED
    enqueueing.enqueue_rest(notification.pk)
    assert set(Message.objects.values_list("status", flat=True)) == {Status.CANCELLED}
    assert Message.objects.count() == 4


@pytest.mark.parametrize(
    ("batch_state", "follows"),
    [(BatchState.PAUSED, State.PAUSED), (BatchState.CANCELLED, State.CANCELLED)],
)
def test_a_pause_or_cancellation_that_died_half_way_is_carried_through(
    batch_state: str, follows: str
) -> None:
    """The batch is stopped first; the process may end before the notification says so."""
    notification = _sent(csv_of(3), channels=["email"])
    assert notification.batch is not None
    Batch.objects.filter(pk=notification.batch.pk).update(state=batch_state)
    run_due()
    notification.refresh_from_db()
    assert notification.state == follows
    if follows == State.PAUSED:
        process.resume(notification=notification)
        assert notification.state == State.SENDING


def test_the_failed_may_be_tried_again() -> None:
    notification = _sent(csv_of(3), channels=["email"])
    assert notification.batch is not None
    notification.batch.messages.update(status=Status.FAILED)
    finish_batches()
    assert finish_done() == 1
    notification.refresh_from_db()
    assert notification.state == State.FINISHED
    assert process.retry_failed(notification=notification) == 3
    assert notification.state == State.SENDING
    assert notification.finished_at is None


def test_who_processed_it_gets_one_mail_when_it_is_done() -> None:
    author = make_staff(Role.COMMUNICATOR, email="dana@example.com")
    notification = notification_of(csv_of(2), channels=["email"])
    process.process(notification=notification, by=author)
    enqueueing.enqueue_rest(notification.pk)
    Message.objects.update(status=Status.SENT)
    finish_batches()
    run_due()
    run_due()
    mail = Message.objects.get(address="dana@example.com")
    assert mail.context["name"] == "Line work"
    assert mail.context["figures"] == "2 messages went out, 0 failed."
    assert f"/mass-notifications/{notification.pk}/" in mail.context["link"]


def test_a_test_goes_to_me_and_shows_a_real_recipients_values() -> None:
    notification = notification_of(
        csv_of(2), channels=["email", "text"], body="Pole {{ pole }} for {{ name }}"
    )
    messages = process.send_test(
        notification=notification,
        by=None,
        addresses={"email": "dana@example.com", "text": "478-555-0199"},
    )
    assert {(m.channel, m.address) for m in messages} == {
        ("email", "dana@example.com"),
        ("text", "+14785550199"),
    }
    assert messages[0].context == {"pole": "0", "name": "RENTZ SAM"}
    assert messages[0].purpose == "verification"
    assert messages[0].content.subject == "[Test] Line work today"
    assert notification.batch is None


def test_a_test_to_no_address_is_refused() -> None:
    notification = notification_of("email\na@example.com\n")
    with pytest.raises(Refused, match="@ is missing"):
        process.send_test(notification=notification, by=None, addresses={"email": "dana"})


def test_the_words_cannot_be_changed_on_the_way() -> None:
    notification = _sent("email\na@example.com\n")
    with pytest.raises(Refused, match="on its way"):
        notification_update(notification=notification, changes={"body": "Something else"})
    with pytest.raises(Refused, match="stays on record"):
        notification_delete(notification=notification)
    assert Content.objects.latest("pk").body != "Something else"


def test_a_draft_may_be_deleted_with_its_file() -> None:
    notification = notification_of("email\na@example.com\n")
    notification_delete(notification=notification)
    assert not MassNotification.objects.exists()
