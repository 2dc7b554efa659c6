"""What every provider keeps to, each at its own wire. A new provider adds a case."""

import asyncio
import time
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from delivery.choices import Status
from delivery.providers import REGISTRY
from delivery.providers.base import Doubt, Outcome, Provider
from delivery.rendering import Outgoing
from tests.delivery.providers.contract_cases import CASES, Case
from tests.delivery.providers.outgoing import make_outgoing
from tests.wire import HttpEndpoint, SmtpSink

pytestmark = pytest.mark.django_db(transaction=True)
COUNT = 24
REFUSED, POSTPONED = 3, 7


@pytest.fixture(params=CASES, ids=lambda case: case.__name__)
def case(
    request: pytest.FixtureRequest,
    http_endpoint: HttpEndpoint,
    smtp_sink: SmtpSink,
    settings: Settings,
) -> Case:
    # `settings` puts back what the case sets.
    for name in ("EMAIL_URL", "TWILIO_API_URL", "VAPID_PRIVATE_KEY"):
        setattr(settings, name, "")
    made: Case = request.param(http_endpoint, smtp_sink)
    return made


@pytest.fixture
def loop() -> Iterator[asyncio.Runner]:
    """The process's event loop: a provider keeps its connections between windows."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def provider(case: Case, loop: asyncio.Runner) -> Iterator[Provider]:
    made = case.provider()
    yield made
    loop.run(made.close())


def window_to(addresses: list[str], *, start: int = 1) -> list[Outgoing]:
    return [make_outgoing(address, id=start + n) for n, address in enumerate(addresses)]


def statuses(outcomes: list[Outcome]) -> list[Status]:
    return [outcome.status for outcome in outcomes]


def test_each_message_has_its_own_outcome_in_the_order_given(
    case: Case, provider: Provider, loop: asyncio.Runner
) -> None:
    addresses = case.addresses(COUNT)
    case.refuse(addresses[REFUSED])
    case.postpone(addresses[POSTPONED])
    outcomes = loop.run(provider.hand_over(window_to(addresses)))
    expected = [Status.SENT] * COUNT
    expected[REFUSED], expected[POSTPONED] = Status.FAILED, Status.QUEUED
    assert statuses(outcomes) == expected
    assert sorted(case.taken()) == sorted(
        address for n, address in enumerate(addresses) if n not in (REFUSED, POSTPONED)
    )
    refused = outcomes[REFUSED]
    assert refused.bad_address
    assert refused.reason
    assert not refused.down
    assert not outcomes[POSTPONED].bad_address


def test_no_reason_tells_an_address(case: Case, provider: Provider, loop: asyncio.Runner) -> None:
    addresses = case.addresses(COUNT)
    case.refuse(addresses[REFUSED])
    case.postpone(addresses[POSTPONED])
    for outcome in loop.run(provider.hand_over(window_to(addresses))):
        for address in addresses:
            assert address not in outcome.reason
            assert address.removeprefix("+1") not in outcome.reason


def test_nobody_listening_means_to_be_sent_later(case: Case, loop: asyncio.Runner) -> None:
    addresses = case.addresses(5)
    case.take_away()
    provider = case.provider()
    outcomes = loop.run(provider.hand_over(window_to(addresses)))
    loop.run(provider.close())
    assert statuses(outcomes) == [Status.QUEUED] * 5
    assert all(outcome.down for outcome in outcomes)
    assert not case.taken()


def test_nothing_to_hand_over_is_no_trouble(provider: Provider, loop: asyncio.Runner) -> None:
    assert loop.run(provider.hand_over([])) == []


def test_two_windows_may_be_handed_over_at_once(
    case: Case, provider: Provider, loop: asyncio.Runner
) -> None:
    addresses = case.addresses(30)[10:]
    first, second = window_to(addresses[:10]), window_to(addresses[10:], start=100)

    async def both() -> list[list[Outcome]]:
        return list(await asyncio.gather(provider.hand_over(first), provider.hand_over(second)))

    for outcomes in loop.run(both()):
        assert statuses(outcomes) == [Status.SENT] * 10
    assert sorted(case.taken()) == sorted(addresses)


def test_an_answer_about_doubts_names_only_what_was_asked(case: Case, provider: Provider) -> None:
    (message,) = window_to(case.addresses(1))
    answers = provider.ask([Doubt(message.id, str(message.key), message.address, time.time())])
    assert set(answers) <= {message.id}
    assert all(
        outcome.status in (Status.QUEUED, Status.SENT, Status.DELIVERED)
        for outcome in answers.values()
    )


def test_each_provider_of_the_registry_has_a_case() -> None:
    # Push's own sandbox has no addresses that it refuses; test_sandbox.py has the rest.
    assert {entry.name for entry in REGISTRY} - {"sandbox_push"} == {case.name for case in CASES}
