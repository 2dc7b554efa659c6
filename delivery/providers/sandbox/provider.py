"""The sandbox: takes messages of any channel into a table, and behaves as it is told to."""

import asyncio
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import psycopg
from django.utils import timezone

from common.choices import Channel
from delivery.choices import Status
from delivery.database import Connection, connect
from delivery.providers.base import Doubt, Outcome, Provider, ProviderError
from delivery.providers.sandbox.magic import SLOW_SECONDS, Magic, magic_of
from delivery.providers.sandbox.models import (
    FailKind,
    SandboxBehaviour,
    SandboxMessage,
    call_key,
    provider_id_of,
)
from delivery.providers.sandbox.received import Received, receive
from delivery.providers.sandbox.reports import first_report
from delivery.rendering import Outgoing

_BEHAVIOUR = """
SELECT down, fail_percent, fail_kind, delay_ms, callback, callback_seconds
FROM delivery_sandboxbehaviour WHERE channel = %s
"""
# %b: as text, psycopg escapes each element of an array, which costs more than all the rest.
# A key that is there already stays as it is: the same message twice is received once.
_TAKE = """
INSERT INTO delivery_sandboxmessage (channel, received_at, key, message_id, address, sender,
    subject, text, html, headers, language, report_status, report_at)
SELECT %s, now(), r.* FROM unnest(%b::uuid[], %b::bigint[], %b::text[], %b::text[], %b::text[],
    %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::timestamptz[]) AS r
ON CONFLICT (key) DO NOTHING
"""


class Sandbox(Provider):
    def __init__(self) -> None:
        # One thread with a connection of its own: windows queue up behind each other.
        self._pool = ThreadPoolExecutor(1, thread_name_prefix=self.name)
        self._db: Connection | None = None

    async def hand_over(self, window: Sequence[Outgoing]) -> list[Outcome]:
        if not window:
            return []
        loop = asyncio.get_running_loop()
        try:
            behaviour = await loop.run_in_executor(self._pool, self._behaviour)
            if seconds := self._delay(behaviour, window):
                await asyncio.sleep(seconds)
            return await loop.run_in_executor(self._pool, self._take, behaviour, window)
        except psycopg.OperationalError:
            # Whether it was taken or not, the key makes a second hand-over harmless.
            await loop.run_in_executor(self._pool, self._disconnect)
            return [self._away()] * len(window)

    def ask(self, doubts: Sequence[Doubt]) -> dict[int, Outcome]:
        keys = {doubt.id: self._key(UUID(doubt.key), doubt.claim) for doubt in doubts}
        found = SandboxMessage.objects.filter(key__in=keys.values())
        taken = set(found.values_list("key", flat=True))
        return {
            id_: Outcome(Status.SENT, provider_id=provider_id_of(key))
            if key in taken
            else Outcome(Status.QUEUED, reason="The sandbox does not have it.")
            for id_, key in keys.items()
        }

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._pool, self._disconnect)
        self._pool.shutdown()

    def _key(self, key: UUID, claim: int) -> UUID:
        """What makes a second hand-over of the same message harmless."""
        return key

    def _away(self) -> Outcome:
        error = ProviderError("The sandbox's database is away.", permanent=False, down=True)
        return Outcome.of_error(error)

    # ── in the thread ───────────────────────────────────────────────────────────────────────
    def _connection(self) -> Connection:
        if self._db is None or self._db.closed:
            self._db = connect()
        return self._db

    def _disconnect(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None

    def _behaviour(self) -> SandboxBehaviour:
        row = self._connection().execute(_BEHAVIOUR, [self.channel]).fetchone()
        behaviour = SandboxBehaviour(channel=self.channel)
        if row is not None:
            (
                behaviour.down,
                behaviour.fail_percent,
                behaviour.fail_kind,
                behaviour.delay_ms,
                behaviour.callback,
                behaviour.callback_seconds,
            ) = row
        return behaviour

    def _delay(self, behaviour: SandboxBehaviour, window: Sequence[Outgoing]) -> float:
        slow = any(magic_of(self.channel, message.address) == Magic.SLOW for message in window)
        return behaviour.delay_ms / 1000 + (SLOW_SECONDS if slow else 0)

    def _take(self, behaviour: SandboxBehaviour, window: Sequence[Outgoing]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        taken: list[tuple[Outgoing, Received]] = []
        for message in window:
            try:
                self._refuse(behaviour, message)
                taken.append((message, receive(self.channel, message)))
                key = self._key(message.key, message.claim)
                outcomes.append(Outcome(Status.SENT, provider_id=provider_id_of(key)))
            except ProviderError as error:
                outcomes.append(Outcome.of_error(error))
        if taken:
            self._store(behaviour, taken)
        return outcomes

    def _refuse(self, behaviour: SandboxBehaviour, message: Outgoing) -> None:
        """Raises ProviderError where the sandbox was told not to take this message."""
        if behaviour.down:
            raise ProviderError("The sandbox is told to be down.", permanent=False, down=True)
        magic = magic_of(self.channel, message.address)
        if magic == Magic.REFUSE:
            raise _refusal(FailKind.BAD_ADDRESS)
        if magic == Magic.LATER and message.attempt == 1:
            raise _refusal(FailKind.TEMPORARY)
        # The same message at the same attempt is always treated alike.
        chance = zlib.crc32(message.key.bytes + bytes([message.attempt % 256])) % 100
        if chance < behaviour.fail_percent:
            raise _refusal(FailKind(behaviour.fail_kind))

    def _store(
        self, behaviour: SandboxBehaviour, taken: Sequence[tuple[Outgoing, Received]]
    ) -> None:
        report_at = timezone.now() + timedelta(seconds=behaviour.callback_seconds)
        reports = [first_report(behaviour, self.channel, message) for message, _ in taken]
        messages = [message for message, _ in taken]
        received = [one for _, one in taken]
        self._connection().execute(
            _TAKE,
            [
                self.channel,
                [self._key(message.key, message.claim) for message in messages],
                [message.id for message in messages],
                [message.address for message in messages],
                [_from(message) for message in messages],
                [one.subject for one in received],
                [one.text for one in received],
                [one.html for one in received],
                [one.headers for one in received],
                [message.wording.language for message in messages],
                ["" if report is None else str(report) for report in reports],
                [report_at if report else None for report in reports],
            ],
            prepare=True,
        )


def _refusal(kind: FailKind) -> ProviderError:
    return ProviderError(
        f"The sandbox was told to refuse this: {kind.label.lower()}.",
        permanent=kind != FailKind.TEMPORARY,
        code=f"sandbox_{kind}",
        bad_address=kind == FailKind.BAD_ADDRESS,
    )


def _from(message: Outgoing) -> str:
    sender = message.sender
    return f"{sender.name} <{sender.address}>" if sender.address else sender.name


class SandboxEmail(Sandbox):
    name = "sandbox_email"
    channel = Channel.EMAIL


class SandboxText(Sandbox):
    name = "sandbox_text"
    channel = Channel.TEXT


class SandboxVoice(Sandbox):
    name = "sandbox_voice"
    channel = Channel.VOICE

    def _key(self, key: UUID, claim: int) -> UUID:
        return call_key(key, claim)

    def _away(self) -> Outcome:
        # Another claim would be another call, so nobody guesses: the sandbox is asked when it is
        # back.
        return Outcome(Status.UNKNOWN, reason="The sandbox's database went away.")


class SandboxPush(Sandbox):
    name = "sandbox_push"
    channel = Channel.PUSH
