"""What consent.py writes is what its own lines say, whatever happened in whatever order."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from common.choices import Channel, Purpose
from customers import consent, consent_in_bulk
from customers.choices import ConsentAction, ConsentSource
from customers.ledger.following import unexplained_suppressions
from customers.models import ConsentEvent, Customer, Suppression
from customers.selectors import addresses_with_consent
from tests.factories import make_customer

pytestmark = pytest.mark.django_db
NUMBER = "+14785550112"
SAID: dict[str, Any] = {"source": ConsentSource.LETTER, "words": "please"}
BOTH = (Channel.TEXT, Channel.VOICE)

purposes = st.sampled_from(["", Purpose.OUTAGE, Purpose.ACCOUNT, Purpose.NEWSLETTER])
channels = st.sampled_from([BOTH, (Channel.TEXT,), (Channel.VOICE,)])
steps = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["opt_out", "grant"]), channels, purposes),
        st.tuples(st.sampled_from(["dnc_on", "dnc_off", "undo", "bulk"])),
        st.tuples(st.sampled_from(["bad", "repaired"]), channels),
    ),
    max_size=14,
)


def do(step: tuple[object, ...]) -> None:
    match step:
        case ("opt_out" | "grant" as name, ways, purpose):
            getattr(consent, name)(address=NUMBER, channels=ways, purpose=purpose, **SAID)
        case ("dnc_on" | "dnc_off" as name,):
            consent.set_do_not_call(
                NUMBER, name == "dnc_on", source=ConsentSource.LETTER, words="please"
            )
        case ("bulk",):
            consent_in_bulk.opt_out_many(
                addresses=[NUMBER], channels=[Channel.TEXT], source=ConsentSource.IMPORT, words="x"
            )
        case ("undo",):
            last = ConsentEvent.objects.exclude(action=ConsentAction.UNDONE).order_by("id").last()
            if last:
                consent.undo(event=last, source=ConsentSource.CSR, words="my slip")
        case ("bad" | "repaired" as name, ways):
            for channel in ways:  # type: ignore[attr-defined]
                if name == "bad":
                    consent.mark_bad_address(address=NUMBER, channel=channel, words="30006")
                else:
                    consent.address_repaired(address=NUMBER, channel=channel, **SAID)


@given(steps)
@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_suppressions_and_flags_follow_from_the_lines(all_steps: list[tuple[object, ...]]) -> None:
    with transaction.atomic():
        customer = make_customer(mobile_number=NUMBER)
        for step in all_steps:
            do(step)
        assert list(unexplained_suppressions()) == []
        silent = Suppression.objects.filter(reason="do_not_call").exists()
        assert Customer.objects.get(pk=customer.pk).do_not_call is silent
        transaction.set_rollback(True)


def refuse(**more: Any) -> None:
    consent.opt_out(address=NUMBER, channels=BOTH, **SAID, **more)


def test_a_clerks_slip_is_taken_back_and_the_members_own_stop_stays() -> None:
    clerk = User.objects.create_user("ruth.sapp@example.com")
    consent.opt_out(
        address=NUMBER, channels=[Channel.TEXT], source=ConsentSource.TEXT_REPLY, words="STOP"
    )
    refuse(taken_by=clerk)
    for event in ConsentEvent.objects.filter(source=ConsentSource.LETTER):
        assert consent.undo(
            event=event, source=ConsentSource.CSR, words="wrong number typed", taken_by=clerk
        )
        assert not consent.undo(event=event, source=ConsentSource.CSR, words="again")
    assert set(Suppression.objects.values_list("channel", "reason")) == {("text", "opted_out")}
    undone = ConsentEvent.objects.filter(action=ConsentAction.UNDONE)
    assert {event.corrects.source for event in undone if event.corrects} == {"letter"}
    assert ConsentEvent.objects.count() == 5


def test_a_refusal_that_was_taken_back_is_no_last_word() -> None:
    address = "mae@example.com"

    def agreed() -> set[str]:
        return addresses_with_consent(
            addresses=[address], channel=Channel.EMAIL, purpose=Purpose.NEWSLETTER
        )

    consent.grant(
        address=address,
        channels=[Channel.EMAIL],
        source=ConsentSource.PORTAL,
        purpose=Purpose.NEWSLETTER,
        words="Yes, send me the newsletter",
    )
    consent.opt_out(
        address=address, channels=[Channel.EMAIL], source=ConsentSource.LETTER, words="no more"
    )
    assert agreed() == set()
    consent.undo(
        event=ConsentEvent.objects.latest("id"), source=ConsentSource.CSR, words="another Mae"
    )
    assert agreed() == {address}


@pytest.mark.parametrize(
    ("write", "most"),
    [
        (lambda: refuse(), 3),
        (lambda: consent.set_do_not_call(NUMBER, True, source=ConsentSource.CSR), 4),
        (lambda: consent.mark_bad_address(address=NUMBER, channel=Channel.TEXT), 3),
        (lambda: consent.grant(address=NUMBER, channels=BOTH, **SAID), 4),
    ],
    ids=["STOP", "Do Not Call", "bad", "START"],
)
def test_a_consent_write_is_few_statements(write: Callable[[], None], most: int) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        write()
    statements = [q for q in asked.captured_queries if "SAVEPOINT" not in q["sql"]]
    assert len(statements) <= most
