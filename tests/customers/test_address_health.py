"""The states of an address, and what sets them (RULES 15, 21)."""

import itertools
from datetime import datetime, timedelta

import pytest

from common.choices import Channel
from common.clock import now
from customers.address_health import Health, confirm, health_of, hear_of_trouble
from customers.choices import (
    AddressEventKind,
    AddressState,
    ConsentAction,
    ConsentSource,
    SuppressionReason,
)
from customers.consent import grant, mark_bad_address, opt_out, set_do_not_call
from customers.models import AddressEvent, ConsentEvent, Suppression

pytestmark = pytest.mark.django_db

ADDRESS = "ruth.sapp@example.com"
NUMBER = "+14785550112"
_causes = itertools.count()


def trouble(
    kind: AddressEventKind = AddressEventKind.SOFT,
    *,
    days_ago: float = 0,
    cause: str = "",
    about: str = "",
    channel: Channel = Channel.EMAIL,
    address: str = "",
) -> bool:
    return hear_of_trouble(
        address=address or (ADDRESS if channel == Channel.EMAIL else NUMBER),
        channel=channel,
        kind=kind,
        cause=cause or f"test:{next(_causes)}",
        about=about,
        at=ago(days_ago),
        code="4.2.2" if kind != AddressEventKind.BAD else "5.1.1",
        words="Mailbox full",
    ).is_bad


def ago(days: float) -> datetime:
    return now() - timedelta(days=days)


def state(address: str = ADDRESS, channel: Channel = Channel.EMAIL) -> Health:
    return health_of([(address, channel)])[address.lower(), channel]


def test_an_address_that_nobody_spoke_of_was_never_verified() -> None:
    assert state() == Health(AddressState.NEVER_VERIFIED)


def test_three_soft_troubles_in_30_days_make_an_address_bad() -> None:
    assert not trouble(days_ago=29)
    assert not trouble(days_ago=10)
    soft = state()
    assert (soft.state, soft.troubles) == (AddressState.SOFT_BOUNCING, 2)
    assert soft.words == "4.2.2 Mailbox full"
    assert trouble()
    bad = state()
    assert bad.state == AddressState.BAD
    assert "third soft bounce in 30 days" in bad.words
    assert Suppression.objects.get().reason == SuppressionReason.BAD_ADDRESS


def test_three_soft_troubles_in_more_than_30_days_do_not() -> None:
    assert not trouble(days_ago=31)
    assert not trouble(days_ago=15)
    assert not trouble()


def test_troubles_that_are_told_late_count_for_when_they_happened() -> None:
    assert not trouble()
    assert not trouble(days_ago=20)
    assert trouble(days_ago=10)


def test_the_same_trouble_told_again_counts_once() -> None:
    for _ in range(5):
        assert not trouble(cause="the same")
    assert AddressEvent.objects.count() == 1


def test_the_warnings_about_a_message_and_its_end_are_one_trouble() -> None:
    for _ in range(3):
        assert not trouble(AddressEventKind.DELAYED, about="message 1")
    assert not trouble(AddressEventKind.SOFT, about="message 1")
    assert state().troubles == 1
    assert not trouble(AddressEventKind.DELAYED, about="message 2")
    assert trouble(AddressEventKind.DELAYED, about="message 3")


def test_a_number_that_was_not_reached_three_times_is_flagged_and_stays_in_use() -> None:
    for _ in range(3):
        assert not trouble(channel=Channel.TEXT)
    found = state(NUMBER, Channel.TEXT)
    assert (found.state, found.troubles) == (AddressState.SOFT_BOUNCING, 3)
    assert not Suppression.objects.exists()


def test_policy_is_never_the_address_s_fault() -> None:
    for _ in range(5):
        assert not trouble(AddressEventKind.POLICY)
    assert state().state == AddressState.NEVER_VERIFIED


def test_confirming_lifts_a_bad_address_and_is_in_the_ledger() -> None:
    assert trouble(AddressEventKind.BAD)
    confirm(address="Ruth.Sapp@Example.com", channel=Channel.EMAIL, source=ConsentSource.CSR)
    found = state()
    assert (found.state, found.event) == (AddressState.CONFIRMED, "Member services")
    assert not Suppression.objects.exists()
    actions = ConsentEvent.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == [ConsentAction.BAD_ADDRESS, ConsentAction.ADDRESS_REPAIRED]


def test_what_happened_before_it_was_confirmed_changes_nothing() -> None:
    trouble(days_ago=3)
    trouble(days_ago=2)
    confirm(address=ADDRESS, channel=Channel.EMAIL, source=ConsentSource.EMAIL_LINK)
    assert not trouble(days_ago=1)
    assert not trouble(AddressEventKind.BAD, days_ago=1)
    assert state().state == AddressState.CONFIRMED
    assert trouble(AddressEventKind.BAD, days_ago=-0.01)
    assert state().state == AddressState.BAD


def test_opting_out_is_a_state_and_ends() -> None:
    confirm(address=NUMBER, channel=Channel.TEXT, source=ConsentSource.TEXT_REPLY)
    opt_out(
        address=NUMBER, channels=[Channel.TEXT], source=ConsentSource.TEXT_REPLY, words="stop it"
    )
    found = state(NUMBER, Channel.TEXT)
    assert (found.state, found.words) == (AddressState.OPTED_OUT, "stop it")
    grant(address=NUMBER, channels=[Channel.TEXT], source=ConsentSource.TEXT_REPLY)
    assert state(NUMBER, Channel.TEXT).state == AddressState.CONFIRMED
    set_do_not_call(NUMBER, True, source=ConsentSource.CSR)
    assert state(NUMBER, Channel.VOICE).state == AddressState.OPTED_OUT


def test_bad_is_said_before_opted_out() -> None:
    opt_out(address=ADDRESS, channels=[Channel.EMAIL], source=ConsentSource.CSR)
    mark_bad_address(address=ADDRESS, channel=Channel.EMAIL, words="5.1.1 gone")
    assert (state().state, state().words) == (AddressState.BAD, "5.1.1 gone")


def test_many_addresses_cost_three_queries(django_assert_num_queries: object) -> None:
    addresses = [f"a{n}@example.com" for n in range(20)]
    for address in addresses:
        trouble(AddressEventKind.BAD, address=address)
    with django_assert_num_queries(3):  # type: ignore[operator]
        found = health_of((address, Channel.EMAIL) for address in addresses)
    assert {health.state for health in found.values()} == {AddressState.BAD}
