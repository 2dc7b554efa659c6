"""The drain against a real database; the provider is one that answers as the test says."""

import contextlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.utils import timezone

from common.choices import Channel, Purpose
from customers.choices import ConsentSource
from customers.consent import opt_out, set_do_not_call
from delivery import drain, wordings
from delivery.batches import batch_cancel, batch_counts, batch_open, batch_pause, batch_resume
from delivery.choices import Lane, Status
from delivery.drain import Drain, Ended
from delivery.models import Batch, Circuit, Message, Sender, TextedNumber
from delivery.providers.base import Outcome
from delivery.results import MOST_ATTEMPTS
from delivery.selectors import default_sender
from tests.delivery.making import Script, drain_once, make_content, queue_messages, statuses

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _any_hour(settings: object) -> None:
    settings.QUIET_HOURS_EXEMPT_PURPOSES = [Purpose.FIELD_WORK]  # type: ignore[attr-defined]


def test_every_message_is_handed_over_once_and_recorded() -> None:
    batch = queue_messages(1234)
    provider = Script()
    assert drain_once(provider) is Ended.EMPTY
    assert statuses(batch) == {"sent": 1234}
    assert len({message.id for message in provider.handed}) == len(provider.handed) == 1234
    assert batch_counts(batch) == {"email": {"sent": 1234}}
    assert Batch.objects.get(pk=batch.pk).first_sent_at is not None


def test_what_is_due_later_waits() -> None:
    batch = queue_messages(3)
    Message.objects.filter(cause_id=1).update(due_at=timezone.now() + timedelta(hours=1))
    drain_once(Script())
    assert statuses(batch) == {"sent": 2, "queued": 1}


def test_a_paused_batch_waits_and_others_go_on() -> None:
    paused, other = queue_messages(5), queue_messages(5)
    batch_pause(paused)
    drain_once(Script())
    assert (statuses(paused), statuses(other)) == ({"queued": 5}, {"sent": 5})
    batch_resume(paused)
    drain_once(Script())
    assert statuses(paused) == {"sent": 5}


def test_cancelling_stops_what_is_unsent_at_once() -> None:
    batch = queue_messages(1000)

    def cancel() -> None:
        batch_cancel(batch)

    provider = Script(before=cancel)
    drain_once(provider)
    counts = statuses(batch)
    assert counts["sent"] == len(provider.handed) <= 300
    assert counts["sent"] + counts["cancelled"] == 1000


def test_a_small_batch_does_not_wait_behind_a_huge_one() -> None:
    queue_messages(2000)
    small = queue_messages(10)
    provider = Script()
    drain_once(provider)
    last = max(
        n
        for n, message in enumerate(provider.handed)
        if message.id in set(Message.objects.filter(batch=small).values_list("id", flat=True))
    )
    assert last < 400


def test_a_stop_counts_for_what_is_already_queued() -> None:
    batch = queue_messages(3, channel=Channel.TEXT)
    number = Message.objects.get(cause_id=1).address
    opt_out(address=number, channels=[Channel.TEXT], source=ConsentSource.TEXT_REPLY, words="STOP")
    provider = Script(channel=Channel.TEXT)
    default_sender(Channel.TEXT)
    Sender.objects.update(rate=0)
    drain_once(provider, channel=Channel.TEXT)
    assert statuses(batch) == {"sent": 2, "suppressed": 1}
    assert Message.objects.get(cause_id=1).reason == "opted_out"
    assert number not in {message.address for message in provider.handed}


def test_an_opt_out_of_one_purpose_leaves_the_others() -> None:
    newsletter = make_content(purpose=Purpose.NEWSLETTER)
    other, letter = queue_messages(1), queue_messages(1, content=newsletter, cause="letter")
    opt_out(
        address="member0@example.com",
        channels=[Channel.EMAIL],
        source=ConsentSource.EMAIL_LINK,
        purpose=Purpose.NEWSLETTER,
    )
    drain_once(Script())
    assert (statuses(other), statuses(letter)) == ({"sent": 1}, {"suppressed": 1})


def test_do_not_call_stops_texts_and_calls_and_not_email() -> None:
    Sender.objects.all().delete()
    batches = [queue_messages(1, channel=channel) for channel in (Channel.TEXT, Channel.VOICE)]
    Sender.objects.update(rate=0)
    set_do_not_call(Message.objects.all()[0].address, on=True, source=ConsentSource.CSR)
    for channel in (Channel.TEXT, Channel.VOICE):
        drain_once(Script(channel=channel), channel=channel)
    assert [statuses(batch) for batch in batches] == [{"suppressed": 1}] * 2


def test_quiet_hours_hold_texts_by_the_members_own_clock(settings: object) -> None:
    settings.QUIET_HOURS_EXEMPT_PURPOSES = []  # type: ignore[attr-defined]
    hour = timezone.now().hour
    # A zone where it is about noon, and one where it is about two at night.
    noon, night = (12 - hour + 12) % 24 - 12, (2 - hour + 12) % 24 - 12
    batch = queue_messages(2, channel=Channel.TEXT)
    Sender.objects.update(rate=0)
    for cause, offset in ((0, noon), (1, night)):
        # Etc/GMT+5 is five hours behind, as the zone's file has it.
        zone = f"Etc/GMT{-offset:+d}"
        Message.objects.filter(cause_id=cause).update(time_zone=zone)
    drain_once(Script(channel=Channel.TEXT), channel=Channel.TEXT)
    assert statuses(batch) == {"sent": 1, "held": 1}
    held = Message.objects.get(status=Status.HELD)
    assert held.cause_id == 1
    assert timedelta(hours=4) < held.due_at - timezone.now() < timedelta(hours=8)


def test_the_first_text_to_a_number_is_known() -> None:
    queue_messages(1, channel=Channel.TEXT)
    Sender.objects.update(rate=0)
    provider = Script(channel=Channel.TEXT)
    drain_once(provider, channel=Channel.TEXT)
    queue_messages(1, channel=Channel.TEXT, cause="again")
    drain_once(provider, channel=Channel.TEXT)
    assert [message.first_text for message in provider.handed] == [True, False]
    assert TextedNumber.objects.count() == 1


def test_a_temporary_refusal_is_tried_again_when_the_provider_says() -> None:
    batch = queue_messages(1)
    drain_once(Script(lambda m: Outcome(Status.QUEUED, code="451", retry_after=100)))
    message = Message.objects.get(batch=batch)
    assert (message.status, message.attempts, message.code) == ("queued", 1, "451")
    assert timedelta(seconds=95) < message.due_at - timezone.now() < timedelta(seconds=125)


def test_after_its_attempts_a_message_has_failed() -> None:
    batch = queue_messages(1)
    Message.objects.update(attempts=MOST_ATTEMPTS - 1)
    drain_once(Script(lambda m: Outcome(Status.QUEUED, reason="Try again later.")))
    assert statuses(batch) == {"failed": 1}
    assert Message.objects.get().reason == "Try again later."


def test_a_provider_that_is_down_opens_the_circuit_and_costs_no_attempt() -> None:
    batch = queue_messages(500)
    provider = Script(lambda m: Outcome(Status.QUEUED, reason="Not reachable.", down=True))
    assert drain_once(provider) is Ended.BLOCKED
    assert len(provider.handed) < 500
    assert statuses(batch) == {"queued": 500}
    assert set(Message.objects.values_list("attempts", flat=True)) == {0}
    circuit = Circuit.objects.get(provider="script")
    assert circuit.reason == "Not reachable."
    assert circuit.open_until is not None
    assert circuit.open_until > timezone.now()

    Circuit.objects.update(open_until=timezone.now() - timedelta(seconds=1))
    Message.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    trial = Script()
    assert drain_once(trial) is Ended.EMPTY
    assert statuses(batch) == {"sent": 500}
    assert not Circuit.objects.exists()


def test_a_provider_that_breaks_leaves_its_window_in_doubt() -> None:
    def breaks(message: object) -> Outcome:
        raise ZeroDivisionError

    batch = queue_messages(3)
    drain_once(Script(breaks))
    assert statuses(batch) == {"unknown": 3}


def test_a_lane_has_so_many_drains_and_no_more(settings: object) -> None:
    settings.DELIVERY_DRAINS_PER_LANE = 1  # type: ignore[attr-defined]
    first = Drain(default_sender(Channel.EMAIL), Lane.BULK, Script())
    try:
        assert first.enter()
        assert drain_once(Script()) is None
        assert drain_once(Script(), lane=Lane.URGENT) is Ended.EMPTY
        first.leave()
    finally:
        first.close()
    assert drain_once(Script()) is Ended.EMPTY


def test_two_drains_share_a_lane_without_meeting() -> None:
    import asyncio

    batch = queue_messages(2000)
    one, two = Script(seconds=0.001), Script(seconds=0.001)
    drains = [Drain(default_sender(Channel.EMAIL), Lane.BULK, p) for p in (one, two)]

    async def both() -> None:
        await asyncio.gather(*(each.run(20) for each in drains))

    asyncio.run(both())
    for each in drains:
        each.close()
    handed = [message.id for message in one.handed + two.handed]
    assert len(handed) == len(set(handed)) == 2000
    assert one.handed
    assert two.handed
    assert statuses(batch) == {"sent": 2000}


def test_a_bad_address_is_remembered() -> None:
    queue_messages(1)
    drain_once(Script(lambda m: Outcome(Status.FAILED, code="5.1.1", bad_address=True)))
    again = queue_messages(1, batch=batch_open(name="Next"))
    provider = Script()
    drain_once(provider)
    assert statuses(again) == {"suppressed": 1}
    assert not provider.handed


def test_a_lost_connection_does_not_lose_results() -> None:
    from django.db import connection

    def cut() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'upn-drain'"
            )

    batch = queue_messages(150)
    provider = Script(before=cut)
    drain_once(provider)
    assert statuses(batch) == {"sent": 150}
    assert len(provider.handed) == 150


def test_messages_behind_many_that_are_turned_away_do_not_wait_for_the_sweep() -> None:
    batch = queue_messages(200)
    for n in range(180):
        opt_out(
            address=f"member{n}@example.com",
            channels=[Channel.EMAIL],
            source=ConsentSource.EMAIL_LINK,
        )
    assert drain_once(Script()) is Ended.EMPTY
    assert statuses(batch) == {"sent": 20, "suppressed": 180}


def test_has_work_sees_behind_a_message_that_is_turned_away() -> None:
    queue_messages(3)
    opt_out(
        address="member0@example.com", channels=[Channel.EMAIL], source=ConsentSource.EMAIL_LINK
    )
    one = Drain(default_sender(Channel.EMAIL), Lane.BULK, Script())
    try:
        assert one.has_work()
    finally:
        one.close()


def test_a_full_cache_of_wordings_loses_none_of_a_window(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = batch_open(name="mixed")
    monkeypatch.setattr(wordings, "_MOST", 1)
    wordings.WORDINGS.clear()
    known = [make_content() for _ in range(3)]
    for n, content in enumerate(known):
        queue_messages(1, batch=batch, content=content, cause=f"c{n}")
    drain_once(Script())
    queue_messages(1, batch=batch, content=known[0], cause="again")
    queue_messages(1, batch=batch, content=make_content(), cause="new")
    drain_once(Script())
    assert statuses(batch) == {"sent": 5}


def test_a_window_that_never_reached_the_provider_is_queued_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*args: object) -> None:
        raise ZeroDivisionError

    batch = queue_messages(3)
    wordings.WORDINGS.clear()
    monkeypatch.setattr(drain, "load_wordings", broken)
    drain_once(Script())
    assert statuses(batch) == {"queued": 3}


def test_a_bad_address_that_cannot_be_remembered_costs_no_other_message(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(**kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(drain, "remember_refusals", broken)
    batch = queue_messages(200)
    drain_once(Script(lambda m: Outcome(Status.FAILED, bad_address=True)))
    assert statuses(batch) == {"failed": 200}


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome(Status.SENT, code="x" * 100),
        Outcome(Status.SENT, provider_id="x" * 300),
        Outcome(Status.SENT, reason="nul \x00 and \udcff " + "x" * 300),
    ],
)
def test_what_a_provider_says_at_length_is_cut_and_its_messages_recorded(outcome: Outcome) -> None:
    batch = queue_messages(3)
    drain_once(Script(lambda m: outcome))
    assert statuses(batch) == {"sent": 3}


def test_a_provider_that_forgets_outcomes_leaves_its_window_in_doubt() -> None:
    class Forgetful(Script):
        async def hand_over(self, window: Sequence[Any]) -> list[Outcome]:
            return (await super().hand_over(window))[:-1]

    batch = queue_messages(3)
    drain_once(Forgetful())
    assert statuses(batch) == {"unknown": 3}


def test_a_call_is_not_the_first_text() -> None:
    queue_messages(1, channel=Channel.VOICE)
    queue_messages(1, channel=Channel.TEXT, cause="text")
    Sender.objects.update(rate=0)
    drain_once(Script(channel=Channel.VOICE), channel=Channel.VOICE)
    provider = Script(channel=Channel.TEXT)
    drain_once(provider, channel=Channel.TEXT)
    assert [m.first_text for m in provider.handed] == [True]


@pytest.mark.parametrize("zone", ["America", "x" * 40, "", "nowhere", "../x"])
def test_a_time_zone_that_is_none_holds_up_nobody(settings: Any, zone: str) -> None:
    settings.QUIET_HOURS_EXEMPT_PURPOSES = []
    settings.TIME_ZONE = f"Etc/GMT{-((12 - timezone.now().hour + 12) % 24 - 12):+d}"
    batch = queue_messages(2, channel=Channel.TEXT)
    Sender.objects.update(rate=0)
    Message.objects.update(time_zone=settings.TIME_ZONE)
    Message.objects.filter(cause_id=0).update(time_zone=zone)
    drain_once(Script(channel=Channel.TEXT), channel=Channel.TEXT)
    assert statuses(batch) == {"sent": 2}


def test_a_claim_whose_commit_was_not_heard_of_is_still_handed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = psycopg.Connection.transaction
    lost: list[int] = []

    @contextlib.contextmanager
    def losing(self: Any, *args: Any, **kwargs: Any) -> Any:
        with real(self, *args, **kwargs) as tx:
            yield tx
        if self.info.parameter_status("application_name") == "upn-drain" and len(lost) < 3:
            lost.append(1)
            self.close()
            raise psycopg.OperationalError("the answer was lost")

    batch = queue_messages(300)
    monkeypatch.setattr(psycopg.Connection, "transaction", losing)
    provider = Script()
    drain_once(provider)
    assert lost == [1, 1, 1]
    assert statuses(batch) == {"sent": 300}
    assert len(provider.handed) == 300
