"""Push: to each device by the service of its kind, Web Push or FCM."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar, TypeVar

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from common.choices import Channel
from customers.choices import DeviceKind
from customers.models import Device
from delivery.choices import Status
from delivery.providers.base import Doubt, Outcome, Provider, outcome_of
from delivery.providers.push.endpoints import Endpoints
from delivery.providers.push.fcm import Fcm
from delivery.providers.push.service import PushService, Target
from delivery.providers.push.vapid import VapidTokens
from delivery.providers.push.web_push import WebPush
from delivery.providers.sandbox.provider import SandboxPush
from delivery.rendering import Outgoing

log = logging.getLogger(__name__)
T = TypeVar("T")
P = TypeVar("P")
PREFIX = "device:"
GONE = Outcome(
    Status.FAILED, code="device_gone", reason="This browser or phone is no longer registered."
)


class PushProvider(Provider):
    """Devices of a kind that has no service go to `otherwise`, which is the sandbox.

    Without arguments the services are those of the settings; raises ImproperlyConfigured.
    """

    name: ClassVar[str] = "push"
    channel: ClassVar[Channel] = Channel.PUSH
    concurrency: ClassVar[int] = 16

    def __init__(
        self,
        *,
        services: Mapping[str, PushService] | None = None,
        otherwise: Provider | None = None,
    ) -> None:
        self._services = services_from_settings() if services is None else services
        self._otherwise = SandboxPush() if otherwise is None else otherwise
        self._pool = ThreadPoolExecutor(self.concurrency, thread_name_prefix=self.name)

    async def hand_over(self, window: Sequence[Outgoing]) -> list[Outcome]:
        targets = await _with_database(_load, [message.address for message in window])
        loop = asyncio.get_running_loop()
        outcomes: list[Outcome | None] = [None] * len(window)
        sending, elsewhere = [], []
        for index, message in enumerate(window):
            target = targets.get(message.address)
            if target is None:
                outcomes[index] = GONE
            elif service := self._services.get(target.kind):
                sending.append((index, target, service))
            else:
                elsewhere.append(index)
        results = await asyncio.gather(
            *(
                loop.run_in_executor(self._pool, self._send, service, target, window[index])
                for index, target, service in sending
            )
        )
        for (index, _, _), outcome in zip(sending, results, strict=True):
            outcomes[index] = outcome
        if elsewhere:
            others = await self._otherwise.hand_over([window[index] for index in elsewhere])
            for index, outcome in zip(elsewhere, others, strict=True):
                outcomes[index] = outcome
        dead = [
            target.id
            for (_, target, _), outcome in zip(sending, results, strict=True)
            if outcome.bad_address
        ]
        if dead:
            await _with_database(_disable, dead)
        return [outcome for outcome in outcomes if outcome is not None]

    def _send(self, service: PushService, target: Target, message: Outgoing) -> Outcome:
        return outcome_of(self.name, message, lambda: service.send(target, message))

    def ask(self, doubts: Sequence[Doubt]) -> dict[int, Outcome]:
        """Nobody can be asked, and nobody need be: a second copy replaces the first."""
        targets = _load([doubt.address for doubt in doubts])
        ours: list[Doubt] = []
        others: list[Doubt] = []
        for doubt in doubts:
            target = targets.get(doubt.address)
            served = target is None or target.kind in self._services
            (ours if served else others).append(doubt)
        return {
            **{doubt.id: Outcome(Status.QUEUED) for doubt in ours},
            **(self._otherwise.ask(others) if others else {}),
        }

    async def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        for service in self._services.values():
            service.close()
        await self._otherwise.close()


def services_from_settings() -> dict[str, PushService]:
    """The services that the environment names, by kind of device. Raises ImproperlyConfigured."""
    services: dict[str, PushService] = {}
    connections = PushProvider.concurrency
    if settings.VAPID_PRIVATE_KEY:
        try:
            tokens = VapidTokens(
                private_key=settings.VAPID_PRIVATE_KEY, contact=settings.VAPID_CONTACT
            )
        except ValueError as error:
            raise ImproperlyConfigured(f"VAPID_PRIVATE_KEY: {error}") from error
        services[DeviceKind.WEB_PUSH] = WebPush(
            tokens=tokens,
            endpoints=Endpoints(connections=connections, allow_hosts=settings.UPN_PUSH_ALLOW_HOSTS),
        )
    if settings.FIREBASE_CREDENTIALS:
        try:
            services[DeviceKind.FCM] = Fcm(
                credentials=settings.FIREBASE_CREDENTIALS,
                api_url=settings.FCM_API_URL,
                connections=connections,
            )
        except ValueError as error:
            raise ImproperlyConfigured(f"FIREBASE_CREDENTIALS: {error}") from error
    return services


async def _with_database(work: Callable[[Sequence[P]], T], values: Sequence[P]) -> T:
    """Run SQL in a thread. Threads come and go with the event loop, so it leaves no connection."""

    def run() -> T:
        try:
            return work(values)
        finally:
            connections.close_all()

    return await asyncio.to_thread(run)


def _load(addresses: Sequence[str]) -> dict[str, Target]:
    """Targets by address, in one query; without those that are unknown or disabled."""
    ids = [
        int(number)
        for address in addresses
        if address.startswith(PREFIX) and (number := address[len(PREFIX) :]).isdecimal()
    ]
    rows = Device.objects.filter(id__in=ids, enabled=True).values_list(
        "id", "kind", "token", "p256dh", "auth"
    )
    return {f"{PREFIX}{row[0]}": Target(*row) for row in rows}


def _disable(ids: Sequence[int]) -> None:
    """RULES 23, 24: a device that its service no longer knows is not sent to again."""
    Device.objects.filter(id__in=ids).update(enabled=False)
    log.info("push: %d devices are gone", len(ids))
